"""Run each write of the API as one transaction that knows its actor and reason."""

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
    """Mixin of views whose unsafe methods run in one transaction, including refusals."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Wrap the handler of an unsafe method in a transaction."""
        name = (request.method or "").lower()
        handler = getattr(self, name, None)
        if handler is not None and request.method not in SAFE:
            setattr(self, name, self.whole(handler))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def whole(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Return the handler in a transaction."""

        def write(request: Request, *args: Any, **kwargs: Any) -> Any:
            refuse_large(request)
            # Read the bytes before they are parsed: the fingerprint of an Idempotency-Key needs them.
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
                    raise OutcomeUnknown(retry_advice(request)) from error
                raise
            return response

        return write


def retry_advice(request: Request) -> str:
    """Return what to do if it is unknown whether a write was saved."""
    broke = "The connection to the database broke during the save. Either all changes were saved, or none."
    if HEADER in request.headers and request.method == "POST":
        return f"{broke} Send the same request again with the same {HEADER}. It takes effect once."
    if request.method == "POST":
        return f"{broke} Read the current state before you send it again. With an {HEADER}, you could simply repeat it."
    return f"{broke} Send it again with the same If-Match. Status 412 means that it was saved."


def reason_of(request: Request) -> str | None:
    """Return `X-Reason`, the body's `reason` or the key's purpose, in this order. None for staff who give no reason."""
    sent = request.headers.get("X-Reason", "").strip()
    if sent:
        try:
            # The server decodes headers as latin-1.
            sent = sent.encode("latin-1").decode()
        except UnicodeError:
            raise ValidationError({"X-Reason": ["The header must be UTF-8."]}) from None
    data: Any = request.data if request.method in ("POST", "PATCH") else None
    if not sent and isinstance(data, dict) and isinstance(data.get("reason"), str):
        sent = data["reason"].strip()
    if len(sent) > LONGEST_REASON or "\0" in sent:
        raise ValidationError({"X-Reason": [f"Send a reason of at most {LONGEST_REASON} characters, without NUL."]})
    key = key_of(request)
    return sent or (key.purpose if key else None)
