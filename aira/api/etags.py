"""Which state of a resource somebody saw: `ETag` says it, `If-Match` and `If-None-Match` ask for it."""

import json
import re
from hashlib import sha256
from typing import Any

from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from aira.api.problems import PreconditionFailed, PreconditionRequired

ETAG = re.compile(r'(?:W/)?"[^"]*"')
MUST_MATCH = ("PATCH", "DELETE")


def etag_of(data: Any) -> str:
    """data: a resource as its reader gets it, whole, whatever `?fields=` leaves of it."""
    text = json.dumps(data, cls=JSONEncoder, sort_keys=True)
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Whether the reader has this state already: a 304 will do."""
    said = request.headers.get("If-None-Match", "")
    return said.strip() == "*" or etag in {found.removeprefix("W/") for found in ETAG.findall(said)}


def wants_match(request: Request) -> bool:
    """Whether the state has to be compared. Raises PreconditionRequired where a write must say what it saw."""
    said = request.headers.get("If-Match", "").strip()
    if not said and request.method in MUST_MATCH:
        raise PreconditionRequired(
            "Say which state you change: send the ETag of your last GET as `If-Match`, or `If-Match: *` for any."
        )
    return said not in ("", "*")


def require_match(request: Request, etag: str) -> None:
    # Weak ones never match: they don't promise that nothing changed.
    if etag not in ETAG.findall(request.headers.get("If-Match", "")):
        failed = PreconditionFailed("It was changed since you read it. GET it again, and decide anew.")
        failed.headers = {"ETag": etag}  # type: ignore[attr-defined]
        raise failed
