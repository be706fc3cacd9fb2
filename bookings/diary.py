"""The diary: a week of a business with opening hours, appointments and slots. Staff book, move and cancel here."""

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
    """Ask for the data of a new appointment."""

    scheduled_at = forms.DateTimeField(
        widget=UnfoldAdminTextInputWidget,
        label="Time",
        help_text="In the business's time zone, such as 2026-12-24 10:00",
    )
    duration = forms.IntegerField(
        widget=UnfoldAdminIntegerFieldWidget, initial=60, help_text="Minutes", min_value=1, max_value=1440
    )
    customer_name = forms.CharField(widget=UnfoldAdminTextInputWidget)
    customer_phone = forms.CharField(widget=UnfoldAdminTextInputWidget, required=False, empty_value=None)
    notes = forms.CharField(widget=UnfoldAdminTextInputWidget, required=False, empty_value=None)


class MoveForm(forms.Form):
    """Take the new time of an appointment."""

    appointment = forms.UUIDField()
    scheduled_at = forms.DateTimeField()


class CancelForm(forms.Form):
    """Take the appointment to cancel."""

    appointment = forms.UUIDField()
    reason = forms.CharField(required=False, empty_value=None)


class ShowForm(forms.Form):
    """Take the day and the duration. Default to today and one hour for invalid values."""

    day = forms.DateField(required=False)
    duration = forms.IntegerField(required=False, min_value=1, max_value=1440)


@dataclass
class Day:
    """One day of the diary."""

    date: date
    open: list[str] = field(default_factory=list)
    booked: list[Appointment] = field(default_factory=list)
    free: list[actions.Slot] = field(default_factory=list)


def monday_of(day: date) -> date:
    """Return the Monday of the week."""
    return day - timedelta(days=day.weekday())


def bounds(business: Business, monday: date) -> tuple[datetime, datetime]:
    """Return the beginning and end of a week in the business's time zone."""
    zone = ZoneInfo(business.timezone)
    return datetime.combine(monday, time(), zone), datetime.combine(monday + timedelta(days=7), time(), zone)


def booked_week(business: Business, monday: date) -> TrashableQuerySet[Appointment]:
    """Return the appointments of a week in order of time."""
    start, end = bounds(business, monday)
    found: TrashableQuerySet[Appointment] = Appointment.objects.alive().filter(business=business)
    return found.filter(scheduled_at__gte=start, scheduled_at__lt=end).order_by("scheduled_at")


def open_week(business: Business, monday: date) -> dict[date, Day]:
    """Return the seven days with the opening hours of each, in the business's time zone.

    An interval over midnight belongs to the day on which it opens.
    """
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
    """Return the days with their opening hours, appointments and slots.

    An appointment belongs to the day on which it begins.
    """
    zone = ZoneInfo(business.timezone)
    days = open_week(business, monday)
    for appointment in booked_week(business, monday):
        days[appointment.scheduled_at.astimezone(zone).date()].booked.append(appointment)
    start, end = bounds(business, monday)
    for slot in actions.slots(business=business.pk, start=start, end=end, duration=duration, limit=1000):
        days[slot.starts_at.astimezone(zone).date()].free.append(slot)
    return list(days.values())


def act(request: HttpRequest, business: Business, form: forms.Form) -> str:
    """Carry out a form and return a message.

    Raises:
        BookingRefused: The database refused it.
    """
    data = form.cleaned_data
    if isinstance(form, BookForm):
        actions.book(business=business.pk, **data)
        return f"Booked an appointment for {data['customer_name']}."
    if not Appointment.objects.alive().filter(business=business, pk=data["appointment"]).exists():
        raise actions.BookingRefused("unknown_appointment")
    if isinstance(form, MoveForm):
        actions.reschedule(**data)
        return "Moved the appointment."
    actions.cancel(appointment=data["appointment"], reason=data["reason"] or f"by {request.user} in the console")
    return "Cancelled the appointment."


VERBS: dict[str, tuple[type[forms.Form], str]] = {
    "book": (BookForm, "bookings.add_appointment"),
    "move": (MoveForm, "bookings.change_appointment"),
    "cancel": (CancelForm, "bookings.change_appointment"),
}


def diary(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the diary of a business: GET ?day=2026-12-24&duration=30. POST do=book, move or cancel.

    It requires the permission to view appointments.
    """
    if not request.user.has_perm("bookings.view_appointment"):
        raise PermissionDenied
    business = Business.objects.alive().filter(pk=pk).first()
    if business is None:
        raise Http404("The business does not exist or is in the trash.")
    # Times are shown in the business's time zone, and times without an offset are read in it.
    with timezone.override(ZoneInfo(business.timezone)):
        return show(request, business)


def show(request: HttpRequest, business: Business) -> HttpResponse:
    """Show the week, or carry out a form and redirect."""
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
    """Carry out a form. Return a message, or None if it was refused and the page shows the reason."""
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{name}: {' '.join(map(str, errors))}")
        return None
    try:
        return act(request, business, form)
    except actions.BookingRefused as refused:
        messages.error(request, f"Nothing was changed. {refused}")
        return None
