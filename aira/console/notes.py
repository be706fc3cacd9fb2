"""Write, find and finish notes of staff."""

import re
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from aira.console.models import Note, StaffUser
from aira.personal.masks import is_hidden
from aira.schema.models import Account
from billing.models import Transaction
from bookings.models import Appointment
from businesses.models import Business

# The models that notes are about, with the field of Note.
FIELDS: dict[type[models.Model], str] = {
    Business: "business",
    Account: "account",
    Appointment: "appointment",
    Transaction: "transaction",
}
SHOWN = 20
WORD = re.compile(r"\w+")


def notes_about(row: models.Model, along: Any = None) -> QuerySet[Note]:
    """Return the notes about one record: open ones first, then the newest.

    Args:
        along: keys of further records of the same kind.
    """
    found = (
        Note.objects.filter(**{f"{FIELDS[type(row)]}__in": along or [row.pk]})
        .select_related("assignee")
        .defer("search")
    )
    return found.order_by(models.F("done_at").asc(nulls_first=True), "-created_at")


def notes_around(model: type[models.Model], pk: Any) -> QuerySet[Note]:
    """Return the notes about a record and what belongs to it, for its timeline."""
    field = FIELDS.get(model)
    if field is None:
        return Note.objects.none()
    about = Q(**{field: pk})
    if model is Business:
        about |= Q(appointment__in=Appointment.objects.filter(business=pk).values("pk"))
    if model is Account:
        about |= Q(business__in=Business.objects.filter(user=pk).values("pk"))
        about |= Q(appointment__in=Appointment.objects.filter(user=pk).values("pk"))
        about |= Q(transaction__in=Transaction.objects.filter(user=pk).values("pk"))
    return Note.objects.filter(about).defer("search")


def mine(person: StaffUser) -> QuerySet[Note]:
    """Return the open notes that are assigned to a member of staff, the most urgent first."""
    found = Note.objects.filter(assignee=person, done_at=None).defer("search").select_related(*FIELDS.values())
    return found.order_by(models.F("due").asc(nulls_last=True), "created_at")


def matching(text: str, person: Any) -> QuerySet[Note]:
    """Return the notes with all words of a text, each from its beginning on.

    Staff who see notes masked find only their own and those assigned to them, since others could be guessed.
    """
    words = WORD.findall(text.lower())[:20]
    if not words:
        return Note.objects.none()
    query = SearchQuery(" & ".join(f"'{word}':*" for word in words), search_type="raw", config="simple")
    found = Note.objects.filter(search=query).defer("search").select_related(*FIELDS.values())
    if is_hidden(Note, None):
        found = found.filter(Q(author=person.pk) | Q(assignee=person.pk))
    return found


def write(
    *, row: models.Model, by: StaffUser, text: str, assignee: StaffUser | None, due: date | None, ticket: str | None
) -> Note:
    """Write a note about a record."""
    return Note.objects.create(
        **{FIELDS[type(row)]: row},
        author=by,
        author_name=by.get_username(),
        text=text,
        assignee=assignee,
        due=due,
        ticket=ticket or None,
    )


def finish(*, note: Any, by: StaffUser) -> bool:
    """Mark a note as done. Return False if somebody else has."""
    return bool(Note.objects.filter(pk=note, done_at=None).update(done_at=Now(), done_by=by.get_username()))


def reopen(*, note: Any) -> bool:
    """Open a finished note again. Return False if it is open already."""
    return bool(Note.objects.exclude(done_at=None).filter(pk=note).update(done_at=None, done_by=None))
