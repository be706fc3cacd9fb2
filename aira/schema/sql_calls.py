"""Calling the database's functions, with the rights of this project's own role."""

from typing import Any

from django.db import connections


def rows(query: str, *params: Any, using: str = "default") -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
