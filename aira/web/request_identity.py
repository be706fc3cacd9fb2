"""Give every request an id, and its writes an actor."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, override
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from aira.audit.actor import Actor, acting_as

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id() -> str | None:
    """Return the id of the current request, or None."""
    return _request_id.get()


class WithRequestId(logging.Filter):
    """Filter of logs that adds the request id to each record. Outside of a request it is `-`."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            # Django logs a response after the request has ended.
            later = getattr(getattr(record, "request", None), "request_id", None)
            record.request_id = _request_id.get() or later or "-"
        return True


class RequestIdentity:
    """Middleware that takes over a printable and short `X-Request-Id`, or creates an id. The response carries it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the id and the actor, and return the response with the id."""
        sent = request.headers.get("X-Request-Id", "")
        given = sent if REQUEST_ID.fullmatch(sent) else uuid4().hex
        request.request_id = given  # type: ignore[attr-defined]
        token = _request_id.set(given)
        try:
            if request.method in SAFE:
                response = self.get_response(request)
            else:
                with acting_as(lambda: actor_of(request)):
                    response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response["X-Request-Id"] = given
        return response


def actor_of(request: Any) -> Actor | None:
    """Return the logged-in member of staff or the API key as the actor. None without either."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    kind = getattr(user, "actor_kind", "staff")
    return Actor(kind, str(user.pk), user.get_username(), request_id() or "", getattr(request, "reason", None))
