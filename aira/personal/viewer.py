"""Decide whether staff and programs see personal data or masks."""

import time
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest, HttpResponse

from aira.personal.masks import PERSONAL, is_hidden, viewed_by

VIEW = "console.view_personal_data"
REVEAL = "console.reveal_personal_data"
# How long a revealed record stays visible.
MINUTES = 10
END: Any = object()


class RequestViewer:
    """Viewer of a request.

    Staff see what their permissions and revealed records allow. Programs need the scope of their key.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def person(self) -> Any:
        """The id of the member of staff. None for a program."""
        user: Any = getattr(self.request, "user", None)
        return user.pk if isinstance(user, get_user_model()) else None

    def sees(self, label: str, pk: Any) -> bool:
        """Tell whether the request shows the personal data of this row."""
        user: Any = getattr(self.request, "user", None)
        if not isinstance(user, get_user_model()):
            # This is a key, see `aira.api.models.ApiKey`. Other users are refused before they see a row.
            return bool(user.sees_personal_data()) if hasattr(user, "sees_personal_data") else True
        if user.has_perm(VIEW):
            return True
        return bool(user.has_perm(REVEAL)) and revealed_until(self.request, label, pk) is not None


def revealed_until(request: HttpRequest, label: str, pk: Any) -> float | None:
    """Return the end of a reveal in seconds since the epoch, or None if the record is not revealed in this session."""
    until: float | None = request.session.get("revealed", {}).get(f"{label}:{pk}")
    return until if until and until > time.time() else None


def reveal(request: HttpRequest, model: type[models.Model], pk: Any) -> None:
    """Reveal a record in this session."""
    now = time.time()
    shown = {key: until for key, until in request.session.get("revealed", {}).items() if until > now}
    request.session["revealed"] = shown | {f"{model._meta.label_lower}:{pk}": now + MINUTES * 60}


def masked_fields(model: type[models.Model], pk: Any) -> tuple[str, ...]:
    """Return the fields whose values are masked for this request."""
    return tuple(PERSONAL[model._meta.label_lower]) if is_hidden(model, pk) else ()


class PersonalData:
    """Middleware that masks personal data in everything that a request loads. It follows the authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request for its viewer."""
        with viewed_by(RequestViewer(request)):
            response = self.get_response(request)
            if response.streaming:
                # Streaming bodies are consumed after this function returns.
                response.streaming_content = in_this_context(response.streaming_content)  # type: ignore[attr-defined]
        return response


def in_this_context(parts: Any) -> Iterator[bytes]:
    """Produce each part for the current viewer."""
    context, iterator = copy_context(), iter(parts)
    return iter(lambda: context.run(next, iterator, END), END)
