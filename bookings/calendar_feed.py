"""Feed the calendar: a business's appointments, closed times and closures, as local times of its zone."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse

from aira.adminkit.field_errors import Form
from aira.adminkit.links import page_of
from aira.adminkit.times import both_times, in_reach
from aira.adminkit.transition_pages import buttons
from bookings.models import Appointment, AppointmentStatus
from bookings.move_page import shown_as
from bookings.opening import OpenDay, open_days
from bookings.time_choice import day_bounds
from businesses.models import Business

# Limits of one request: the days of a month view of six weeks, and the appointments of a busy restaurant in them.
DAYS = 42
SHOWN = 1500
VIEWS = ("timeGridWeek", "timeGridDay", "dayGridMonth")


class FeedForm(Form):
    """Take the shown days, the day and view to return to, and which appointments to show."""

    start = forms.DateField(input_formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
    end = forms.DateField(input_formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
    day = forms.DateField(required=False)
    view = forms.ChoiceField(required=False, choices=[(view, view) for view in VIEWS])
    cancelled = forms.BooleanField(required=False)


def wall(at: datetime, zone: ZoneInfo) -> str:
    """Return what a clock of the zone shows. The calendar takes times without an offset as they are."""
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M:%S}"


def feed(request: HttpRequest, pk: UUID) -> JsonResponse:
    """Return the events of the days from `start` to `end`, which is excluded. Dates are in the business's zone."""
    if not request.user.has_perm("bookings.view_appointment"):
        raise PermissionDenied
    business = Business.objects.alive().filter(pk=pk).first()
    if business is None:
        raise Http404("The business does not exist or is in the trash.")
    form = FeedForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"refused": "Give start and end as dates."}, status=400)
    asked = form.cleaned_data
    first = in_reach(asked["start"])
    days = min(max((in_reach(asked["end"]) - first).days, 1), DAYS)
    address = reverse("admin:bookings_appointment_diary", args=[business.pk])
    back = f"{address}?{urlencode({'day': asked['day'] or first, 'view': asked['view'] or VIEWS[0]})}"
    month = asked["view"] == "dayGridMonth"
    events = appointments(request, business, first, days, back, cancelled=asked["cancelled"])
    return JsonResponse(
        {"events": [*closed(business, first, days, month=month), *events[:SHOWN]], "more": len(events) > SHOWN}
    )


def appointments(
    request: HttpRequest, business: Business, first: date, days: int, back: str, *, cancelled: bool
) -> list[dict[str, Any]]:
    """Return the appointments that overlap the days."""
    zone = ZoneInfo(business.timezone)
    start, end = day_bounds(business, first, days)
    rows = Appointment.objects.alive().filter(business=business).defer("search", "notes")
    # An appointment lasts at most a day.
    rows = rows.filter(scheduled_at__gte=start - timedelta(days=1), scheduled_at__lt=end).order_by("scheduled_at")
    if not cancelled:
        rows = rows.exclude(status=AppointmentStatus.CANCELLED)
    return [event(request, row, business, zone, back) for row in rows[: SHOWN + 1]]


def event(request: HttpRequest, row: Appointment, business: Business, zone: ZoneInfo, back: str) -> dict[str, Any]:
    """Return an appointment as an event of the calendar."""
    # Spare a query for the business of each appointment.
    row.business = business
    ends = row.scheduled_at + timedelta(minutes=row.duration)
    offered = buttons(request, row, back=back)
    movable = next((one.url for one in offered if one.label == "Move"), "")
    words = [row.customer_name, *([row.service_type] if row.service_type else [])]
    return {
        "id": str(row.pk),
        "title": ", ".join(words),
        "start": wall(row.scheduled_at, zone),
        "end": wall(ends, zone),
        "editable": bool(movable),
        "classNames": [f"is-{row.status}", f"by-{row.source}"],
        "name": row.customer_name,
        "when": both_times(row.scheduled_at, business.timezone),
        "minutes": row.duration,
        "status": row.get_status_display(),
        "source": row.get_source_display(),
        "service": row.service_type or "",
        "phone": row.customer_phone or "",
        "was": shown_as(row),
        "page": page_of(row),
        "move": movable,
        "buttons": [{"label": one.label, "url": one.url, "danger": one.danger} for one in offered],
    }


def closed(business: Business, first: date, days: int, *, month: bool) -> list[dict[str, Any]]:
    """Return the times at which the business is closed as backgrounds: whole days in a month, else the hours."""
    zone = ZoneInfo(business.timezone)
    # Yesterday's last interval may reach into the first day.
    found = open_days(business, first - timedelta(days=1), days + 1)
    shown = [day for day in found.values() if day.date >= first]
    if month:
        return [whole_day(day) for day in shown if not day.open]
    start, end = day_bounds(business, first, days)
    events = [background(begins, ends, zone, "shut") for begins, ends in gaps(found, start, end)]
    closures = {closure for day in shown for closure in day.closed_by}
    return events + [
        background(max(one.begins, start), min(one.ends, end), zone, "closure", f"Closure: {one.text}")
        for one in sorted(closures, key=lambda one: one.begins)
    ]


def gaps(days: dict[date, OpenDay], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return the times between `start` and `end` at which the business is not open."""
    found, reached = [], start
    for opens, closes in sorted(interval for day in days.values() for interval in day.open):
        if opens > reached:
            found.append((reached, min(opens, end)))
        reached = max(reached, closes)
        if reached >= end:
            break
    if reached < end:
        found.append((reached, end))
    return [(begins, ends) for begins, ends in found if begins < ends]


def background(begins: datetime, ends: datetime, zone: ZoneInfo, name: str, title: str = "") -> dict[str, Any]:
    """Return a background event."""
    return {
        "start": wall(begins, zone),
        "end": wall(ends, zone),
        "display": "background",
        "classNames": [name],
        "title": title,
    }


def whole_day(day: OpenDay) -> dict[str, Any]:
    """Return a background event over a closed day."""
    name = "closure" if day.closed_by else "shut"
    title = "Closure" if day.closed_by else "Closed"
    return {"start": f"{day.date}", "allDay": True, "display": "background", "classNames": [name], "title": title}
