"""Call functions of the database with the rights of the site's role."""

from typing import Any

from django.db import connections


def rows(query: str, *params: Any, using: str = "default") -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with connections[using].cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
