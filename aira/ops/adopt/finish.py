"""After the switch: what is long and locks nobody out, again from where it stopped."""

from collections.abc import Callable

from django.db import connections
from psycopg import sql

# CREATE INDEX CONCURRENTLY waits for transactions that are older, and nobody waits behind it.
LOCK_TIMEOUT = "60s"


def finish(alias: str, say: Callable[[str], None]) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select set_config('lock_timeout', %s, false), set_config('maintenance_work_mem', '256MB', false)",
            [LOCK_TIMEOUT],
        )
        cursor.execute("select step, kind, name, statement from private.adoption order by step")
        for step, kind, name, statement in cursor.fetchall():
            say(f"{kind} {name}")
            if kind != "index" or not made(alias, name):
                cursor.execute(statement)
            cursor.execute("delete from private.adoption where step = %s", [step])
        cursor.execute("reset lock_timeout")
        cursor.execute("reset maintenance_work_mem")
        cursor.execute(
            "analyze public.business_v2, public.business_numbers, public.wallets, public.appointments, public.documents"
        )
        # While it is there, the adoption goes on here when adopt is run again.
        cursor.execute("drop table private.adoption")


def made(alias: str, name: str) -> bool:
    """Whether the index is there; what a run that was killed left half-made goes."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select x.indisvalid from pg_catalog.pg_index x where x.indexrelid = pg_catalog.to_regclass(%s)",
            [f'public."{name}"'],
        )
        found = cursor.fetchone()
        if found and not found[0]:
            cursor.execute(sql.SQL("drop index concurrently public.{}").format(sql.Identifier(name)))
        return bool(found and found[0])
