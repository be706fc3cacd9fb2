"""What somebody typed to find rows by: `private.search` knows whom and what it means."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from aira.personal.masks import finds_whole_values_only
from aira.schema.sql_calls import rows


def search_filter(text: str, limit: int, paths: Mapping[str, str]) -> Q:
    """The rows that are meant, or that belong to what is. paths: kind of what is found → the way there from a row."""
    found: dict[str, list[Any]] = {}
    question = "select kind, id from private.search(%s, %s, %s)"
    for kind, pk in rows(question, text, limit, finds_whole_values_only()):
        found.setdefault(kind, []).append(pk)
    rows_meant = Q(pk__in=[])
    for kind, path in paths.items():
        if keys := found.get(kind):
            rows_meant |= Q(**{f"{path}__in": keys})
    return rows_meant
