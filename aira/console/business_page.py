"""One business on one page: whom support has on the phone, what they pay, what is booked, what went wrong."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aira.adminkit.links import listed, page_of
from aira.adminkit.masked_pages import reveal_url
from aira.adminkit.model_admin import may_view
from aira.adminkit.money_format import money
from aira.adminkit.times import in_reach, own_clock
from aira.adminkit.transition_pages import Button, buttons
from aira.console.timeline import Entry, latest
from aira.outbox.models import DELIVERY_STATES, WebhookDelivery
from aira.personal.masks import is_hidden
from aira.personal.viewer import REVEAL
from aira.schema.models import Account
from billing.models import LedgerEntry, Transaction, Wallet
from bookings.diary import booked_week, monday_of, open_week
from bookings.models import Appointment
from businesses.models import Business
from knowledge.models import Document
from telephony.models import BusinessNumber

# Of each kind; what is beyond is a list away. One more is asked for, to know whether there is more.
SHOWN = 10
# Of a week: a busy restaurant's.
BOOKED = 300


class ShowForm(forms.Form):
    """Which week; whatever makes no sense is this one."""

    day = forms.DateField(required=False)


@dataclass(frozen=True)
class Line:
    """One row of a section, and what can be done with it here."""

    row: Any
    url: str
    buttons: list[Button]
    time: "Time | None" = None


@dataclass(frozen=True)
class Part:
    """lines: None where the member of staff may not see them. every: the list of all."""

    lines: list[Any] | None
    every: str
    more: bool = False


@dataclass(frozen=True)
class OneDay:
    date: date
    open: list[str]
    booked: list[Line]


@dataclass(frozen=True)
class Time:
    """there: in the business's zone; here: in the reader's, where that is another."""

    there: str
    here: str


@staff_member_required(login_url="admin:login")
def business_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """At most 15 queries, however much the business has. GET ?day=2026-12-24 shows that day's week."""
    if not may_view(request, Business):
        raise PermissionDenied
    business = Business.objects.filter(pk=pk).select_related("user", "user__wallet").defer("search").first()
    if business is None:
        raise Http404("There is no such business.")
    wallet: Wallet | None = getattr(business.user, "wallet", None)
    sight = Sight(request, business)
    numbers = sight.part(BusinessNumber, numbers_of(business))
    documents = sight.part(Document, documents_of(request, business))
    week = sight.week()
    known = [business, *(line.row for part in (numbers, documents, week) for line in part.lines or ())]
    context: dict[str, Any] = {
        "title": business.name,
        "business": business,
        "buttons": buttons(request, business, back=sight.here),
        "links": sight.links(),
        "owner": sight.owner(),
        "wallet": wallet_lines(wallet) if wallet and may_view(request, Wallet) else None,
        "may_wallet": may_view(request, Wallet),
        "wallet_url": wallet and page_of(wallet),
        "wallet_buttons": buttons(request, wallet, back=sight.here) if wallet else [],
        "numbers": numbers,
        "postings": sight.part(LedgerEntry, postings_of(wallet), of=lambda entry: entry.transaction),
        "may_transactions": may_view(request, Transaction),
        "documents": documents,
        "week": week,
        "days": sight.days,
        "before": sight.link(-7),
        "after": sight.link(7),
        "monday": sight.monday,
        "today": datetime.now(sight.zone).date().isoformat(),
        "events": sight.events(known),
        "timeline": reverse("timeline", args=["businesses", "business", business.pk]),
        **admin.site.each_context(request),
    }
    return render(request, "console/business.html", context)


