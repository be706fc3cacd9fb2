"""What every request carries: an id, and for what it writes, who sent it."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from aira.audit.actor import Actor, acting

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id() -> str | None:
    """Of the request that is being answered."""
    return _request_id.get()


class WithRequestId(logging.Filter):
    """Gives each record of the log the id of the request that it is about; `-` outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "request_id"):
            # What Django says of an answer it says when the request is over.
            of = getattr(getattr(record, "request", None), "request_id", None)
            record.request_id = _request_id.get() or of or "-"
        return True


class RequestIdentity:
    """Takes over `X-Request-Id` when it is printable and short, else makes one; answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-Id", "")
        given = sent if REQUEST_ID.fullmatch(sent) else uuid4().hex
        request.request_id = given  # type: ignore[attr-defined]
        token = _request_id.set(given)
        try:
            if request.method in SAFE:
                response = self.get_response(request)
            else:
                with acting(lambda: actor_of(request)):
                    response = self.get_response(request)
        finally:
            _request_id.reset(token)
        response["X-Request-Id"] = given
        return response


def actor_of(request: Any) -> Actor | None:
    """The member of staff who is logged in, or the key that a program sent."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    kind = getattr(user, "actor_kind", "staff")
    return Actor(kind, str(user.pk), user.get_username(), request_id() or "", getattr(request, "reason", None))
