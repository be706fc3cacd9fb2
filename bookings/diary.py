"""The diary: a business's appointments and free times, as a calendar and as a list. Staff act on both."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from aira.adminkit.field_errors import Form
from aira.adminkit.times import in_reach, own_clock
from aira.adminkit.transition_pages import Button, buttons
from aira.schema.models import TrashableQuerySet
from bookings import actions
from bookings.models import Appointment
from bookings.opening import Closure, OpenDay, open_days
from bookings.time_choice import FreeTime, day_bounds, free_time, zones
from businesses.models import Business


class ShowForm(Form):
    """Take the day and the duration. Default to today and one hour for invalid values."""

    day = forms.DateField(required=False)
    duration = forms.IntegerField(required=False, min_value=1, max_value=1440)


@dataclass(frozen=True)
class Booked:
    """Appointment of the list, with the buttons for its transitions."""

    row: Appointment
    clock: str
    own: str
    buttons: list[Button]


@dataclass
class Day:
    """One day of the list."""

    date: date
    open: list[str] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    booked: list[Booked] = field(default_factory=list)
    free: list[FreeTime] = field(default_factory=list)


def monday_of(day: date) -> date:
    """Return the Monday of the week."""
    return day - timedelta(days=day.weekday())


def booked_week(business: Business, monday: date) -> TrashableQuerySet[Appointment]:
    """Return the appointments of a week in order of time."""
    start, end = day_bounds(business, monday, 7)
    found: TrashableQuerySet[Appointment] = Appointment.objects.alive().filter(business=business)
    return found.filter(scheduled_at__gte=start, scheduled_at__lt=end).order_by("scheduled_at")


def open_week(business: Business, monday: date) -> dict[date, OpenDay]:
    """Return the seven days with the times at which the business is open. Closures are taken out."""
    return open_days(business, monday, 7)


def week(request: HttpRequest, business: Business, monday: date, duration: int) -> list[Day]:
    """Return the days with their opening hours, appointments and slots.

    An appointment belongs to the day on which it begins.
    """
    zone = ZoneInfo(business.timezone)
    days = {day.date: Day(day.date, day.texts, day.closed_by) for day in open_week(business, monday).values()}
    for row in booked_week(business, monday).defer("search"):
        # Spare a query for the business of each appointment.
        row.business = business
        there = row.scheduled_at.astimezone(zone)
        own = own_clock(row.scheduled_at, business.timezone)
        offered = buttons(request, row, back=request.get_full_path())
        days[there.date()].booked.append(Booked(row, f"{there:%H:%M}", own, offered))
    start, end = day_bounds(business, monday, 7)
    for slot in actions.slots(business=business.pk, start=start, end=end, duration=duration, limit=1000):
        day = slot.starts_at.astimezone(zone).date()
        days[day].free.append(free_time(slot, business, None, day))
    return list(days.values())


def diary(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the diary of a business: `?day=2026-12-24&duration=30`, and `&view=list` for the list alone.

    It requires the permission to view appointments.
    """
    if not request.user.has_perm("bookings.view_appointment"):
        raise PermissionDenied
    business = Business.objects.alive().filter(pk=pk).first()
    if business is None:
        raise Http404("The business does not exist or is in the trash.")
    return show(request, business)


def scroll_to(days: list[Day]) -> str:
    """Return the time at which the calendar begins to show a day: the earliest opening or appointment of the week."""
    earliest = min(
        [text[:5] for day in days for text in (*day.open, *(one.clock for one in day.booked))], default="09:00"
    )
    return f"{max(int(earliest[:2]) - 1, 0):02}:00:00"


def hours_url(request: HttpRequest, business: Business) -> str:
    """Return the address of the opening hours for staff who may change them, or an empty text."""
    if not request.user.has_perm("businesses.change_business"):
        return ""
    return f"{reverse('business-hours', args=[business.pk])}?{urlencode({'back': request.get_full_path()})}"


def show(request: HttpRequest, business: Business) -> HttpResponse:
    """Show the week of a day."""
    shown = ShowForm(request.GET)
    shown.is_valid()
    today = datetime.now(ZoneInfo(business.timezone)).date()
    day = in_reach(shown.cleaned_data.get("day") or today)
    duration = shown.cleaned_data.get("duration") or 60
    monday = monday_of(day)
    as_list = request.GET.get("view") == "list"

    def link(to: date, **more: str) -> str:
        kept = {"view": "list"} if as_list and not more else more
        return "?" + urlencode({"day": to.isoformat(), "duration": duration, **kept})

    may_book = request.user.has_perm("bookings.add_appointment")
    book_at = {"business": business.pk, "duration": duration, "back": request.get_full_path()}
    days = week(request, business, monday, duration)
    context: dict[str, Any] = {
        "title": f"Diary of {business}",
        "business": business,
        "zones": zones(business),
        "days": days,
        "duration": duration,
        "day": day,
        "monday": monday,
        "today": today,
        "before": link(monday - timedelta(days=7)),
        "after": link(monday + timedelta(days=7)),
        "as_list": as_list,
        "view": request.GET.get("view", ""),
        "scroll": scroll_to(days),
        "list_url": link(day, view="list"),
        "calendar_url": link(day, view="calendar"),
        "hours_url": hours_url(request, business),
        "book_url": f"{reverse('admin:bookings_appointment_add')}?{urlencode(book_at)}" if may_book else "",
        **admin.site.each_context(request),
    }
    return render(request, "bookings/diary.html", context)
