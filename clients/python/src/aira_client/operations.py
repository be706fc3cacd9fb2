"""Describe an operation of the API, and turn its arguments into a request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4


@dataclass(frozen=True)
class Operation:
    """One operation of the API.

    Attributes:
        name: its id, such as `appointments.book`.
        path: its path, with names in braces.
        query: names of the arguments that are query parameters.
        headers: names of headers by the names of arguments.
        body: names of the arguments that are members of the body. None if it has no body.
        aliases: names in the request by the names of arguments, where they differ.
        answers: the type of the answer by status. None if the answer is empty.
    """

    name: str
    method: str
    path: str
    query: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: tuple[str, ...] | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[int, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A request that can be sent, also repeatedly."""

    operation: Operation
    path: str
    query: dict[str, str]
    headers: dict[str, bytes]
    json: dict[str, Any] | None


def request_for(operation: Operation, path: tuple[Any, ...], values: Mapping[str, Any]) -> Request:
    """Return the request. Raises TypeError for an unknown argument, and ValueError for an unusable value."""
    body = operation.body or ()
    if unknown := values.keys() - {*operation.query, *operation.headers, *body}:
        raise TypeError(f"{operation.name} has no argument {', '.join(sorted(unknown))}.")
    query, headers = (
        {
            name: as_text(value)
            for one in names
            for name, value in flat(named(operation, one), values.get(one))
            if value is not None
        }
        for names in (operation.query, operation.headers)
    )
    # In a body, None is null.
    members = {named(operation, one): as_json(values[one]) for one in body if one in values}
    if "Idempotency-Key" in operation.headers.values():
        # With a key, the client can send the request again after a broken connection.
        headers.setdefault("Idempotency-Key", str(uuid4()))
    address = operation.path
    for value in path:
        before, _, after = address.partition("{")
        address = before + quote(as_text(value), safe="") + after.partition("}")[2]
    # A reason may have any characters. The API reads headers as UTF-8.
    encoded = {name: text.encode() for name, text in headers.items()}
    return Request(operation, address, query, encoded, None if operation.body is None else members)


def named(operation: Operation, argument: str) -> str:
    """Return the name that an argument has in the request."""
    return operation.headers.get(argument) or operation.aliases.get(argument, argument)


def flat(name: str, value: Any) -> Iterable[tuple[str, Any]]:
    """Return the query parameters of an argument. An object has one for each of its members: `metadata[order]`."""
    return [(f"{name}[{key}]", one) for key, one in value.items()] if isinstance(value, Mapping) else [(name, value)]


def as_text(value: Any) -> str:
    """Return a value as a query parameter or a header has it."""
    if isinstance(value, list | tuple | set | frozenset):
        return ",".join(as_text(one) for one in value)
    plain = as_json(value)
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


def as_json(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"The time {value} has no time zone. Write datetime(…, tzinfo=…).")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(one) for one in value]
    return value
