"""Compare states of a resource: `ETag` names a state, and `If-Match` and `If-None-Match` require or exclude it."""

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
    """Return the ETag of a resource.

    Args:
        data: the whole resource as its reader gets it, regardless of `?fields=`.
    """
    text = json.dumps(data, cls=JSONEncoder, sort_keys=True)
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """Tell whether the reader already has this state, so that 304 is enough."""
    header = request.headers.get("If-None-Match", "")
    return header.strip() == "*" or etag in {found.removeprefix("W/") for found in ETAG.findall(header)}


def wants_match(request: Request) -> bool:
    """Tell whether the state must be compared. Raises PreconditionRequired if a write lacks `If-Match`."""
    header = request.headers.get("If-Match", "").strip()
    if not header and request.method in MUST_MATCH:
        raise PreconditionRequired(
            "The header If-Match is missing. Send the ETag of your last GET, or `If-Match: *` to change any state."
        )
    return header not in ("", "*")


def require_match(request: Request, etag: str) -> None:
    """Raise PreconditionFailed unless `If-Match` names this state."""
    # Weak ETags never match, since they don't guarantee that nothing changed.
    if etag not in ETAG.findall(request.headers.get("If-Match", "")):
        failed = PreconditionFailed(
            "The resource has changed since you read it. GET it again, then decide whether to send your change."
        )
        failed.headers = {"ETag": etag}  # type: ignore[attr-defined]
        raise failed
