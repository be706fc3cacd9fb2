"""Give committed changes of rows their positions."""

from aira.schema.sql_calls import rows

# As many as a transaction numbers at once.
BATCH = 10_000


def number_all() -> int:
    """Number the changes that wait. Return how many."""
    numbered = 0
    while count := rows("select private.number_changes(%s)", BATCH)[0][0]:
        numbered += count
    return numbered
