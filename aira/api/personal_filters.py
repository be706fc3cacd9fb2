"""Check filters and orders by personal data. Masked values can only be filtered as a whole."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from rest_framework.exceptions import PermissionDenied, Throttled
from rest_framework.request import Request

from aira.personal.masks import PERSONAL, revealing_columns
from aira.search import person_searches


def check_filters(request: Request, model: type[models.Model], filters: Any) -> None:
    """Refuse partial filters of masked columns.

    Count and record filters by personal data. Raises PermissionDenied and Throttled.

    Args:
        filters: the view's FilterSet class, or None.
    """
    known = filters.base_filters if filters else {}
    asked = {name: known[name] for name in request.query_params if name in known and request.query_params[name]}
    untold = revealing_columns(model)
    for name, one in asked.items():
        if one.field_name.split("__")[0] in untold and one.lookup_expr != "exact":
            raise PermissionDenied(f"{one.field_name} is masked for you. Filter by its whole value instead of {name}.")
    columns = sorted({one.field_name for one in asked.values()} & set(PERSONAL.get(model._meta.label_lower, ())))
    if columns:
        limit(request)
        person_searches.record(request._request, table(model), columns)


def check_ordering(model: type[models.Model], columns: Iterable[str]) -> None:
    """Raise PermissionDenied for an order by masked columns, which would reveal the greater value."""
    if masked := sorted(revealing_columns(model) & {column.removeprefix("-") for column in columns}):
        raise PermissionDenied(f"{', '.join(masked)} is masked for you. Choose another order.")


def begin_search(request: Request, model: type[models.Model], text: str, kinds: Iterable[str]) -> None:
    """Count and record a search. Raises Throttled."""
    try:
        person_searches.begin_search(request._request, table(model), text, kinds)
    except person_searches.TooManySearches as error:
        raise Throttled(error.seconds, str(error)) from None


def limit(request: Request) -> None:
    """Count a filter by personal data. Raises Throttled."""
    try:
        person_searches.limit(request._request)
    except person_searches.TooManySearches as error:
        raise Throttled(error.seconds, str(error)) from None


def table(model: type[models.Model]) -> str:
    """Return the table of a model."""
    return model._meta.db_table.replace('"', "")
