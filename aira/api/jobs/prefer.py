"""Read the header `Prefer: respond-async` (RFC 7240)."""

from rest_framework.request import Request

RESPOND_ASYNC = "respond-async"


def prefers_async(request: Request) -> bool:
    """Tell whether the caller prefers an answer before the work is done."""
    parts = request.headers.get("Prefer", "").split(",")
    return RESPOND_ASYNC in {part.partition(";")[0].strip().lower() for part in parts}
