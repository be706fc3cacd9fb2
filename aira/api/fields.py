"""Choose the members of a resource with `?fields=`."""

from collections.abc import Iterable
from typing import Any

from rest_framework.request import Request

from aira.api.query_parameters import FIELDS, names_in


def chosen(request: Request, known: Iterable[str]) -> list[str] | None:
    """Return the requested names in the order of the resource, or None for all."""
    return names_in(request, FIELDS, list(known))


def cut(data: dict[str, Any], names: list[str] | None) -> dict[str, Any]:
    """Return the requested members."""
    return data if names is None else {name: data[name] for name in names}
