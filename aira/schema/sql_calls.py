"""Call functions of the database with the rights of the site's role."""

from typing import Any

from django.db import connections


def rows(query: str, *params: Any, using: str = "default") -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with connections[using].cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def in_batches(query: str, *params: Any, most: int) -> int:
    """Repeat a query that handles up to `most` rows and returns their number. Return the sum.

    The first batch that is not full is the last one: beside steady writers, there would always be another.

    Args:
        params: parameters before `most`, which is the last one.
    """
    total = 0
    while True:
        ((count,),) = rows(query, *params, most)
        total += count
        if count < most:
            return total
