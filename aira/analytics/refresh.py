"""The materialized views of schema `analytics`: which there are, and computing them anew."""

import logging
from collections.abc import Iterable, Iterator

from django.db import DatabaseError, connections

log = logging.getLogger("aira.analytics")


def views(using: str = "default") -> list[str]:
    """Names, without the schema."""
    with connections[using].cursor() as cursor:
        cursor.execute("select matviewname from pg_matviews where schemaname = 'analytics' order by 1")
        return [name for (name,) in cursor.fetchall()]


def refresh(names: Iterable[str], using: str = "default") -> Iterator[tuple[str, str]]:
    """Each name with refreshed, failed or busy, one transaction each: a view that fails does not stop the next."""
    for name in names:
        try:
            with connections[using].cursor() as cursor:
                cursor.execute("select private.refresh_analytics(%s)", [name])
                [outcome] = cursor.fetchone()
        except DatabaseError as error:
            # What a view's own query raises is recorded; this is a lost connection, or a view that went away meanwhile.
            log.error("analytics: %s: %s", name, error)
            outcome = "failed"
        yield name, outcome
