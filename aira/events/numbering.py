"""Give committed events their positions."""

from aira.schema.sql_calls import rows

# The most events that one transaction numbers.
BATCH = 10_000


def number_all() -> int:
    """Number the events that wait. Return how many."""
    numbered = 0
    while count := rows("select private.number_events(%s)", BATCH)[0][0]:
        numbered += count
    return numbered
