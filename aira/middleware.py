"""What every request carries: an id, and for what it writes, who sent it."""

import re
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from aira.db.actor import Actor, acting

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
REQUEST_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)


class RequestIdentity:
    """Takes over `X-Request-Id` when it is printable and short, else makes one; answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-Id", "")
        request_id = sent if REQUEST_ID.fullmatch(sent) else uuid4().hex
        if request.method in SAFE:
            response = self.get_response(request)
        else:
            with acting(lambda: actor_of(request, request_id)):
                response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


def actor_of(request: HttpRequest, request_id: str) -> Actor | None:
    """The member of staff who is logged in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return Actor("staff", str(user.pk), user.get_username(), request_id)
