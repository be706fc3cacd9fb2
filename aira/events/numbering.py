"""Give committed events their positions."""

from aira.schema.sql_calls import in_batches

# The most events that one transaction numbers.
BATCH = 10_000


def number_all() -> int:
    """Number the events that wait. Return how many."""
    return in_batches("select private.number_events(%s)", most=BATCH)
