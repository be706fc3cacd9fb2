"""Choose the way of adoption, beside the original tables or in place, and estimate its time and disk space."""

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from aira.adopt import TABLES
from aira.adopt.beside import dependents

# Measured on two cores (BENCHMARKS.md): copied rows per second, and rows per second while the tables are locked.
COPIED, CHANGED = 20_000, 60_000
# The finished tables have more columns and indexes than the originals.
LARGER = 1.5


@dataclass(frozen=True)
class Way:
    """Hold the chosen way.

    Attributes:
        rows: The number of rows of the six tables.
        size: The bytes of the six tables.
        because: Objects that only adoption in place can keep.
    """

    rows: int
    size: int
    because: list[str]

    def lines(self) -> list[str]:
        """Describe the way for the end of a check's output."""
        if self.because:
            return [
                f"The tables are changed in place: services wait for about {1 + self.rows / CHANGED:.0f} s, because",
                *(f"    {reason}." for reason in self.because),
                "Without these objects, services would wait for less than a second.",
            ]
        return [
            f"The finished tables are made beside the originals: {self.rows:,} rows in about "
            f"{15 + self.rows / COPIED:.0f} s, while services work. They wait for about a second at the switch.",
            f"That needs {self.size * LARGER / 1e6:,.0f} MB of the server's disk until the originals are dropped. "
            "Make sure that they are free, since adoption can't check this.",
        ]


def planned(cursor: CursorWrapper) -> Way:
    """Choose the way of adoption. The search_path must be empty."""
    cursor.execute(
        "select coalesce(pg_catalog.sum(greatest(c.reltuples, 0)), 0)::bigint, "
        "coalesce(pg_catalog.sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::bigint "
        "from pg_catalog.pg_class c where c.oid = any(%s::regclass[])",
        [[f"public.{table}" for table in TABLES]],
    )
    rows, size = cursor.fetchone()
    return Way(int(rows), int(size), dependents.unknown(cursor))
