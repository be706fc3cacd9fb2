"""Withhold the right to create temporary objects in this database from all roles."""

from pathlib import Path

from django.db import connections, transaction

FILE = Path(__file__).parent / "sql" / "temporary.sql"


def withhold(using: str) -> str | None:
    """Revoke the right from PUBLIC, see `sql/temporary.sql`.

    Return a sentence if the connection's role may not revoke it.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(FILE.read_text(encoding="utf-8"))
        cursor.execute(
            """
            select pg_catalog.format(
                'Every role can create temporary objects in this database. Only its owner, %s, '
                'can revoke this: revoke temporary on database %I from public;',
                pg_catalog.pg_get_userbyid(d.datdba), d.datname)
            from pg_catalog.pg_database d
            where d.datname = pg_catalog.current_database()
              and pg_catalog.has_database_privilege('public', d.oid, 'TEMPORARY')
            """
        )
        found = cursor.fetchone()
    return found[0] if found else None
