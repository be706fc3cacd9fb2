"""What the database server must be, said in one sentence when it is not."""

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections

OLDEST = 15


def require_usable(alias: str) -> None:
    """Raises ImproperlyConfigured, with what to do, for a server that does not answer or is too old."""
    connection = connections[alias]
    settings = connection.settings_dict
    try:
        with connection.cursor() as cursor:
            cursor.execute("show server_version_num")
            version = int(cursor.fetchone()[0])
    except OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ImproperlyConfigured(
            f"no connection to database {settings['NAME']!r} at {settings['HOST']}:{settings['PORT'] or 5432} "
            f"as {settings['USER']!r} ({reason}). Check DATABASE_URL and DATABASE_DIRECT_URL."
        ) from error
    if version < OLDEST * 10_000:
        raise ImproperlyConfigured(
            f"the server is PostgreSQL {version // 10_000}; this project needs {OLDEST} or newer. Upgrade the server."
        )
