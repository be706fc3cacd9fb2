"""What the database server must be, said in one sentence when it is not."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import OperationalError, connections

OLDEST = 15


def require_usable(alias: str) -> None:
    """Raises ImproperlyConfigured, with what to do, for a server that is too old."""
    with connections[alias].cursor() as cursor:
        cursor.execute("show server_version_num")
        version = int(cursor.fetchone()[0])
    if version < OLDEST * 10_000:
        raise ImproperlyConfigured(
            f"the server is PostgreSQL {version // 10_000}; this project needs {OLDEST} or newer. Upgrade the server."
        )


def has_table(alias: str, name: str) -> bool:
    """name: with its schema, such as public.wallets."""
    with connections[alias].cursor() as cursor:
        # Not to_regclass, which raises for a schema that is closed to us.
        cursor.execute(
            "select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname || '.' || c.relname = %s)",
            [name],
        )
        return bool(cursor.fetchone()[0])


def require_tables(alias: str) -> None:
    """Raises CommandError for a database that nothing was migrated in."""
    if not has_table(alias, "public.business_v2"):
        raise CommandError("this database holds none of our tables: run manage.py migrate first.")


def why_unreachable(error: OperationalError) -> str | None:
    """One sentence for a connection that could not be made; None for any other error."""
    text = str(error)
    if getattr(error.__cause__, "sqlstate", None) or not ("connection" in text or text.startswith("failed to resolve")):
        return None
    places = {f"{db['NAME']!r} at {db['HOST']}:{db['PORT'] or 5432}" for db in settings.DATABASES.values()}
    reason = text.splitlines()[0].rpartition("failed: ")[2]
    return (
        f"no connection to database {' or '.join(sorted(places))}: {reason}. "
        "Start the server, or correct DATABASE_URL and DATABASE_DIRECT_URL."
    )
