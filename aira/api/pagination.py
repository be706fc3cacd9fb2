"""Split lists into pages by the key of the last row, so that each row appears once, even among equal values."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any, override

from django.core.exceptions import ValidationError as InvalidValue
from django.db.models import Model, Q
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

PAGE_SIZE, LARGEST_PAGE = 50, 200
LONGEST_CURSOR = 1000
# Further members of an answer to `updated_since`.
OF_A_SYNC: dict[str, dict[str, Any]] = {
    "removed": {
        "type": "array",
        "items": {"type": "string", "format": "uuid"},
        "description": "Only with `updated_since`: the ids of rows that no longer exist, or that the filters leave out."
        " Remove them from your copy.",
    },
    "resume": {
        "type": "string",
        "format": "uri",
        "description": "Only with `updated_since`: the link that continues after this page, now or later. Store it"
        " after you have saved the page.",
    },
}


class Keyset(BasePagination):
    """Pagination by `?cursor=`, `?page_size=` and `?ordering=`.

    Each of the view's `orderings` names columns that an index serves: the last is unique, all have one direction, and
    none is null.

    Attributes:
        synced: tells whether the list that is described has `updated_since`.
    """

    synced = False

    @override
    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.name, self.columns = ordering(request, view)
        size = page_size(request)
        start = self.decode(queryset.model)
        back, values = start or (False, [])
        columns = [flipped(column) for column in self.columns] if back else self.columns
        if start:
            queryset = queryset.filter(rows_after(columns, values))
        found = list(queryset.order_by(*columns)[: size + 1])
        more, found = len(found) > size, found[:size]
        if back:
            found.reverse()
        self.next = self.link(found[-1], back=False) if found and (more or back) else None
        self.previous = self.link(found[0], back=True) if found and (more if back else start) else None
        return found

    @override
    def get_paginated_response(self, data: Any) -> Response:
        return Response(in_list_shape(data, self.next, self.previous))

    def link(self, row: Model, *, back: bool) -> str:
        """Return the link to the page that begins after (or ends before) this row."""
        values = [plain(getattr(row, column.removeprefix("-"))) for column in self.columns]
        text = json.dumps([self.name, int(back), *values], separators=(",", ":"))
        cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        url = remove_query_param(self.request.build_absolute_uri(), "cursor")
        return replace_query_param(url, "cursor", cursor)

    def decode(self, model: type[Model]) -> tuple[bool, list[Any]] | None:
        """Return whether the page goes backwards, and the values of the row after which it begins."""
        cursor = self.request.query_params.get("cursor")
        if not cursor:
            return None
        try:
            if len(cursor) > LONGEST_CURSOR:
                raise ValueError("The cursor is too long.")
            name, back, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if name != self.name or back not in (0, 1) or len(values) != len(self.columns):
                raise ValueError("The cursor belongs to another list.")
            fields: list[Any] = [model._meta.get_field(column.removeprefix("-")) for column in self.columns]
            clean = [field.to_python(value) for field, value in zip(fields, values, strict=True)]
            # This refuses numbers that a column can't hold, and times that are out of range.
            for field, value in zip(fields, clean, strict=True):
                field.run_validators(value)
        except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, InvalidValue):
            raise ValidationError(
                {"cursor": ["This is not a cursor of this list. Follow the links `next` and `previous`."]}
            ) from None
        return bool(back), clean

    @override
    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        def parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
            return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}

        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}
        names = list(view.orderings)
        since = parameter(
            "updated_since",
            "Rows that changed since this time, also those in the trash, in an order that misses none: see the guide"
            " Pages. Follow `resume`",
            {"type": "string", "format": "date-time"},
        )
        return [
            *([since] if view.synced else []),
            parameter("cursor", "Cursor from `next` or `previous`", {"type": "string"}),
            parameter("page_size", "Rows per page", size),
            parameter("ordering", "Order; `-` reverses it", {"type": "string", "enum": names, "default": names[0]}),
        ]

    @override
    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        old = schema | {"deprecated": True, "description": "The same as `data`, which replaces it. Use `data`."}
        shape: dict[str, Any] = {
            "type": "object",
            "required": ["data", "next", "previous", "results"],
            "properties": {"data": schema, "next": link, "previous": link, "results": old},
        }
        if self.synced:
            shape["properties"] |= OF_A_SYNC
        return shape


def in_list_shape(data: list[Any], following: str | None, previous: str | None) -> dict[str, Any]:
    """Return a page in the shape of all lists. `results` is the old name of `data`, until version 1.0."""
    return {"data": data, "next": following, "previous": previous, "results": data}


def ordering(request: Request, view: Any) -> tuple[str, list[str]]:
    """Return the name and the columns of the order."""
    known: dict[str, tuple[str, ...]] = view.orderings
    name = request.query_params.get("ordering") or next(iter(known))
    if name not in known:
        raise ValidationError({"ordering": [f"Choose one of {', '.join(known)}."]})
    return name, list(known[name])


def page_size(request: Request) -> int:
    """Return the number of rows per page."""
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= LARGEST_PAGE):
        raise ValidationError({"page_size": [f"Choose 1 to {LARGEST_PAGE} rows per page."]})
    return int(text)


def flipped(column: str) -> str:
    """Return the column in the opposite direction."""
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def rows_after(columns: list[str], values: list[Any]) -> Q:
    """Return the condition for rows after these values. An index on the first column serves its first part."""
    column, *others = columns
    name, than = column.removeprefix("-"), "lt" if column.startswith("-") else "gt"
    if not others:
        return Q(**{f"{name}__{than}": values[0]})
    after = Q(**{f"{name}__{than}": values[0]}) | rows_after(others, values[1:])
    return Q(**{f"{name}__{than}e": values[0]}) & after


def plain(value: Any) -> Any:
    """Return a value as the cursor holds it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if isinstance(value, int) else str(value)
