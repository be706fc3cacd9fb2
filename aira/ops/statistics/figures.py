"""Read the stored figures for the console."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from aira.ops.statistics.snapshot import query

# The periods of the pages, in days. Figures are kept for twice the longest, so that two periods can be compared.
PERIODS = (1, 7)
ORDERS = {"total": "Total time", "calls": "Calls", "mean": "Mean time"}
NEWEST = """
    select s.taken_at, s.hidden, s.evicted - f.evicted, s.statements
    from private.statement_snapshots s
    cross join lateral (
        select o.evicted from private.statement_snapshots o
        where o.taken_at > s.taken_at - interval '1 day' and o.stats_reset is not distinct from s.stats_reset
        order by o.taken_at limit 1
    ) f order by s.taken_at desc limit 1
"""


@dataclass(frozen=True)
class Newest:
    """The newest snapshot.

    Attributes:
        hidden: how many statements of other roles could not be read.
        evicted: how many statements the server forgot in a day, since it had no space for them.
        statements: how many statements it counted.
    """

    taken_at: datetime
    hidden: int
    evicted: int
    statements: int


def newest() -> Newest | None:
    """Return the newest snapshot, or None before the first."""
    with connections["default"].cursor() as cursor:
        cursor.execute(NEWEST)
        found = cursor.fetchone()
    return Newest(*found) if found else None


def read(name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return the rows of a query of this room by their columns."""
    with connections["default"].cursor() as cursor:
        cursor.execute(query(name), parameters or None)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
