"""Connections of our own, beside those that Django keeps."""

from typing import Any

from django.db import connections


def parameters(alias: str) -> dict[str, Any]:
    """What psycopg connects with where Django does, without what makes it Django's cursor and types."""
    given = connections[alias].get_connection_params()
    return {name: value for name, value in given.items() if name not in ("cursor_factory", "context")}
