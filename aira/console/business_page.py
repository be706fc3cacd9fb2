"""Show a business on one page: its owner, wallet, phone numbers, documents, appointments and latest changes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
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

from aira.adminkit.field_errors import Form
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

# Limit of the rows that a section shows. One more is read, to know whether to link to the full list.
SHOWN = 10
# Limit of the appointments that a week shows. A busy restaurant has that many.
BOOKED = 300


class ShowForm(Form):
    """Form that chooses a week. Fall back to the current week for invalid values."""

    day = forms.DateField(required=False)


@dataclass(frozen=True)
class Line:
    """Row of a section, with the buttons for its transitions."""

    row: Any
    url: str
    buttons: list[Button]
    time: "Time | None" = None


@dataclass(frozen=True)
class Part:
    """Section of the page.

    Attributes:
        lines: None without the permission to view them.
        every: the address of the full list.
    """

    lines: list[Any] | None
    every: str
    more: bool = False


@dataclass(frozen=True)
class OneDay:
    """Day of the week with opening hours and appointments."""

    date: date
    open: list[str]
    booked: list[Line]


@dataclass(frozen=True)
class Time:
    """Time of day.

    Attributes:
        there: in the time zone of the business.
        here: in the reader's time zone, if it differs. Otherwise empty.
    """

    there: str
    here: str


@staff_member_required(login_url="admin:login")
def business_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the page. It takes at most 15 queries for any business. `?day=2026-12-24` shows the week of that day."""
    if not may_view(request, Business):
        raise PermissionDenied
    business = Business.objects.filter(pk=pk).select_related("user", "user__wallet").defer("search").first()
    if business is None:
        raise Http404("No business has this id.")
    wallet: Wallet | None = getattr(business.user, "wallet", None)
    view = BusinessView(request, business)
    numbers = view.part(BusinessNumber, numbers_of(business))
    documents = view.part(Document, documents_of(request, business))
    week = view.week()
    known = [business, *(line.row for part in (numbers, documents, week) for line in part.lines or ())]
    context: dict[str, Any] = {
        "title": business.name,
        "business": business,
        "buttons": buttons(request, business, back=view.here),
        "links": view.links(),
        "owner": view.owner(),
        "wallet": wallet_lines(wallet) if wallet and may_view(request, Wallet) else None,
        "may_wallet": may_view(request, Wallet),
        "wallet_url": wallet and page_of(wallet),
        "wallet_buttons": buttons(request, wallet, back=view.here) if wallet else [],
        "numbers": numbers,
        "postings": view.part(LedgerEntry, postings_of(wallet), subject=lambda entry: entry.transaction),
        "may_transactions": may_view(request, Transaction),
        "documents": documents,
        "week": week,
        "days": view.days,
        "before": view.link(-7),
        "after": view.link(7),
        "monday": view.monday,
        "today": datetime.now(view.zone).date().isoformat(),
        "events": view.events(known),
        "tenant": reverse("tenant", args=[business.user_id]) if request.user.has_perm("console.view_as_tenant") else "",
        "timeline": reverse("timeline", args=["businesses", "business", business.pk]),
        **admin.site.each_context(request),
    }
    return render(request, "console/business.html", context)


