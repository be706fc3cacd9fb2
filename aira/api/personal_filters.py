"""Filters and orders by personal data: whoever may not see a value finds rows by nothing but the whole of it."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from rest_framework.exceptions import PermissionDenied, Throttled
from rest_framework.request import Request

from aira.personal.masks import PERSONAL, untold_columns
from aira.search import person_searches


def check_filters(request: Request, model: type[models.Model], filters: Any) -> None:
    """Refuse parts of what is masked; count and record filters by personal values.

    filters: the view's FilterSet class, or None. Raises PermissionDenied and Throttled.
    """
    known = filters.base_filters if filters else {}
    asked = {name: known[name] for name in request.query_params if name in known and request.query_params[name]}
    untold = untold_columns(model)
    for name, one in asked.items():
        if one.field_name.split("__")[0] in untold and one.lookup_expr != "exact":
            raise PermissionDenied(f"{one.field_name} is masked for you: filter by its whole value, without {name}.")
    columns = sorted({one.field_name for one in asked.values()} & set(PERSONAL.get(model._meta.label_lower, ())))
    if columns:
        limit(request)
        person_searches.record(request._request, table(model), columns)


def check_ordering(model: type[models.Model], columns: Iterable[str]) -> None:
    """Raises PermissionDenied: the order of two rows tells which masked value is the greater one."""
    if masked := sorted(untold_columns(model) & {column.removeprefix("-") for column in columns}):
        raise PermissionDenied(f"{', '.join(masked)} is masked for you: choose another order.")


def begin_search(request: Request, model: type[models.Model], text: str, kinds: Iterable[str]) -> None:
    try:
        person_searches.begin_search(request._request, table(model), text, kinds)
    except person_searches.TooManySearches as error:
        raise Throttled(error.seconds, str(error)) from None


def limit(request: Request) -> None:
    try:
        person_searches.limit(request._request)
    except person_searches.TooManySearches as error:
        raise Throttled(error.seconds, str(error)) from None


def table(model: type[models.Model]) -> str:
    return model._meta.db_table.replace('"', "")
