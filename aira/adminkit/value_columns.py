"""Columns and fields of a page that show JSON values and periods of time in words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin

from aira.formats.values import duration_text, lines_of


def in_words(name: str, label: str) -> Callable[[Any, Any], str]:
    """Return a method of a page that shows the field `name` in words.

    Args:
        label: the heading of the column.
    """

    @admin.display(description=label, ordering=name)
    def shown(page: Any, row: Any) -> str:
        value = getattr(row, name)
        if isinstance(value, timedelta):
            return duration_text(value)
        return "\n".join(lines_of(value)) or "–"

    return shown
