"""Offer a way back: a message with “Undo”, which takes a change back for ten minutes.

A way is registered once, where the change is made. `offer` shows the message. The values for `take_back` are signed
into the message's form and can be read there, so they are ids and times, but no personal data. `take_back` raises
`Refused` if the record has changed since. Then nothing is undone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from aira.adminkit.forms import attempt, in_words
from aira.adminkit.links import within_site
from aira.audit.actor import set_reason
from aira.schema.errors import Refused

MINUTES = 10
SALT = "aira.adminkit.undo"
# The message's tag that carries the signed undo action.
TAG = "undo:"
TOO_LATE = f"Nothing was undone, because more than {MINUTES} minutes have passed."


@dataclass(frozen=True, kw_only=True)
class Way:
    """Undo action for one kind of change.

    Attributes:
        may: tells whether the member of staff may undo the change.
        take_back: undoes the change with the values of `offer`, and returns a message. It raises Refused if the record
            has changed since.
    """

    name: str
    may: Callable[[HttpRequest, dict[str, Any]], bool]
    take_back: Callable[[HttpRequest, dict[str, Any]], str]


_ways: dict[str, Way] = {}


def register(way: Way) -> Way:
    """Register an undo action, so that the page that undoes finds it by its name. Return it."""
    _ways[way.name] = way
    return way


def permitted(permission: str) -> Callable[[HttpRequest, dict[str, Any]], bool]:
    """Return the `may` of an undo action that needs one permission."""
    return lambda request, values: request.user.has_perm(permission)


def ticket(request: HttpRequest, way: Way, **values: Any) -> str:
    """Return the undo action, signed for this member of staff. The values must be serializable as JSON."""
    content = {"way": way.name, "by": str(request.user.pk), "values": values}
    return signing.dumps(content, salt=SALT, compress=True)


def offer(request: HttpRequest, way: Way, said: str, **values: Any) -> None:
    """Show what was done, with a button that undoes it."""
    messages.success(request, said, extra_tags=TAG + ticket(request, way, **values))


def ticket_of(message: Any) -> str:
    """Return the signed undo action of a message, or an empty text."""
    tags = getattr(message, "extra_tags", "") or ""
    return str(tags).removeprefix(TAG) if str(tags).startswith(TAG) else ""


@require_POST
def undo_view(request: HttpRequest) -> HttpResponse:
    """Undo a change, and return to the page on which the button was pressed."""
    back = within_site(request.POST.get("back", ""), reverse("admin:index"))
    try:
        content = signing.loads(request.POST.get("ticket", ""), salt=SALT, max_age=MINUTES * 60)
    except signing.SignatureExpired:
        messages.error(request, TOO_LATE)
        return HttpResponseRedirect(back)
    except signing.BadSignature:
        messages.error(request, "Nothing was undone, because the button was not valid.")
        return HttpResponseRedirect(back)
    way = _ways.get(content["way"])
    if way is None:
        messages.error(request, "Nothing was undone, because this version of the site can't undo it.")
        return HttpResponseRedirect(back)
    if content["by"] != str(request.user.pk) or not way.may(request, content["values"]):
        raise PermissionDenied
    try:
        outcome = attempt(partial(taken_back, request, way, content["values"], back))
    except Refused as refused:
        messages.error(request, f"Nothing was undone. {refused}")
        return HttpResponseRedirect(back)
    if isinstance(outcome, HttpResponse):
        return outcome
    messages.error(request, in_words(outcome, "Nothing was undone."))
    return HttpResponseRedirect(back)


def taken_back(request: HttpRequest, way: Way, values: dict[str, Any], back: str) -> HttpResponse:
    """Undo the change, show the outcome and return to the page before."""
    set_reason("Undone by the person who made the change")
    messages.success(request, way.take_back(request, values))
    return HttpResponseRedirect(back)
