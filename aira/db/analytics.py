"""The materialized views of schema `analytics`: which there are, and computing them anew."""

import logging
from collections.abc import Iterable, Iterator

from django.db import DatabaseError

from aira.db.functions import rows

log = logging.getLogger("aira.analytics")


def views() -> list[str]:
    """Names, without the schema."""
    return [name for (name,) in rows("select matviewname from pg_matviews where schemaname = 'analytics' order by 1")]


def refresh(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each name with refreshed, failed or busy, one transaction each: a view that fails does not stop the next."""
    for name in names:
        try:
            [[outcome]] = rows("select private.refresh_analytics(%s)", name)
        except DatabaseError as error:
            # Not of the view's own making, which is recorded: a lost connection, a view that went away meanwhile.
            log.error("analytics: %s: %s", name, error)
            outcome = "failed"
        yield name, outcome
