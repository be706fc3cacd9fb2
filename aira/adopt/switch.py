"""Switch from the original to the adopted database in one transaction."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from aira.adopt import TABLES, AdoptError, record, rules, shape
from aira.adopt.budget import QUERY_CANCELED, TookTooLongError, budget
from aira.adopt.decisions import Decisions
from aira.adopt.difference import Difference
from aira.adopt.plan import Later, Plan
from aira.adopt.requirements import requirements

# Shorter than deadlock_timeout: a writer that holds one table and waits for another may continue before PostgreSQL
# reports a deadlock.
LOCK_TIMEOUT = "300ms"
ATTEMPTS = 150
# Seconds from the first lock to the commit, and how often a switch may take more. A service waits two seconds at most.
LONGEST, SLOW_ATTEMPTS = 1.7, 5
OPENING = Path(__file__).with_name("opening.sql")
LOCK_NOT_AVAILABLE, DEADLOCK = "55P03", "40P01"


def switch(
    alias: str,
    change: Callable[[CursorWrapper], None],
    say: Callable[[str], None],
    *,
    longest: float | None = None,
    catch_up: Callable[[], None] = lambda: None,
) -> None:
    """Make the switch. An attempt without the locks, or that takes too long, is rolled back and repeated.

    Args:
        longest: Seconds that services may wait in one attempt. Without it, they wait for as long as the change takes.
        catch_up: Called before a further attempt, while the services work.

    Raises:
        AdoptError: The switch was rolled back, so the database is still the original.
    """
    slow = 0
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
                until = time.monotonic() + (longest or 0)
                lock(cursor)
                began = time.monotonic()
                with budget(alias, until) if longest else nullcontext():
                    change(cursor)
            say(f"Switched; the tables were locked for {time.monotonic() - began:.2f} s.")
            return
        except TookTooLongError as error:
            slow += 1
            if slow == SLOW_ATTEMPTS:
                raise AdoptError(
                    f"The switch took more than {longest} s, {slow} times. Services would have waited, so it was "
                    "rolled back. Nothing was changed. Run adopt again when less is written or the server has less to "
                    "do. It continues from here."
                ) from error
            say(
                f"The switch took more than {longest} s. It was rolled back, so that services don't wait. Trying again."
            )
        except DatabaseError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if isinstance(error, IntegrityError):
                raise AdoptError(
                    f"A row breaks a rule that --check does not cover. Nothing was changed: {str(error).strip()}. "
                    "Correct the row, then run adopt again."
                ) from error
            if state not in (LOCK_NOT_AVAILABLE, QUERY_CANCELED, DEADLOCK):
                raise AdoptError(f"The switch was rolled back. Nothing was changed: {str(error).strip()}") from error
            if attempt == ATTEMPTS:
                raise AdoptError(
                    f"The tables could not be locked within {LOCK_TIMEOUT}, {attempt} times: "
                    "a long transaction locks them. manage.py dbhealth names it. Wait for it to end, then run "
                    "adopt again."
                ) from error
        # Sessions that waited behind this lock go first. They change rows, which the next attempt would have to copy.
        time.sleep(0.25)
        catch_up()
    raise AssertionError


def lock(cursor: CursorWrapper) -> None:
    """Lock all tables or none, briefly, since writers wait behind the lock. Foreign keys need auth.users, too."""
    cursor.execute("select set_config('statement_timeout', %s, true), set_config('jit', 'off', true)", [LOCK_TIMEOUT])
    cursor.execute("select pg_catalog.has_table_privilege('auth.users', 'UPDATE, DELETE')")
    if cursor.fetchone()[0]:
        cursor.execute("lock table auth.users in share row exclusive mode")
    cursor.execute("lock table " + ", ".join(f"public.{table}" for table in TABLES) + " in access exclusive mode")
    # Services wait as long as this transaction waits for a further lock, so that has the same time limit.
    cursor.execute(
        "select set_config('statement_timeout', '0', true), set_config('lock_timeout', %s, true), "
        "set_config('maintenance_work_mem', '256MB', true)",
        [LOCK_TIMEOUT],
    )


def in_place(alias: str, plan: Plan, decisions: Decisions) -> Callable[[CursorWrapper], None]:
    """Return the function that turns the originals into the finished tables while they are locked."""
    return partial(change, alias, plan, decisions)


def change(alias: str, plan: Plan, decisions: Decisions, cursor: CursorWrapper) -> None:
    """Turn the locked originals into the finished tables."""
    found = [*requirements(cursor), *shape.differences(shape.read(cursor))]
    cursor.execute("select set_config('search_path', '', true)")
    if stop := [
        one for one in found if one.level == "stop" or (one.level == "decide" and decisions.of_object(one) is None)
    ]:
        raise AdoptError(
            f"{stop[0].subject} {stop[0].says}, and needs a decision. Run adopt --check to see the possible ones."
        )
    wanted = [one for one in found if one.level == "does" or decisions.of_object(one) in ("drop", "replace")]
    # Repairs come before constraints on the rows, and after the removal of triggers that would react to them.
    first = [one for one in wanted if not one.subject.startswith(("constraint ", "index "))]
    run(cursor, first)
    done = audited(cursor, decisions)
    run(cursor, [one for one in wanted if one not in first])
    cursor.execute("select set_config('search_path', 'console, public, private, jobs, extensions', true)")
    for statement in plan.statements:
        cursor.execute(statement)
    open_ledger(cursor)
    later = [*plan.later, *time_zones(cursor, decisions)]
    recorder = MigrationRecorder(connections[alias])
    for migration in plan.switch:
        recorder.record_applied(migration.app_label, migration.name)
    record.write_repaired(cursor, done)
    record.remember(cursor, "switched", True)
    record.plan_todo(cursor, later)
    # The data API caches the catalog.
    cursor.execute("notify pgrst, 'reload schema'")


def run(cursor: CursorWrapper, wanted: list[Difference]) -> None:
    """Run the statements of the differences."""
    for one in wanted:
        if one.statement is not None:
            cursor.execute(one.statement)


def audited(cursor: CursorWrapper, decisions: Decisions) -> list[rules.Row]:
    """Record each repair in the audit, with the previous values."""
    for table in TABLES:
        cursor.execute(
            sql.SQL(
                "create trigger adopt_audit after update or delete on public.{} for each row "
                "execute function private.record_change('updated_at')"
            ).format(sql.Identifier(table))
        )
    done = rules.repair(cursor, decisions)
    for table in TABLES:
        cursor.execute(sql.SQL("drop trigger adopt_audit on public.{}").format(sql.Identifier(table)))
    return done


def open_ledger(cursor: CursorWrapper) -> None:
    """Write the opening entries. The triggers of wallets are disabled, since they need a transaction for each entry."""
    cursor.execute("alter table public.wallets disable trigger user")
    cursor.execute(OPENING.read_text(encoding="utf-8"))
    cursor.execute("alter table public.wallets enable trigger user")


def time_zones(cursor: CursorWrapper, decisions: Decisions) -> list[Later]:
    """Return the step that sets the time zones.

    It disables the check of each row, since the survey has checked each name once.
    """
    zones = dict(decisions.time_zones)
    if not zones:
        return []
    cursor.execute(
        "select tgname from pg_catalog.pg_trigger where tgrelid = 'public.business_v2'::regclass "
        "and tgfoid = 'private.check_business_time_zone'::regproc"
    )
    everybody = zones.pop("*", None)
    statement = sql.SQL(
        "alter table public.business_v2 disable trigger {trigger}; "
        "update public.business_v2 b set timezone = coalesce(z.zone, {everybody}) from public.business_v2 x "
        "left join unnest({ids}::uuid[], {zones}::text[]) z (id, zone) on z.id = x.id "
        "where b.id = x.id and b.timezone <> coalesce(z.zone, {everybody}); "
        "alter table public.business_v2 enable trigger {trigger}"
    ).format(
        trigger=sql.Identifier(cursor.fetchone()[0]),
        everybody=sql.Literal(everybody),
        ids=sql.Literal(list(zones)),
        zones=sql.Literal(list(zones.values())),
    )
    return [Later("zones", "businesses", statement.as_string())]
