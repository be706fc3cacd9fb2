"""Make a POST repeatable. Its response is stored in the transaction of its effect and sent again for a day."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from aira.api.models import IdempotentAnswer
from aira.api.problems import IdempotencyKeyMismatch
from aira.personal.masks import all_as_seen, is_hidden
from aira.schema.sql_calls import rows
from aira.web.request_identity import actor_of

HEADER = "Idempotency-Key"
USE_HEADER = f"Deprecated: send the header {HEADER}, which has the same effect."
KEPT = timedelta(hours=24)
ALLOWED = re.compile(r"[\x21-\x7e]{1,255}")
BATCH = 1000


class KeyOfHeader:
    """Default of a member: the key of the header. Items of a bulk request have none."""

    requires_context = True

    def __call__(self, field: serializers.Field[Any, Any, Any, Any]) -> str | None:
        """Return the key, or None without one."""
        if "request" not in field.context or field.context["view"].action == "bulk":
            return None
        key: str | None = field.context["request"].headers.get(HEADER)
        return key


class KeyField(serializers.CharField):
    """Member with the key of a request, from before every request could have it as a header."""

    def __init__(self, **kwargs: Any) -> None:
        default: Any = KeyOfHeader()
        super().__init__(default=default, **kwargs)


@dataclass(frozen=True)
class Claim:
    """Idempotency key that this transaction has claimed."""

    actor: str
    key: str

    def keep(self, response: Any) -> None:
        """Store the response. A refusal is not stored, since it rolls the transaction back.

        Members that the view names `unrepeated`, such as a secret, are stored as null.
        """
        data = response.data
        if secret := getattr(response, "unrepeated", ()):
            data = data | dict.fromkeys(secret)
        body = None if data is None else JSONRenderer().render(data).decode()
        IdempotentAnswer.objects.filter(actor=self.actor, key=self.key).update(
            status=response.status_code, etag=response.get("ETag"), body=body
        )


def claim(request: Request, view: Any) -> Claim | HttpResponse | None:
    """Claim the key.

    Return the claim, the stored response of a repetition, or None without a key. Raises IdempotencyKeyMismatch.

    Args:
        view: the class whose rows the response holds.
    """
    if request.method != "POST" or HEADER not in request.headers:
        return None
    key = request.headers[HEADER]
    if not ALLOWED.fullmatch(key):
        raise ValidationError({HEADER: ["Send a key of 1 to 255 printable ASCII characters, for example a UUID."]})
    who = actor_of(request._request)
    actor = f"{who.kind}:{who.id}" if who else ""
    question = "select * from private.claim_idempotency_key(%s, %s, %s)"
    [[claimed, same, status, etag, body]] = rows(question, actor, key, fingerprint(request))
    if claimed:
        return Claim(actor, key)
    if not same:
        raise IdempotencyKeyMismatch(
            f"The {HEADER} {key} was used for another request in the last 24 hours. Use a new key for each request."
        )
    seen = as_seen_today(view, body)
    answer = HttpResponse(seen or "", status=status, content_type="application/json")
    answer["Idempotent-Replayed"] = "true"
    # An ETag of unmasked values would let the reader guess them by trial.
    if etag and seen == body:
        answer["ETag"] = etag
    return answer


def as_seen_today(view: Any, body: str | None) -> str | None:
    """Mask what the caller may no longer see.

    Args:
        body: JSON of a row, or of the outcomes of a bulk request.
    """
    model = getattr(getattr(view, "queryset", None), "model", None)
    if body is None or model is None or not is_hidden(model, None):
        return body
    data = json.loads(body)
    if "results" in data:
        for result in data["results"]:
            if row := result.get("item"):
                result["item"] = all_as_seen(model, row.get("id"), row)
    else:
        data = all_as_seen(model, data.get("id"), data)
    return JSONRenderer().render(data).decode()


def fingerprint(request: Request) -> bytes:
    """Return the hash of method, address and body."""
    http = request._request
    head = f"{http.method} {http.get_full_path()}\n".encode(errors="surrogatepass")
    return sha256(head + http.body).digest()


def purge() -> int:
    """Delete responses older than a day, in transactions of up to BATCH rows. Return the count."""
    removed = 0
    while True:
        with transaction.atomic():
            old = IdempotentAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).select_for_update(
                skip_locked=True
            )
            gone, _ = IdempotentAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH])).delete()
        removed += gone
        if gone < BATCH:
            return removed
