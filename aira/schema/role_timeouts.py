"""Limit the duration of statements per role. See `sql/role_timeouts.sql`."""

from pathlib import Path

from django.db import connections, transaction

FILE = Path(__file__).parent / "sql" / "role_timeouts.sql"
LIMITS = {"anon": "3s", "authenticated": "8s", "voice_agent": "15s", "kb_updater": "15s"}


def limit(using: str) -> list[str]:
    """Set missing limits. Return a sentence for each role that the connection's role may not change."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(FILE.read_text(encoding="utf-8"))
        cursor.execute(
            """
            select r.rolname from pg_catalog.pg_roles r
            where r.rolname = any(%s) and not exists (
                select from pg_catalog.pg_db_role_setting s cross join pg_catalog.unnest(s.setconfig) c (setting)
                where s.setrole = r.oid and c.setting like 'statement\\_timeout=%%')
            order by r.rolname
            """,
            [list(LIMITS)],
        )
        unlimited = [name for (name,) in cursor.fetchall()]
    return [
        f"Statements of {name} have no time limit. Only a superuser or an administrator of the role can set one:"
        f" alter role {name} set statement_timeout = '{LIMITS[name]}';"
        for name in unlimited
    ]
