"""Filter rows by a text through `private.search`."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from aira.personal.masks import finds_whole_values_only
from aira.schema.sql_calls import rows


def search_filter(text: str, limit: int, paths: Mapping[str, str]) -> Q:
    """Return the filter for the rows that a text finds, and for those that belong to them.

    Args:
        paths: the path from a row to a result, by kind of the result.
    """
    found: dict[str, list[Any]] = {}
    question = "select kind, id from private.search(%s, %s, %s)"
    for kind, pk in rows(question, text, limit, finds_whole_values_only()):
        found.setdefault(kind, []).append(pk)
    matching = Q(pk__in=[])
    for kind, path in paths.items():
        if keys := found.get(kind):
            matching |= Q(**{f"{path}__in": keys})
    return matching
