"""What lets `migrate` run beside services that write: one at a time, no long wait for a lock, and another try.

While a migration waits for a table's lock, every statement that wants the table queues behind it. So it waits for a
second at most, gives up, lets them through, and comes again.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.core.management.base import CommandError
from django.db import DatabaseError, connections

# Session-level, on the direct connection: it goes with the process, however that ends.
KEY = "aira.schema.migrate"
LOCK_NOT_AVAILABLE, DEADLOCK, STATEMENT_TIMEOUT = "55P03", "40P01", "57014"


@dataclass(frozen=True)
class Patience:
    """Times in seconds. A writer stands behind us for lock_timeout at most, for each statement that waits."""

    lock_timeout: float = 1.0
    statement_timeout: float = 900.0
    attempts: int = 10
    longest_pause: float = 15.0


@contextmanager
def one_at_a_time(alias: str, patience: Patience) -> Iterator[None]:
    """Holds the right to migrate this database. Raises CommandError, naming the other, when it stays taken."""
    with connections[alias].cursor() as cursor:
        deadline = time.monotonic() + patience.lock_timeout * patience.attempts
        while True:
            cursor.execute("select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext(%s))", [KEY])
            if cursor.fetchone()[0]:
                break
            if time.monotonic() > deadline:
                raise CommandError(f"another migrate is running: {holder(alias)}. Wait for it, or end it.")
            time.sleep(0.2)
    try:
        yield
    finally:
        # A connection that broke has given everything back.
        with suppress(DatabaseError), connections[alias].cursor() as cursor:
            cursor.execute("reset lock_timeout")
            cursor.execute("reset statement_timeout")
            cursor.execute("select pg_catalog.pg_advisory_unlock(pg_catalog.hashtext(%s))", [KEY])


def holder(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            """
            select a.pid, a.usename, a.application_name
            from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a using (pid)
            where l.locktype = 'advisory' and l.granted and a.datname = current_database()
              and l.objid::bigint = pg_catalog.hashtext(%s)::bigint & 4294967295 and l.objsubid = 1
            """,
            [KEY],
        )
        found = cursor.fetchone()
    return "process {} of {} ({})".format(*found) if found else "it ended just now"


def patiently(alias: str, patience: Patience, work: Callable[[], None], say: Callable[[str], None]) -> None:
    """Does the work, again from where it stopped as long as a lock is what stops it. Each migration is a transaction.

    Raises CommandError, naming who holds locks, when the last try fails too.
    """
    for attempt in range(1, patience.attempts + 1):
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "select set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)",
                [f"{int(patience.lock_timeout * 1000)}ms", f"{int(patience.statement_timeout * 1000)}ms"],
            )
        try:
            work()
            return
        except DatabaseError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if state == STATEMENT_TIMEOUT:
                raise CommandError(
                    f"a statement took more than {patience.statement_timeout:g} s and was taken back: {error}. "
                    "Give it longer with --statement-timeout."
                ) from error
            if state not in (LOCK_NOT_AVAILABLE, DEADLOCK):
                raise
            holders = "; ".join(lock_holders(alias)) or "nobody any more"
            if attempt == patience.attempts:
                raise CommandError(
                    f"no lock within {patience.lock_timeout:g} s, {attempt} times; the migration that waited "
                    f"was taken back, those before it stay. Locks are held by: {holders}. "
                    "Let them end, then run migrate again: it goes on."
                ) from error
            # Several deploys that wait for the same lock don't come back in step.
            pause = min(patience.longest_pause, 2 ** (attempt - 1)) * random.uniform(0.5, 1)  # noqa: S311
            say(f"No lock within {patience.lock_timeout:g} s, held by: {holders}. Again in {pause:.1f} s.")
            time.sleep(pause)


def lock_holders(alias: str) -> list[str]:
    """Other sessions with locks on tables of this database, the oldest first; what of them may be seen."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            """
            select a.pid, a.usename, a.application_name, extract(epoch from now() - a.xact_start)::int
            from pg_catalog.pg_stat_activity a
            where a.pid <> pg_catalog.pg_backend_pid() and a.datname = current_database() and exists (
                select from pg_catalog.pg_locks l
                where l.pid = a.pid and l.granted and l.locktype = 'relation' and l.relation >= 16384)
            order by a.xact_start nulls last limit 5
            """
        )
        return [
            f"process {pid} of {role} ({program})" + ("" if age is None else f", in a transaction for {age} s")
            for pid, role, program, age in cursor.fetchall()
        ]
