"""What a member of staff gets to see of a personal field: the value, or its mask."""

import time
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest, HttpResponse

from aira.personal.masks import PERSONAL, is_hidden, looking

VIEW = "console.view_personal_data"
REVEAL = "console.reveal_personal_data"
# How long one record stays shown after a reason was given.
MINUTES = 10
END: Any = object()


class Eyes:
    """Of a request. Staff see what they may and what they had revealed; a program with a key has its scopes instead."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def sees(self, label: str, pk: Any) -> bool:
        user: Any = getattr(self.request, "user", None)
        if not isinstance(user, get_user_model()):
            # A key: `aira.api.models.ApiKey`, by its scope. Nobody who is neither gets to see a row.
            return bool(user.sees_personal_data()) if hasattr(user, "sees_personal_data") else True
        if user.has_perm(VIEW):
            return True
        return bool(user.has_perm(REVEAL)) and revealed_until(self.request, label, pk) is not None


def revealed_until(request: HttpRequest, label: str, pk: Any) -> float | None:
    """Seconds since the epoch; None when that record was not revealed in this session, or too long ago."""
    until: float | None = request.session.get("revealed", {}).get(f"{label}:{pk}")
    return until if until and until > time.time() else None


def reveal(request: HttpRequest, model: type[models.Model], pk: Any) -> None:
    now = time.time()
    shown = {key: until for key, until in request.session.get("revealed", {}).items() if until > now}
    request.session["revealed"] = shown | {f"{model._meta.label_lower}:{pk}": now + MINUTES * 60}


def masked_fields(model: type[models.Model], pk: Any) -> tuple[str, ...]:
    """Fields whose values this request gets as masks."""
    return tuple(PERSONAL[model._meta.label_lower]) if is_hidden(model, pk) else ()


class PersonalData:
    """Middleware: whatever answers a request loads people as its staff may see them. After authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with looking(Eyes(request)):
            response = self.get_response(request)
            if response.streaming:
                # It is read when this is long over.
                response.streaming_content = within(response.streaming_content)  # type: ignore[attr-defined]
        return response


def within(parts: Any) -> Iterator[bytes]:
    """Each part is made with the eyes of now."""
    context, iterator = copy_context(), iter(parts)
    return iter(lambda: context.run(next, iterator, END), END)
