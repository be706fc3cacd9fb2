"""Give committed changes of rows their positions."""

from aira.schema.sql_calls import in_batches

# As many as a transaction numbers at once.
BATCH = 10_000


def number_all() -> int:
    """Number the changes that wait. Return how many."""
    return in_batches("select private.number_changes(%s)", most=BATCH)
