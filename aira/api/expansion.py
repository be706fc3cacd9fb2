"""Add the rows that a resource refers to, with `?expand=business,user`. Each kind takes one query for a whole page."""

from collections.abc import Sequence
from typing import Any

from django.utils.module_loading import import_string
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from aira.api.permissions import may_read
from aira.api.query_parameters import EXPAND, names_in

MEMBER = "expanded"


def asked(view: Any, request: Request) -> list[str]:
    """Return the names to expand. Raises a problem for unknown ones, and for rows that the caller may not read."""
    names = names_in(request, EXPAND, view.expands) or []
    for name in names:
        if not may_read(request, resource_of(view, name)):
            raise PermissionDenied(f"You may not read {view.expands[name]}, so {name} can't be expanded.")
    return names


def expand(view: Any, request: Request, rows: Sequence[Any], data: list[dict[str, Any]]) -> None:
    """Add the member `expanded` to each row of an answer. A row that can't be found is null.

    Args:
        data: the rows as the answer shows them, in the same order.
    """
    names = asked(view, request)
    if not names:
        return
    found = {name: related(view, name, rows) for name in names}
    for row, shown in zip(rows, data, strict=True):
        shown[MEMBER] = {name: found[name].get(getattr(row, f"{name}_id")) for name in names}


def related(view: Any, name: str, rows: Sequence[Any]) -> dict[Any, dict[str, Any]]:
    """Return the rows that these refer to by their ids, as their own resource shows them to this caller."""
    resource = resource_of(view, name)
    ids = {getattr(row, f"{name}_id") for row in rows} - {None}
    others = resource.queryset.all().in_bulk(ids)
    show = resource.serializer_class(context=view.get_serializer_context())
    return {pk: show.to_representation(other) for pk, other in others.items()}


def resource_of(view: Any, name: str) -> Any:
    """Return the resource that shows the rows of this name."""
    # Import by name: the routes import all apps.
    router = import_string("aira.api.urls.router")
    return next(viewset for prefix, viewset, _ in router.registry if prefix == view.expands[name])


def described(view: Any) -> dict[str, Any]:
    """Return the parameter for the reference."""
    what = f"Rows to add below `{MEMBER}`, with commas between them: {', '.join(view.expands)}. Needs the right to read"
    schema = {"type": "string"}
    return {"name": EXPAND, "in": "query", "required": False, "description": f"{what} them", "schema": schema}


def described_member(view: Any, names: dict[str, str]) -> dict[str, Any]:
    """Return the schema of the member `expanded`.

    Args:
        names: the component of each resource.
    """
    return {
        "type": "object",
        "description": "Only with `expand`: the rows that this one refers to.",
        "properties": {
            name: {"oneOf": [{"$ref": f"#/components/schemas/{names[resource]}"}, {"type": "null"}]}
            for name, resource in view.expands.items()
        },
    }
