"""The steps in their order, from wherever an earlier run stopped."""

from collections.abc import Callable
from enum import Enum

from django.core.management import call_command
from django.core.management.sql import emit_pre_migrate_signal
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from aira.adopt import AdoptError, finish, plan, rules, switch
from aira.adopt.decisions import Decisions
from aira.adopt.survey import survey
from aira.adopt.verify import verify
from aira.migrate.lock_retries import Patience, one_at_a_time, patiently
from aira.schema.server_version import has_table, require_usable


class Stage(Enum):
    EMPTY = "holds no table of AiRa: run manage.py migrate"
    ORIGINAL = "is the original"
    SWITCHED = "is ours, and not finished"
    ADOPTED = "is ours"


def stage(alias: str) -> Stage:
    require_usable(alias)
    if not has_table(alias, "public.business_v2"):
        return Stage.EMPTY
    if has_table(alias, "private.adoption"):
        return Stage.SWITCHED
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return Stage.ADOPTED if ("businesses", "0001_initial") in applied else Stage.ORIGINAL


def adopt(alias: str, decisions: Decisions, say: Callable[[str], None]) -> list[rules.Row]:
    """Returns the rows that were repaired. Raises AdoptError; a run after it goes on where this one stopped."""
    with one_at_a_time(alias, Patience()):
        done: list[rules.Row] = []
        at = stage(alias)
        if at is Stage.EMPTY:
            raise AdoptError(f"this database {at.value}.")
        if at is Stage.ORIGINAL:
            found = survey(alias, decisions)
            if not found.ready:
                raise AdoptError("not all is decided, and nothing was changed. manage.py adopt --check says what.")
            say("Preparing: what needs none of the tables.")
            patiently(alias, Patience(), lambda: prepare(alias), say)
            worked_out = plan.worked_out(alias, has_hours=has_hours(alias))
            say(f"Switching: {len(worked_out.statements)} statements in one transaction.")
            done = switch.switch(alias, worked_out, decisions, say)
        if at is not Stage.ADOPTED:
            say("Finishing: services work on the new tables already.")
            finish.finish(alias, say)
    # An ordinary database from here on: what was left of the migrations, the endpoints, the partitions.
    call_command("migrate", database=alias, verbosity=0)
    problems, alone = verify(alias, decisions)
    for name in alone:
        say(f"Left alone: {name}")
    if problems:
        raise AdoptError("the database is adopted, but not as it should be:\n  " + "\n  ".join(problems))
    say("Adopted: the catalog is the migrations', the ledger proves itself, the advisor finds nothing.")
    return done


def prepare(alias: str) -> None:
    emit_pre_migrate_signal(0, False, alias)
    executor = MigrationExecutor(connections[alias])
    executor.recorder.ensure_schema()
    early = plan.divided(executor).early
    executor.migrate(None, plan=[(migration, False) for migration in early])


def has_hours(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_catalog.pg_attribute a where a.attrelid = 'public.business_v2'::regclass "
            "and a.attname = 'business_hours' and not a.attisdropped)"
        )
        return bool(cursor.fetchone()[0])
