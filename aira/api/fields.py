"""Choose the members of a resource with `?fields=`."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PARAMETER = "fields"


def chosen(request: Request, known: Iterable[str]) -> list[str] | None:
    """Return the requested names in the order of the resource, or None for all."""
    text = request.query_params.get(PARAMETER)
    if text is None:
        return None
    wanted, names = {name.strip() for name in text.split(",")}, list(known)
    if unknown := sorted(wanted - set(names)):
        raise ValidationError({PARAMETER: [f"Unknown: {', '.join(unknown)}. Known: {', '.join(names)}."]})
    return [name for name in names if name in wanted]


def cut(data: dict[str, Any], names: list[str] | None) -> dict[str, Any]:
    """Return the requested members."""
    return data if names is None else {name: data[name] for name in names}
