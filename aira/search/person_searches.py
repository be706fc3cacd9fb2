"""Limit and record searches for people."""

import re
from collections.abc import Iterable
from typing import Any, Literal
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from psycopg.types.json import Jsonb

from aira.audit.actor import announce
from aira.personal.masks import finds_whole_values_only
from aira.schema.sql_calls import rows
from aira.web.request_identity import actor_of

# The limit of a member of staff per minute, over all pages and sessions. The palette searches with each keystroke.
SEARCHES_A_MINUTE = 120
# Kinds of private.search whose rows are people.
PEOPLE = {"account", "appointment"}
PHONE = re.compile(r"[-+()./ 0-9]{4,}", re.ASCII)
# Ids of Twilio and Stripe. The id of a call is the external id of an appointment.
SID = re.compile(r"(PN|AC|CA|SM)[0-9a-zA-Z]{8,}|(pi|ch|re|dp|evt)_\w+", re.ASCII)


class TooManySearches(Exception):
    """Raised above the limit of searches.

    Attributes:
        seconds: the time until the next search is allowed.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"You made {SEARCHES_A_MINUTE} searches in a minute, which is the limit. Search again in {seconds} seconds."
        )
        self.seconds = seconds


def begin_search(request: Any, where: str, text: str, kinds: Iterable[str]) -> None:
    """Count a search, and record it if its text may be a person's name, phone number or e-mail.

    Raises TooManySearches.

    Args:
        where: the list that is searched.
        kinds: the kinds of private.search by which it finds rows.
    """
    limit(request)
    by, people = kind_of(text), PEOPLE & set(kinds)
    # Accounts have no names.
    if people and by and (by != "words" or "appointment" in people):
        record(request, where, [by])


def limit(request: Any) -> None:
    """Count a search of a member of staff. Requests of keys have a limit of their own. Raises TooManySearches."""
    user = getattr(request, "user", None)
    if not isinstance(user, get_user_model()):
        return
    [[allowed, _, seconds]] = rows("select * from private.take_request(%s, %s)", user.pk, SEARCHES_A_MINUTE)
    if not allowed:
        raise TooManySearches(seconds)


def kind_of(text: str) -> Literal["phone", "email", "words"] | None:
    """Return which personal data a text may be, or None for an id."""
    if "@" in text:
        return "email"
    if is_id(text) or SID.fullmatch(text):
        return None
    return "phone" if PHONE.fullmatch(text) else "words"


def is_id(text: str) -> bool:
    """Tell whether the text is a UUID."""
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def record(request: Any, where: str, by: list[str]) -> None:
    """Record the search in the audit with its list and kind, but without the value."""
    details = {"by": by, "whole": finds_whole_values_only()}
    with transaction.atomic():
        # A request that only reads has not announced its actor yet.
        announce(actor_of(request))
        rows("select private.record_search(%s, %s)", where, Jsonb(details))
