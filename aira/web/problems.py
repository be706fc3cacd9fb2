"""Return RFC 9457 problems where no view of the API is involved."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse

from aira.web.request_identity import request_id

MEDIA_TYPE = "application/problem+json"
# Seconds for a new connection, or for the start of a server.
RETRY_AFTER = {"database_unavailable": "5", "outcome_unknown": "5"}
AWAY = "The database can't be reached now. Nothing was changed. Send the request again in a few seconds."


def as_body(status: int, kind: str, detail: str, **members: Any) -> dict[str, Any]:
    """Return the members of a problem. Empty ones are left out."""
    body = {"type": f"urn:aira:problem:{kind}", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    members["request_id"] = request_id()
    return body | {name: value for name, value in members.items() if value}


def page(status: int, kind: str, detail: str) -> HttpResponse:
    """Return the response of a problem."""
    response = JsonResponse(as_body(status, kind, detail), status=status, content_type=MEDIA_TYPE)
    if status == 503:
        response["Retry-After"] = RETRY_AFTER.get(kind, "1")
    return response
