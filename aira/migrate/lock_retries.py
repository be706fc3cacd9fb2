"""Let `migrate` run beside services that write: one migrate at a time, short waits for locks, and retries.

While a migration waits for the lock of a table, every statement on that table queues behind it. So it waits for at most
a second, gives up to let them through, and tries again.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.core.management.base import CommandError
from django.db import DatabaseError, connections

# A session-level lock on the direct connection ends with the process, however that ends.
KEY = "aira.schema.migrate"
LOCK_NOT_AVAILABLE, DEADLOCK, STATEMENT_TIMEOUT = "55P03", "40P01", "57014"


@dataclass(frozen=True)
class Patience:
    """Limits in seconds. Writers wait at most lock_timeout for each statement that waits for a lock."""

    lock_timeout: float = 1.0
    statement_timeout: float = 900.0
    attempts: int = 10
    longest_pause: float = 15.0


@contextmanager
def one_at_a_time(alias: str, patience: Patience) -> Iterator[None]:
    """Hold the right to migrate this database. Raises CommandError with the other process if it stays taken."""
    with connections[alias].cursor() as cursor:
        deadline = time.monotonic() + patience.lock_timeout * patience.attempts
        while True:
            cursor.execute("select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext(%s))", [KEY])
            if cursor.fetchone()[0]:
                break
            if time.monotonic() > deadline:
                raise CommandError(
                    f"Another migrate is running: {holder(alias)}. Wait until it has finished, or end it."
                )
            time.sleep(0.2)
    try:
        yield
    finally:
        # A broken connection has released everything.
        with suppress(DatabaseError), connections[alias].cursor() as cursor:
            cursor.execute("reset lock_timeout")
            cursor.execute("reset statement_timeout")
            cursor.execute("select pg_catalog.pg_advisory_unlock(pg_catalog.hashtext(%s))", [KEY])


def holder(alias: str) -> str:
    """Return the process that holds the lock."""
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
    return "process {} of {} ({})".format(*found) if found else "it has just ended"


def patiently(alias: str, patience: Patience, work: Callable[[], None], write: Callable[[str], None]) -> None:
    """Run `work`, and continue it whenever a lock stops it.

    Each migration is a transaction.

    Raises CommandError with the holders of locks if the last attempt fails.
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
                    f"A statement took more than {patience.statement_timeout:g} s and was rolled back: {error}. "
                    "Allow more time with --statement-timeout."
                ) from error
            if state not in (LOCK_NOT_AVAILABLE, DEADLOCK):
                raise
            holders = "; ".join(lock_holders(alias)) or "no session any more"
            if attempt == patience.attempts:
                raise CommandError(
                    f"{attempt} attempts to get a lock within {patience.lock_timeout:g} s failed. The migration that "
                    f"waited was rolled back, earlier ones stay. Locks are held by: {holders}. "
                    "Wait until they have ended, then run migrate again to continue."
                ) from error
            # The random pause keeps concurrent deploys from retrying at the same time.
            pause = min(patience.longest_pause, 2 ** (attempt - 1)) * random.uniform(0.5, 1)  # noqa: S311
            write(
                f"No lock within {patience.lock_timeout:g} s. Locks are held by: {holders}. Retrying in {pause:.1f} s."
            )
            time.sleep(pause)


def lock_holders(alias: str) -> list[str]:
    """Return other sessions with locks on tables of this database, the oldest first, as far as they are visible."""
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
