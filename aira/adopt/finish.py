"""Do the long work after the switch that blocks no service. Continue where an earlier run stopped."""

from collections.abc import Callable
from functools import partial

from django.db import connections
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from aira.adopt import record
from aira.migrate import comments
from aira.migrate.lock_retries import Patience, patiently

# CREATE INDEX CONCURRENTLY waits for older transactions, and no statement waits behind it.
LOCK_TIMEOUT = "60s"
BRIEF = Patience(lock_timeout=0.3, attempts=40, longest_pause=1)


def finish(alias: str, say: Callable[[str], None]) -> None:
    """Run the stored steps after the switch, and mark adoption as finished."""
    with connections[alias].cursor() as cursor:
        be_patient(cursor)
        cursor.execute("select step, kind, name, statement from adoption.todo order by step")
        for step, kind, name, statement in cursor.fetchall():
            say(f"{kind} {name}")
            if kind == "zones":
                # This locks the table for a moment. Writers wait for it at most as long as for the switch.
                patiently(alias, BRIEF, partial(cursor.execute, statement), say)
                be_patient(cursor)
            elif kind != "index" or not made(alias, name):
                cursor.execute(statement)
            cursor.execute("delete from adoption.todo where step = %s", [step])
        # These statements block neither readers nor writers.
        comments.write(alias)
        cursor.execute("reset lock_timeout")
        cursor.execute("reset maintenance_work_mem")
        cursor.execute(
            "analyze public.business_v2, public.business_numbers, public.wallets, public.appointments, public.documents"
        )
        # Until this is recorded, the next run of adopt continues here.
        record.remember(cursor, "finished", True)


def be_patient(cursor: CursorWrapper) -> None:
    """Set the limits of the session for long statements."""
    cursor.execute(
        "select set_config('lock_timeout', %s, false), set_config('statement_timeout', '0', false), "
        "set_config('maintenance_work_mem', '256MB', false)",
        [LOCK_TIMEOUT],
    )


def made(alias: str, name: str) -> bool:
    """Return whether the index exists. Drop an invalid one that a killed run left."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select x.indisvalid from pg_catalog.pg_index x where x.indexrelid = pg_catalog.to_regclass(%s)",
            [f'public."{name}"'],
        )
        found = cursor.fetchone()
        if found and not found[0]:
            cursor.execute(sql.SQL("drop index concurrently public.{}").format(sql.Identifier(name)))
        return bool(found and found[0])
