"""Open connections apart from those that Django keeps."""

from typing import Any

from django.db import connections


def parameters(alias: str) -> dict[str, Any]:
    """Return the parameters with which psycopg connects like Django, without Django's cursor and types."""
    given = connections[alias].get_connection_params()
    return {name: value for name, value in given.items() if name not in ("cursor_factory", "context")}
