"""Refresh the materialized views of the schema `analytics`."""

import logging
from collections.abc import Iterable, Iterator

from django.db import DatabaseError, connections

log = logging.getLogger("aira.analytics")


def views(using: str = "default") -> list[str]:
    """Return the names of the views without the schema."""
    with connections[using].cursor() as cursor:
        cursor.execute("select matviewname from pg_matviews where schemaname = 'analytics' order by 1")
        return [name for (name,) in cursor.fetchall()]


def refresh(names: Iterable[str], using: str = "default") -> Iterator[tuple[str, str]]:
    """Refresh views in one transaction each.

    Yield each name with refreshed, failed or busy. A failure does not stop the others.
    """
    for name in names:
        try:
            with connections[using].cursor() as cursor:
                cursor.execute("select private.refresh_analytics(%s)", [name])
                [outcome] = cursor.fetchone()
        except DatabaseError as error:
            # Errors of a view's own query are recorded by the function. This is a lost connection or a view that was
            # dropped.
            log.error("analytics: %s: %s", name, error)
            outcome = "failed"
        yield name, outcome
