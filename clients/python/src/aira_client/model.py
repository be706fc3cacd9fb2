"""Turn the JSON of answers into objects."""

import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

# Types that JSON has as text.
READERS: dict[Any, Any] = {
    UUID: UUID,
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}

# Types of members by model, since reading them takes long.
HINTS: dict[type, dict[str, Any]] = {}


class Model:
    """An object of the API. Its members are attributes.

    A newer server may send members that this version doesn't know. They are attributes, too. A member that the
    request left out by `fields` is missing, and raises AttributeError.
    """

    _raw: dict[str, Any]
    _headers: Mapping[str, str]

    def __init__(self, raw: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        self.__dict__["_raw"] = dict(raw)
        self.__dict__["_headers"] = headers or {}

    @property
    def etag(self) -> str:
        """The state of the row, for `if_match`. Raises ValueError for a row of a list, which has none."""
        if "ETag" not in self._headers:
            raise ValueError("This row came without an ETag. Retrieve it, or pass if_match='*' to change any state.")
        return self._headers["ETag"]

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON has it."""
        return dict(self._raw)

    def __getattr__(self, name: str) -> Any:
        raw: dict[str, Any] = self.__dict__.get("_raw", {})
        member = name if name in raw else name.removesuffix("_")
        if member not in raw or name.startswith("__"):
            raise AttributeError(
                f"This {type(self).__name__} has no {name!r}. It has {', '.join(raw) or 'no members'}."
            )
        value = converted(raw[member], hints(type(self)).get(name, Any))
        # Convert each member once.
        self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} can't be changed. Call the API's update to change {name!r}.")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Model) and self._raw == other._raw

    def __hash__(self) -> int:
        return hash((type(self), repr(sorted(self._raw.items()))))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._raw.items())})"

    def __getstate__(self) -> dict[str, Any]:
        return {"_raw": self._raw, "_headers": dict(self._headers)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


def hints(model: type[Model]) -> dict[str, Any]:
    """Return the types of a model's members."""
    if model not in HINTS:
        HINTS[model] = get_type_hints(model)
    return HINTS[model]


def converted(value: Any, kind: Any, headers: Mapping[str, str] | None = None) -> Any:
    """Return a value of JSON as its type. A value of another shape stays as it is."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        kind = next((one for one in inner if fits(value, one)), Any)
        return value if kind is Any else converted(value, kind, headers)
    if not fits(value, kind):
        return value
    if origin is list:
        return [converted(one, *inner) for one in value]
    if isinstance(kind, type) and issubclass(kind, Model):
        return kind(value, headers)
    return READERS[kind](value) if kind in READERS else value


def fits(value: Any, kind: Any) -> bool:
    """Tell whether the JSON value can have the type."""
    origin = get_origin(kind)
    if origin is Literal:
        return value in get_args(kind)
    if origin is list:
        return isinstance(value, list)
    if origin is dict or (isinstance(kind, type) and issubclass(kind, Model)):
        return isinstance(value, dict)
    if kind not in READERS:
        return kind is Any or kind is object or (isinstance(kind, type) and isinstance(value, kind))
    if not isinstance(value, str):
        return False
    try:
        READERS[kind](value)
    except (ValueError, ArithmeticError):
        return False
    return True
