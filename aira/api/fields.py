"""`?fields=`: which members of a resource are answered."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PARAMETER = "fields"


def chosen(request: Request, known: Iterable[str]) -> list[str] | None:
    """In the order of the resource; None for all of them."""
    text = request.query_params.get(PARAMETER)
    if text is None:
        return None
    wanted, names = {name.strip() for name in text.split(",")}, list(known)
    if unknown := sorted(wanted - set(names)):
        raise ValidationError({PARAMETER: [f"There is no {', '.join(unknown)!r}; there are {', '.join(names)}."]})
    return [name for name in names if name in wanted]


def cut(data: dict[str, Any], names: list[str] | None) -> dict[str, Any]:
    return data if names is None else {name: data[name] for name in names}
