"""A business's week in the console: when it is open, what is booked, what is free. Staff book, move and cancel."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from aira.adminkit.times import in_reach
from aira.schema.models import TrashableQuerySet
from aira.schema.sql_calls import rows
from bookings import actions
from bookings.models import Appointment
from businesses.models import Business


class BookForm(forms.Form):
    scheduled_at = forms.DateTimeField(
        widget=UnfoldAdminTextInputWidget, label="Time", help_text="In the business's zone, such as 2026-12-24 10:00"
    )
    duration = forms.IntegerField(
        widget=UnfoldAdminIntegerFieldWidget, initial=60, help_text="Minutes", min_value=1, max_value=1440
    )
    customer_name = forms.CharField(widget=UnfoldAdminTextInputWidget)
    customer_phone = forms.CharField(widget=UnfoldAdminTextInputWidget, required=False, empty_value=None)
    notes = forms.CharField(widget=UnfoldAdminTextInputWidget, required=False, empty_value=None)


class MoveForm(forms.Form):
    appointment = forms.UUIDField()
    scheduled_at = forms.DateTimeField()


class CancelForm(forms.Form):
    appointment = forms.UUIDField()
    reason = forms.CharField(required=False, empty_value=None)


class ShowForm(forms.Form):
    """What is shown; whatever makes no sense is today, and an hour."""

    day = forms.DateField(required=False)
    duration = forms.IntegerField(required=False, min_value=1, max_value=1440)


@dataclass
class Day:
    date: date
    open: list[str] = field(default_factory=list)
    booked: list[Appointment] = field(default_factory=list)
    free: list[actions.Slot] = field(default_factory=list)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def bounds(business: Business, monday: date) -> tuple[datetime, datetime]:
    """When the week begins and ends where the business is."""
    zone = ZoneInfo(business.timezone)
    return datetime.combine(monday, time(), zone), datetime.combine(monday + timedelta(days=7), time(), zone)


def booked_week(business: Business, monday: date) -> TrashableQuerySet[Appointment]:
    """In the order of time."""
    start, end = bounds(business, monday)
    found: TrashableQuerySet[Appointment] = Appointment.objects.alive().filter(business=business)
    return found.filter(scheduled_at__gte=start, scheduled_at__lt=end).order_by("scheduled_at")


def open_week(business: Business, monday: date) -> dict[date, Day]:
    """Seven days, and when the business is open on each, in its zone. A night belongs to the day it opens."""
    zone = ZoneInfo(business.timezone)
    days = {monday + timedelta(days=n): Day(monday + timedelta(days=n)) for n in range(7)}
    query = (
        "select d.day::date, i.opens_at, i.closes_at"
        " from generate_series(%s::timestamp, %s::timestamp, '1 day') d (day),"
        " private.opening_intervals((select business_hours from public.business_v2 where id = %s), %s, d.day::date) i"
    )
    for day, opens, closes in rows(query, monday, monday + timedelta(days=6), business.pk, business.timezone):
        days[day].open.append(f"{opens.astimezone(zone):%H:%M}–{closes.astimezone(zone):%H:%M}")
    return days


def week(business: Business, monday: date, duration: int) -> list[Day]:
    """What is open, booked and free. An appointment belongs to the day it begins."""
    zone = ZoneInfo(business.timezone)
    days = open_week(business, monday)
    for appointment in booked_week(business, monday):
        days[appointment.scheduled_at.astimezone(zone).date()].booked.append(appointment)
    start, end = bounds(business, monday)
    for slot in actions.slots(business=business.pk, start=start, end=end, duration=duration, limit=1000):
        days[slot.starts_at.astimezone(zone).date()].free.append(slot)
    return list(days.values())


def act(request: HttpRequest, business: Business, form: forms.Form) -> str:
    """Does what the form says, and says what was done. Raises BookingRefused."""
    data = form.cleaned_data
    if isinstance(form, BookForm):
        actions.book(business=business.pk, **data)
        return f"Booked for {data['customer_name']}."
    if not Appointment.objects.alive().filter(business=business, pk=data["appointment"]).exists():
        raise actions.BookingRefused("unknown_appointment")
    if isinstance(form, MoveForm):
        actions.reschedule(**data)
        return "Moved."
    actions.cancel(appointment=data["appointment"], reason=data["reason"] or f"by {request.user} in the console")
    return "Cancelled."


VERBS: dict[str, tuple[type[forms.Form], str]] = {
    "book": (BookForm, "bookings.add_appointment"),
    "move": (MoveForm, "bookings.change_appointment"),
    "cancel": (CancelForm, "bookings.change_appointment"),
}


def diary(request: HttpRequest, pk: UUID) -> HttpResponse:
    """GET ?day=2026-12-24&duration=30 shows that day's week; POST do=book, move or cancel. For staff that may view."""
    if not request.user.has_perm("bookings.view_appointment"):
        raise PermissionDenied
    business = Business.objects.alive().filter(pk=pk).first()
    if business is None:
        raise Http404("There is no such business, or it is in the trash.")
    # What is typed without an offset is meant in the business's zone, and what is shown is in it.
    with timezone.override(ZoneInfo(business.timezone)):
        return show(request, business)


def show(request: HttpRequest, business: Business) -> HttpResponse:
    shown = ShowForm(request.GET)
    shown.is_valid()
    day = shown.cleaned_data.get("day") or timezone.localdate()
    day = in_reach(day)
    duration = shown.cleaned_data.get("duration") or 60
    form = BookForm(initial={"duration": duration, "scheduled_at": request.GET.get("at", "")})
    if request.method == "POST":
        kind, permission = VERBS.get(request.POST.get("do", ""), (None, ""))
        if kind is None or not request.user.has_perm(permission):
            raise PermissionDenied
        sent = kind(request.POST)
        if said := attempt(request, business, sent):
            messages.success(request, said)
            return HttpResponseRedirect(request.get_full_path())
        if isinstance(sent, BookForm):
            form = sent
    monday = monday_of(day)

    def link(to: date) -> str:
        return "?" + urlencode({"day": to.isoformat(), "duration": duration})

    context: dict[str, Any] = {
        "title": f"Week of {business}",
        "business": business,
        "days": week(business, monday, duration),
        "form": form,
        "duration": duration,
        "day": day,
        "before": link(monday - timedelta(days=7)),
        "after": link(monday + timedelta(days=7)),
        "here": link(day),
        "may": {verb: request.user.has_perm(permission) for verb, (_, permission) in VERBS.items()},
        **admin.site.each_context(request),
    }
    return render(request, "bookings/diary.html", context)


def attempt(request: HttpRequest, business: Business, form: forms.Form) -> str | None:
    """What was done; None when it was refused, and the page says why."""
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{name}: {' '.join(map(str, errors))}")
        return None
    try:
        return act(request, business, form)
    except actions.BookingRefused as refused:
        messages.error(request, f"Nothing was changed. {refused}")
        return None
