"""Calling the database's functions, with the rights of this project's own role."""

from typing import Any

from django.db import connection


def rows(query: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
