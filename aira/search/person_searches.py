"""Searches for people: how many a session may make, and the record of each."""

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

# Of a member of staff in a minute, over all pages and sessions. The palette searches while somebody types.
SEARCHES_A_MINUTE = 120
# Kinds of private.search whose rows are people.
PEOPLE = {"account", "appointment"}
PHONE = re.compile(r"[-+()./ 0-9]{6,}", re.ASCII)
# Of Twilio and Stripe; a call's id is an appointment's external id.
SID = re.compile(r"(PN|AC|CA|SM)[0-9a-zA-Z]{8,}|(pi|ch|re|dp|evt)_\w+", re.ASCII)


class TooManySearches(Exception):
    """seconds: until the next one is allowed."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"You searched {SEARCHES_A_MINUTE} times in a minute. Search again in {seconds} seconds.")
        self.seconds = seconds


def begin_search(request: Any, where: str, text: str, kinds: Iterable[str]) -> None:
    """Count a search of a session, and record it if its text may be somebody's name, phone number or e-mail.

    where: the list that is searched; kinds: of private.search, that it finds rows by.
    Raises TooManySearches.
    """
    limit(request)
    by, people = kind_of(text), PEOPLE & set(kinds)
    # Accounts have no names.
    if people and by and (by != "words" or "appointment" in people):
        record(request, where, [by])


def limit(request: Any) -> None:
    """Count a search of a member of staff; a key's requests are counted as such. Raises TooManySearches."""
    user = getattr(request, "user", None)
    if not isinstance(user, get_user_model()):
        return
    [[allowed, _, seconds]] = rows("select * from private.take_request(%s, %s)", user.pk, SEARCHES_A_MINUTE)
    if not allowed:
        raise TooManySearches(seconds)


def kind_of(text: str) -> Literal["phone", "email", "words"] | None:
    """What a text may be of a person; None for an id."""
    if "@" in text:
        return "email"
    if is_id(text) or SID.fullmatch(text):
        return None
    return "phone" if PHONE.fullmatch(text) else "words"


def is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def record(request: Any, where: str, by: list[str]) -> None:
    """Write an event of the audit: who searched where, and by what; never the value."""
    details = {"by": by, "whole": finds_whole_values_only()}
    with transaction.atomic():
        # A request that only reads has not said who acts.
        announce(actor_of(request))
        rows("select private.record_search(%s, %s)", where, Jsonb(details))
