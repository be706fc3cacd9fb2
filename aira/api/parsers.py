"""What a body may be: JSON of a size and depth that somebody may mean, and text that PostgreSQL can hold."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from aira.api.problems import PayloadTooLarge

LARGEST = 1024 * 1024
DEEPEST = 32


def refuse_large(request: Request) -> None:
    """By what the request says of itself; the server hands on no more than that."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    if int(said if said.isdigit() else 0) > LARGEST:
        raise PayloadTooLarge(f"A body has at most {LARGEST} bytes; send {said} bytes in parts.")


class Json(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode()
            found = json.loads(text, parse_constant=refuse_constant, object_pairs_hook=refuse_repeated)
        except RecursionError:
            raise ParseError("The JSON is nested too deep.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}.") from None
        refuse_odd(found)
        return found


def refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def refuse_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a member that comes twice, one value would be ignored."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the member {next(name for name in names if names.count(name) > 1)!r} comes twice")
    return found


def refuse_odd(found: Any) -> None:
    """Nests, NUL characters and halves of characters, wherever they are; without recursion, which has a limit."""
    left = [(found, 1)]
    while left:
        value, depth = left.pop()
        if depth > DEEPEST:
            raise ParseError(f"The JSON is nested deeper than {DEEPEST} levels.")
        if isinstance(value, dict):
            left += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            left += [(part, depth + 1) for part in value]
        elif isinstance(value, str):
            if "\0" in value:
                raise ParseError("Text must not contain NUL characters.")
            if any("\ud800" <= character <= "\udfff" for character in value):
                raise ParseError("Text must not contain halves of surrogate pairs.")
