"""Parse bodies: JSON of limited size and depth, with text that PostgreSQL can store."""

import json
from typing import Any, override

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from aira.api.problems import PayloadTooLarge
from aira.api.value_fields import JsonNumber

LARGEST = 1024 * 1024
DEEPEST = 32


def refuse_large(request: Request) -> None:
    """Refuse a body whose Content-Length exceeds the limit. The server passes on no more bytes than that."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if int(length if length.isdigit() else 0) > LARGEST:
        raise PayloadTooLarge(f"A body can have at most {LARGEST} bytes, and this one has {length}. Send it in parts.")


class Json(BaseParser):
    """Strict JSON parser."""

    media_type = "application/json"

    @override
    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode()
            found = json.loads(
                text, parse_constant=refuse_constant, parse_float=JsonNumber, object_pairs_hook=refuse_repeated
            )
        except RecursionError:
            raise ParseError(f"The JSON is nested too deeply. Use at most {DEEPEST} levels.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}.") from None
        refuse_unstorable(found)
        return found


def refuse_constant(name: str) -> Any:
    """Refuse NaN and Infinity."""
    raise ValueError(f"{name} is not a number in JSON, so send digits or null")


def refuse_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a member that occurs twice, since one of its values would be ignored."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(
            f"the member {next(name for name in names if names.count(name) > 1)!r} occurs twice, so remove one"
        )
    return found


def refuse_unstorable(found: Any) -> None:
    """Refuse deep nesting, NUL characters and halves of surrogate pairs. Works without recursion, which has a limit."""
    pending = [(found, 1)]
    while pending:
        value, depth = pending.pop()
        if depth > DEEPEST:
            raise ParseError(f"The JSON is nested too deeply. Use at most {DEEPEST} levels.")
        if isinstance(value, dict):
            pending += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            pending += [(part, depth + 1) for part in value]
        elif isinstance(value, str):
            if "\0" in value:
                raise ParseError("A text contains a NUL character. Remove it.")
            if any("\ud800" <= character <= "\udfff" for character in value):
                raise ParseError(
                    "A text contains half of a surrogate pair, such as \\ud83d alone. Send the whole character."
                )
