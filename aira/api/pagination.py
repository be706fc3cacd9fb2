"""How lists are cut into pages: by the key of the last row, so that each row comes once, however many are alike."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError as InvalidValue
from django.db.models import Model, Q
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

PAGE_SIZE, LARGEST_PAGE = 50, 200
LONGEST_CURSOR = 1000


class Keyset(BasePagination):
    """`?cursor=`, `?page_size=` and `?ordering=`, one of the view's `orderings`: columns that an index serves, a unique
    one last, all in one direction, and none of them null."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.name, self.columns = ordering(request, view)
        size = page_size(request)
        start = self.decode(queryset.model)
        back, values = start or (False, [])
        columns = [flipped(column) for column in self.columns] if back else self.columns
        if start:
            queryset = queryset.filter(beyond(columns, values))
        found = list(queryset.order_by(*columns)[: size + 1])
        more, found = len(found) > size, found[:size]
        if back:
            found.reverse()
        self.next = self.link(found[-1], back=False) if found and (more or back) else None
        self.previous = self.link(found[0], back=True) if found and (more if back else start) else None
        return found

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next, "previous": self.previous, "results": data})

    def link(self, row: Model, *, back: bool) -> str:
        values = [plain(getattr(row, column.removeprefix("-"))) for column in self.columns]
        text = json.dumps([self.name, int(back), *values], separators=(",", ":"))
        cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
        url = remove_query_param(self.request.build_absolute_uri(), "cursor")
        return replace_query_param(url, "cursor", cursor)

    def decode(self, model: type[Model]) -> tuple[bool, list[Any]] | None:
        """Whether backwards, and the values of the row that the page begins after."""
        cursor = self.request.query_params.get("cursor")
        if not cursor:
            return None
        try:
            if len(cursor) > LONGEST_CURSOR:
                raise ValueError("too long")
            name, back, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if name != self.name or back not in (0, 1) or len(values) != len(self.columns):
                raise ValueError("of another list")
            fields: list[Any] = [model._meta.get_field(column.removeprefix("-")) for column in self.columns]
            clean = [field.to_python(value) for field, value in zip(fields, values, strict=True)]
            # A number that no column holds, or a time out of all ranges.
            for field, value in zip(fields, clean, strict=True):
                field.run_validators(value)
        except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, InvalidValue):
            raise ValidationError(
                {"cursor": ["This is no cursor of this list: follow `next` and `previous`."]}
            ) from None
        return bool(back), clean

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        def parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
            return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}

        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}
        names = list(view.orderings)
        return [
            parameter("cursor", "From `next` or `previous`", {"type": "string"}),
            parameter("page_size", "Rows of a page", size),
            parameter("ordering", "By what; `-` turns it", {"type": "string", "enum": names, "default": names[0]}),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }


def ordering(request: Request, view: Any) -> tuple[str, list[str]]:
    """Its name, and its columns."""
    known: dict[str, tuple[str, ...]] = view.orderings
    name = request.query_params.get("ordering") or next(iter(known))
    if name not in known:
        raise ValidationError({"ordering": [f"The order is one of {', '.join(known)}."]})
    return name, list(known[name])


def page_size(request: Request) -> int:
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= LARGEST_PAGE):
        raise ValidationError({"page_size": [f"A page has 1 to {LARGEST_PAGE} rows."]})
    return int(text)


def flipped(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def beyond(columns: list[str], values: list[Any]) -> Q:
    """Rows after the one with these values. Its first condition is one that an index on the first column serves."""
    column, *others = columns
    name, than = column.removeprefix("-"), "lt" if column.startswith("-") else "gt"
    if not others:
        return Q(**{f"{name}__{than}": values[0]})
    after = Q(**{f"{name}__{than}": values[0]}) | beyond(others, values[1:])
    return Q(**{f"{name}__{than}e": values[0]}) & after


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if isinstance(value, int) else str(value)