class Sight:
    """One business as one member of staff sees it."""

    def __init__(self, request: HttpRequest, business: Business) -> None:
        self.request, self.business = request, business
        self.zone = ZoneInfo(business.timezone)
        form = ShowForm(request.GET)
        form.is_valid()
        day = form.cleaned_data.get("day") or datetime.now(self.zone).date()
        self.monday = monday_of(in_reach(day))
        self.here = request.get_full_path()
        self.days: dict[date, OneDay] = {}

    def part(self, model: type[models.Model], rows: Any, of: Callable[[Any], Any] = lambda row: row) -> Part:
        """The first of the rows. of: the row that buttons are about."""
        field, value = ("user", self.business.user_id) if model is LedgerEntry else ("business", self.business.pk)
        every = listed(model, **{f"{field}__id__exact": value})
        if not may_view(self.request, model):
            return Part(None, every)
        found = list(rows[: SHOWN + 1])
        return Part([self.line(row, of(row)) for row in found[:SHOWN]], every, more=len(found) > SHOWN)

    def line(self, row: Any, about: Any) -> Line:
        offered = about is not None and may_view(self.request, type(about))
        return Line(row, page_of(row), buttons(self.request, about, back=self.here) if offered else [])

    def week(self) -> Part:
        """The lines of all days; `days` has each day's own."""
        every = listed(Appointment, business__id__exact=self.business.pk)
        if not may_view(self.request, Appointment):
            return Part(None, every)
        opening = open_week(self.business, self.monday).values()
        self.days = {day.date: OneDay(day.date, day.open, []) for day in opening}
        found = list(booked_week(self.business, self.monday).defer("search")[: BOOKED + 1])
        lines = []
        for appointment in found[:BOOKED]:
            # What a transition says of it needs no query for the business.
            appointment.business = self.business
            line = replace(self.line(appointment, appointment), time=self.time(appointment.scheduled_at))
            self.days[appointment.scheduled_at.astimezone(self.zone).date()].booked.append(line)
            lines.append(line)
        return Part(lines, every, more=len(found) > BOOKED)

    def time(self, at: datetime) -> Time:
        return Time(f"{at.astimezone(self.zone):%H:%M}", own_clock(at, self.business.timezone))

    def link(self, days: int) -> str:
        return f"?day={(self.monday + timedelta(days=days)).isoformat()}#week"

    def owner(self) -> dict[str, Any] | None:
        account = self.business.user
        if not may_view(self.request, Account):
            return None
        may_reveal = self.request.user.has_perm(REVEAL) and is_hidden(Account, account.pk)
        return {
            "row": account,
            "url": page_of(account),
            "reveal": reveal_url(Account, account.pk) if may_reveal else None,
        }

    def links(self) -> list[tuple[str, str]]:
        found = []
        if admin.site._registry[Business].has_view_permission(self.request):
            may_change = admin.site._registry[Business].has_change_permission(self.request, self.business)
            found.append(("Edit" if may_change else "All fields", page_of(self.business)))
        if may_view(self.request, Appointment) and self.business.deleted_at is None:
            found.append(("Diary: book and move", reverse("admin:bookings_appointment_diary", args=[self.business.pk])))
        return found

    def events(self, known: list[models.Model]) -> list[Entry]:
        return latest(
            business=self.business.pk,
            may=partial(may_view, self.request),
            limit=SHOWN,
            known=known,
            names={str(self.business.user_id): str(self.business.user)},
        )


def numbers_of(business: Business) -> Any:
    rows = BusinessNumber.objects.alive().filter(business=business, user_id=business.user_id)
    return rows.order_by("-is_primary", "phone_number")


def documents_of(request: HttpRequest, business: Business) -> Any:
    rows: Any = Document.objects.alive().filter(business=business, user_id=business.user_id).defer("search")
    if may_view(request, WebhookDelivery):
        dead = WebhookDelivery.objects.filter(DELIVERY_STATES["dead"], record_id=OuterRef("pk"))
        rows = rows.annotate(has_dead_webhook=Exists(dead))
    return rows.order_by("-created_at")


def postings_of(wallet: Wallet | None) -> Any:
    if wallet is None:
        return LedgerEntry.objects.none()
    rows = LedgerEntry.objects.filter(wallet_id=wallet.pk).select_related("transaction")
    return rows.order_by("-seq")


def wallet_lines(wallet: Wallet) -> list[dict[str, str]]:
    """A balance for each currency that there is money in, and for the wallet's own."""
    lines = []
    for currency in ("USD", "INR"):
        balance, held = (getattr(wallet, f"{name}_{currency.lower()}") for name in ("balance", "held"))
        if balance or held or currency == wallet.currency:
            lines.append(
                {
                    "currency": currency,
                    "balance": money(balance, currency),
                    "held": money(held, currency) if held else "",
                    "free": money(balance - held, currency),
                }
            )
    return lines
