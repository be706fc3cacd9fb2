"""Tables that are partitioned by month."""

from aira.db.functions import rows

# With their schema; `private.add_partitions` says how a partition is made.
TABLES = ("audit.events", "private.delivery_attempts")


def add_missing() -> int:
    """The partitions of this month and the next three; how many were missing."""
    return sum(rows("select private.add_partitions(%s::regclass)", table)[0][0] for table in TABLES)
