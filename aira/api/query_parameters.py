"""Check query parameters: each must be known and occur once. Silently ignored parameters would mislead callers."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from aira.api.request_bodies import UNKNOWN, unknown_name
from aira.schema.models import TrashableModel

FORMAT, SEARCH, TRASHED, UPDATED_SINCE = "format", "q", "trashed", "updated_since"
EXPAND, FIELDS, METADATA = "expand", "fields", re.compile(r"metadata\[([^\[\]]{1,100})\]")
PAGES = {"cursor", "page_size", "ordering"}


def filter_names(view: Any) -> set[str]:
    """Return the names of a list's filters."""
    fields: dict[str, list[str]] = getattr(view, "filterset_fields", None) or {}
    return {
        name if lookup == "exact" else f"{name}__{lookup}" for name, lookups in fields.items() for lookup in lookups
    }


def has_trash(view: Any) -> bool:
    """Tell whether the rows of the view can be in the trash."""
    return issubclass(view.queryset.model, TrashableModel)


def has_metadata(view: Any) -> bool:
    """Tell whether the rows of the view have metadata."""
    return any(field.name == "metadata" for field in view.queryset.model._meta.fields)


def of_list(view: Any) -> set[str]:
    """Return the query parameters of a list."""
    known = {FORMAT, FIELDS} | PAGES | filter_names(view)
    known |= ({UPDATED_SINCE} if view.synced else set()) | ({EXPAND} if view.expands else set())
    return known | ({SEARCH} if view.searches else set()) | ({TRASHED} if has_trash(view) else set())


def refuse_parameters(request: Request, known: Collection[str], *, metadata: bool = False) -> None:
    """Raise a ValidationError that names each parameter that is unknown, repeated or empty.

    Args:
        metadata: allows `metadata[key]`.
    """
    wrong: dict[str, list[str]] = {}
    for name, values in request.query_params.lists():
        if name not in known and not (metadata and METADATA.fullmatch(name)):
            wrong[name] = [unknown(name, known)]
        elif len(values) > 1:
            wrong[name] = [ErrorDetail(f"It occurs {len(values)} times. Send it once.", UNKNOWN)]
        elif not values[0].strip() and name != SEARCH:
            wrong[name] = ["It has no value. Send a value or leave the parameter out."]
    if wrong:
        raise ValidationError(wrong)


def names_in(request: Request, parameter: str, known: Collection[str]) -> list[str] | None:
    """Return the names that a parameter lists with commas between them, or None without the parameter.

    Returns:
        The names in the order of `known`, each once.

    Raises:
        ValidationError: A name is not known.
    """
    text = request.query_params.get(parameter)
    if text is None:
        return None
    wanted = {name.strip() for name in text.split(",")}
    if others := sorted(wanted - set(known)):
        raise ValidationError({parameter: [f"Unknown: {', '.join(others)}. Known: {', '.join(known)}."]})
    return [name for name in known if name in wanted]


def unknown(name: str, known: Collection[str]) -> ErrorDetail:
    """Return the error for an unknown parameter."""
    if name.startswith("deleted_at") and TRASHED in known:
        return ErrorDetail("No parameter has this name. Use trashed=true, false or any.", UNKNOWN)
    return unknown_name("parameter", name, known)


def chosen(request: Request, known: Iterable[str]) -> list[str] | None:
    """Return the members that `?fields=` asks for, in the order of the resource, or None for all."""
    return names_in(request, FIELDS, list(known))


def cut(data: dict[str, Any], names: list[str] | None) -> dict[str, Any]:
    """Return the members with these names."""
    return data if names is None else {name: data[name] for name in names}
