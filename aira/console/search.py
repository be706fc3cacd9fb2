"""Search everything, on a page of its own and in the command palette."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from unfold.dataclasses import SearchResult

from aira.adminkit.links import page_at
from aira.adminkit.model_admin import may_view
from aira.console import notes
from aira.console.models import Note
from aira.console.note_pages import subject_url
from aira.formats.dates import time_text
from aira.personal.masks import finds_whole_values_only, is_hidden
from aira.schema.models import Account
from aira.schema.sql_calls import rows
from aira.search.person_searches import begin_search
from billing.models import Transaction
from bookings.models import Appointment, AppointmentStatus
from businesses.models import Business
from knowledge.models import Document, ProcessingStatus
from telephony.models import BusinessNumber

# The kinds of results: customers and notes, and those of private.search in its order, with their model and icon.
KINDS: dict[str, tuple[type[models.Model], str]] = {
    "customer": (Appointment, "person_search"),
    "account": (Account, "person"),
    "business": (Business, "storefront"),
    "number": (BusinessNumber, "call"),
    "transaction": (Transaction, "receipt_long"),
    "appointment": (Appointment, "event"),
    "document": (Document, "description"),
    "note": (Note, "sticky_note_2"),
}
type Hits = Callable[[HttpRequest, str], Iterable[tuple[type[models.Model], SearchResult]]]
LIMIT = 20
PALETTE_LIMIT = 5


@dataclass(frozen=True)
class Found:
    """Result of the search."""

    kind: str
    label: str
    detail: str
    url: str


def find(request: HttpRequest, text: str, limit: int) -> list[Found]:
    """Return what the member of staff may view of the results, at most `limit` of a kind."""
    # PostgreSQL's text can't contain this character, so no row matches it.
    query = text.replace("\0", "").strip()
    if not query:
        return []
    begin_search(request, "everywhere", query, KINDS)
    question = "select kind, id, label, detail from private.search(%s, %s, %s)"
    found = [
        (kind, KINDS[kind][0], *rest)
        for kind, *rest in rows(question, query, limit, finds_whole_values_only())
        if may_view(request, KINDS[kind][0])
    ]
    # Labels of the database are not masked. Those of masked rows are made from the row.
    hidden: dict[type[models.Model], list[Any]] = {}
    for _, model, pk, *_ in found:
        if is_hidden(model, pk):
            hidden.setdefault(model, []).append(pk)
    masked = {model: model._default_manager.in_bulk(keys) for model, keys in hidden.items()}
    booked = stored_values([pk for _, model, pk, *_ in found if model is Appointment])
    answer = customers(booked)
    for kind, model, pk, label, detail in found:
        if pk in hidden.get(model, ()):
            label, detail = str(masked[model].get(pk, pk)), ""
        elif model is Appointment:
            detail = appointment_words(detail, booked[pk].zone if pk in booked else "UTC")
        elif model is Document:
            detail = status_words(detail, ProcessingStatus)
        url = reverse("business", args=[pk]) if model is Business else page_at(model, pk)
        answer.append(Found(kind, label or str(pk), detail or "", url))
    if may_view(request, Note):
        answer += [
            Found("note", note.text[:120], f"by {note.author_name}", subject_url(note.subject))
            for note in notes.matching(query, request.user)[:limit]
            if may_view(request, type(note.subject))
        ]
    return answer


def appointment_words(detail: str, zone: str) -> str:
    """Return the detail of an appointment. The database begins it with an ISO time in the zone of the business."""
    at, comma, rest = detail.partition(", ")
    there = datetime.fromisoformat(at).astimezone(ZoneInfo(zone))
    return f"{time_text(there, weekday=True)}{comma}{status_words(rest, AppointmentStatus)}"


def status_words(detail: str, statuses: type[models.TextChoices]) -> str:
    """Return the detail with the status in words."""
    labels = {str(value): label.lower() for value, label in statuses.choices}
    return ", ".join(labels.get(part, part) for part in detail.split(", "))


class Stored(NamedTuple):
    """Stored values of an appointment, which are not masked."""

    phone: str | None
    email: str | None
    name: str
    business: Any
    zone: str


def stored_values(appointments: list[Any]) -> dict[Any, Stored]:
    """Return the stored values of appointments by their ids, in the given order."""
    columns = ("pk", "customer_phone", "customer_email", "customer_name", "business_id", "business__timezone")
    found = {pk: Stored(*rest) for pk, *rest in Appointment.objects.filter(pk__in=appointments).values_list(*columns)}
    return {pk: found[pk] for pk in appointments if pk in found}


def customers(appointments: dict[Any, Stored]) -> list[Found]:
    """Return each customer of these appointments once, with the page of everything about them."""
    # Compare stored values, since two people can have the same mask. The labels are masked.
    people: dict[Any, list[Any]] = {}
    for pk, one in appointments.items():
        digits = "".join(filter(str.isdecimal, one.phone or "")).lstrip("0")
        people.setdefault(digits[-9:] or (one.email or "").lower() or (one.name, one.business), []).append(pk)
    shown = Appointment.objects.defer("search").in_bulk([pks[0] for pks in people.values()])
    found = []
    for pks in people.values():
        row = shown[pks[0]]
        contact = row.customer_phone or row.customer_email or ""
        many = f"{len(pks)} appointments found" if len(pks) > 1 else ""
        detail = ", ".join(filter(None, (contact, many)))
        found.append(Found("customer", row.customer_name, detail, reverse("customer", args=[row.pk])))
    return found


@staff_member_required(login_url="admin:login")
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the results of a search."""
    text = request.GET.get("q", "")
    found = find(request, text, LIMIT)
    groups = [
        ("customers" if kind == "customer" else KINDS[kind][0]._meta.verbose_name_plural, list(group))
        for kind, group in groupby(found, key=attrgetter("kind"))
    ]
    context = {"title": "Search", "text": text, "groups": groups, "whole": finds_whole_values_only()}
    context |= admin.site.each_context(request)
    return render(request, "console/search.html", context)


def palette_search(limit: int) -> Callable[[Hits], Callable[[HttpRequest, str], list[SearchResult]]]:
    """Limit the results of a palette search, and check the permission to view them.

    unfold shows all results to everybody, so the site does not start without this guard.
    """

    def guard(search: Hits) -> Callable[[HttpRequest, str], list[SearchResult]]:
        @wraps(search)
        def guarded(request: HttpRequest, search_term: str) -> list[SearchResult]:
            shown = (hit for model, hit in search(request, search_term) if may_view(request, model))
            return list(islice(shown, limit))

        guarded.palette_limit = limit  # type: ignore[attr-defined]
        return guarded

    return guard


@palette_search(limit=PALETTE_LIMIT * len(KINDS))
def palette(request: HttpRequest, search_term: str) -> Iterator[tuple[type[models.Model], SearchResult]]:
    """Search for unfold's palette.

    Use the text of the request, since unfold passes it in lower case and Stripe ids are case-sensitive.
    """
    for one in find(request, request.GET.get("s", search_term), PALETTE_LIMIT):
        model, icon = KINDS[one.kind]
        yield model, SearchResult(title=one.label, description=one.detail or one.kind, link=one.url, icon=icon)