class BusinessView:
    """Business as one member of staff sees it."""

    def __init__(self, request: HttpRequest, business: Business) -> None:
        self.request, self.business = request, business
        self.zone = ZoneInfo(business.timezone)
        form = ShowForm(request.GET)
        form.is_valid()
        day = form.cleaned_data.get("day") or datetime.now(self.zone).date()
        self.monday = monday_of(in_reach(day))
        self.here = request.get_full_path()
        self.days: dict[date, OneDay] = {}

    def part(self, model: type[models.Model], rows: Any, subject: Callable[[Any], Any] = lambda row: row) -> Part:
        """Return the first rows of a section.

        Args:
            subject: returns the row whose buttons a line shows.
        """
        field, value = ("user", self.business.user_id) if model is LedgerEntry else ("business", self.business.pk)
        every = listed(model, **{f"{field}__id__exact": value})
        if not may_view(self.request, model):
            return Part(None, every)
        found = list(rows[: SHOWN + 1])
        return Part([self.line(row, subject(row)) for row in found[:SHOWN]], every, more=len(found) > SHOWN)

    def line(self, row: Any, about: Any) -> Line:
        """Return a row with the buttons of `about`."""
        offered = about is not None and may_view(self.request, type(about))
        return Line(row, page_of(row), buttons(self.request, about, back=self.here) if offered else [])

    def week(self) -> Part:
        """Return the appointments of the week. `days` then has those of each day."""
        every = listed(Appointment, business__id__exact=self.business.pk)
        if not may_view(self.request, Appointment):
            return Part(None, every)
        opening = open_week(self.business, self.monday).values()
        self.days = {day.date: OneDay(day.date, day.texts, []) for day in opening}
        found = list(booked_week(self.business, self.monday).defer("search")[: BOOKED + 1])
        lines = []
        for appointment in found[:BOOKED]:
            # Spare a query for the business of each appointment.
            appointment.business = self.business
            line = replace(self.line(appointment, appointment), time=self.time(appointment.scheduled_at))
            self.days[appointment.scheduled_at.astimezone(self.zone).date()].booked.append(line)
            lines.append(line)
        return Part(lines, every, more=len(found) > BOOKED)

    def time(self, at: datetime) -> Time:
        """Return the time of day in both time zones."""
        return Time(f"{at.astimezone(self.zone):%H:%M}", own_clock(at, self.business.timezone))

    def link(self, days: int) -> str:
        """Return the link to the week that begins `days` later."""
        return f"?day={(self.monday + timedelta(days=days)).isoformat()}#week"

    def owner(self) -> dict[str, Any] | None:
        """Return the owner, or None without the permission to view accounts."""
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
        """Return the links at the head of the page."""
        found = []
        if admin.site._registry[Business].has_view_permission(self.request):
            may_change = admin.site._registry[Business].has_change_permission(self.request, self.business)
            found.append(("Edit" if may_change else "All fields", page_of(self.business)))
        if may_view(self.request, Appointment) and self.business.deleted_at is None:
            if self.request.user.has_perm("bookings.add_appointment"):
                query = urlencode({"business": self.business.pk, "back": self.here})
                found.insert(0, ("Book", f"{reverse('admin:bookings_appointment_add')}?{query}"))
            found.append(("Diary", reverse("admin:bookings_appointment_diary", args=[self.business.pk])))
            if self.request.user.has_perm("businesses.change_business"):
                query = urlencode({"back": self.here})
                found.append(("Opening hours", f"{reverse('business-hours', args=[self.business.pk])}?{query}"))
        return found

    def events(self, known: list[models.Model]) -> list[Entry]:
        """Return the latest changes."""
        return latest(
            business=self.business.pk,
            may=partial(may_view, self.request),
            limit=SHOWN,
            known=known,
            names={str(self.business.user_id): str(self.business.user)},
        )


def numbers_of(business: Business) -> Any:
    """Return the phone numbers of the business, the primary number first."""
    rows = BusinessNumber.objects.alive().filter(business=business, user_id=business.user_id)
    return rows.order_by("-is_primary", "phone_number")


def documents_of(request: HttpRequest, business: Business) -> Any:
    """Return the documents of the business, the newest first."""
    rows: Any = Document.objects.alive().filter(business=business, user_id=business.user_id).defer("search")
    if may_view(request, WebhookDelivery):
        dead = WebhookDelivery.objects.filter(DELIVERY_STATES["dead"], record_id=OuterRef("pk"))
        rows = rows.annotate(has_dead_webhook=Exists(dead))
    return rows.order_by("-created_at")


def postings_of(wallet: Wallet | None) -> Any:
    """Return the ledger entries of the wallet, the newest first."""
    if wallet is None:
        return LedgerEntry.objects.none()
    rows = LedgerEntry.objects.filter(wallet_id=wallet.pk).select_related("transaction")
    return rows.order_by("-seq")


def wallet_lines(wallet: Wallet) -> list[dict[str, str]]:
    """Return the balance in each currency that has money, and in the wallet's own currency."""
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
