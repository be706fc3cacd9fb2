"""What every write of the API is: one transaction that knows who writes and why."""

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from aira.api.authentication import key_of
from aira.api.idempotency import HEADER, claim
from aira.api.parsers import refuse_large
from aira.api.problems import OutcomeUnknown
from aira.api.request_bodies import LONGEST_REASON, check_body
from aira.audit.actor import announce
from aira.schema.errors import is_lost
from aira.web.request_identity import SAFE, actor_of


class Writes:
    """Mixin of views: their unsafe methods run whole or not at all, refusals included."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        name = (request.method or "").lower()
        handler = getattr(self, name, None)
        if handler is not None and request.method not in SAFE:
            setattr(self, name, self.whole(handler))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def whole(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        def write(request: Request, *args: Any, **kwargs: Any) -> Any:
            refuse_large(request)
            # Read before it is parsed: the fingerprint of an Idempotency-Key is of its bytes.
            _ = request._request.body
            why = reason_of(request)
            check_body(self, request)
            done = False
            try:
                with transaction.atomic():
                    request._request.reason = why  # type: ignore[attr-defined]
                    announce(actor_of(request._request))
                    claimed = claim(request, type(self))
                    if isinstance(claimed, HttpResponse):
                        return claimed
                    response = handler(request, *args, **kwargs)
                    if claimed:
                        claimed.keep(response)
                    done = True
            except (DatabaseError, InterfaceError) as error:
                if done and is_lost(error):
                    raise OutcomeUnknown(what_now(request)) from error
                raise
            return response

        return write


def what_now(request: Request) -> str:
    """What to do when nobody knows whether a write was saved."""
    broke = "The connection to the database broke while the change was saved: all of it was saved, or nothing."
    if HEADER in request.headers and request.method == "POST":
        return f"{broke} Send the same request again with the same {HEADER}: it has one effect."
    if request.method == "POST":
        return f"{broke} Read what is there before you send it again. With an {HEADER} you could just repeat it."
    return f"{broke} Send it again with the same If-Match: 412 says that it was saved."


def reason_of(request: Request) -> str | None:
    """`X-Reason`, else the body's `reason`, else what the key is for; None for staff who say none."""
    sent = request.headers.get("X-Reason", "").strip()
    if sent:
        try:
            # The server hands headers on as latin-1.
            sent = sent.encode("latin-1").decode()
        except UnicodeError:
            raise ValidationError({"X-Reason": ["The header must be UTF-8."]}) from None
    data: Any = request.data if request.method in ("POST", "PATCH") else None
    if not sent and isinstance(data, dict) and isinstance(data.get("reason"), str):
        sent = data["reason"].strip()
    if len(sent) > LONGEST_REASON or "\0" in sent:
        raise ValidationError({"X-Reason": [f"A reason has at most {LONGEST_REASON} characters, and no NUL."]})
    key = key_of(request)
    return sent or (key.purpose if key else None)
