"""Check the database server, and describe problems in one sentence."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import OperationalError, connections

OLDEST = 15


def require_usable(alias: str) -> None:
    """Raise ImproperlyConfigured with what to do if the server is too old."""
    with connections[alias].cursor() as cursor:
        cursor.execute("show server_version_num")
        version = int(cursor.fetchone()[0])
    if version < OLDEST * 10_000:
        raise ImproperlyConfigured(
            f"The server is PostgreSQL {version // 10_000}. This project needs {OLDEST} or newer. Upgrade the server."
        )


def has_table(alias: str, name: str) -> bool:
    """Tell whether a table exists.

    Args:
        name: with its schema, such as public.wallets.
    """
    with connections[alias].cursor() as cursor:
        # to_regclass would raise for a schema that the role may not use.
        cursor.execute(
            "select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname || '.' || c.relname = %s)",
            [name],
        )
        return bool(cursor.fetchone()[0])


def require_tables(alias: str) -> None:
    """Raise CommandError for a database without migrations."""
    if not has_table(alias, "public.business_v2"):
        raise CommandError("This database has none of the project's tables. Run manage.py migrate first.")


def why_unreachable(error: OperationalError) -> str | None:
    """Return one sentence for a failed connection, or None for other errors."""
    text = str(error)
    if getattr(error.__cause__, "sqlstate", None) or not ("connection" in text or text.startswith("failed to resolve")):
        return None
    places = {f"{db['NAME']!r} at {db['HOST']}:{db['PORT'] or 5432}" for db in settings.DATABASES.values()}
    reason = text.splitlines()[0].rpartition("failed: ")[2]
    return (
        f"Can't connect to database {' or '.join(sorted(places))}: {reason}. "
        "Start the server, or correct DATABASE_URL and DATABASE_DIRECT_URL."
    )
