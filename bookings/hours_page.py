"""The page of a business's opening hours. Before it saves, it lists the appointments that would fall outside."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from psycopg.types.json import Jsonb

from aira.adminkit import undo
from aira.adminkit.edit_conflicts import newest_event, since
from aira.adminkit.field_errors import Form
from aira.adminkit.forms import attempt, in_words
from aira.adminkit.links import within_site
from aira.adminkit.model_admin import may_view
from aira.adminkit.times import both_times
from aira.adminkit.transition_pages import Button, buttons
from aira.audit.actor import set_reason
from aira.audit.events import is_cut
from aira.audit.models import AuditEvent
from aira.schema.errors import Refused
from aira.schema.sql_calls import rows
from bookings.booking_form import text_input
from bookings.models import Appointment
from bookings.time_choice import zones
from businesses.hours import HOURS_HELP, HoursField
from businesses.models import Business

CHANGE = "businesses.change_business"
SHOWN = 50
INVALID = "The opening hours are not valid: times overlap, a day does not exist, or a closure ends before it begins."


class HoursForm(Form):
    """Ask for the opening hours. `seen` is the version that the page showed."""

    business_hours = HoursField(label="Opening hours")
    reason = forms.CharField(required=False, max_length=400, widget=text_input(autocomplete="off"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_business_hours(self) -> Any:
        """Refuse hours that the database would refuse."""
        hours = self.cleaned_data["business_hours"]
        [[valid, bounded]] = rows(
            "select private.business_hours_valid(%s), private.business_hours_bounded(%s)", jsonb(hours), jsonb(hours)
        )
        if not valid:
            raise forms.ValidationError(INVALID)
        if not bounded:
            raise forms.ValidationError(
                "The opening hours are too long. Remove special days and closures that have passed."
            )
        return hours


@dataclass(frozen=True)
class Outside:
    """Appointment that would fall outside the new hours."""

    row: Appointment
    when: str
    move: Button | None


@dataclass(frozen=True)
class Preview:
    """Appointments that would fall outside the new hours.

    Attributes:
        checked: identifies the hours and the appointments, so that a save shows that they were seen.
    """

    count: int
    shown: list[Outside]
    checked: str


def jsonb(hours: Any) -> Jsonb | None:
    """Return opening hours as a parameter of a query."""
    return None if hours is None else Jsonb(hours)


def preview(request: HttpRequest, business: Business, hours: Any) -> Preview:
    """Return the appointments that valid hours would leave outside."""
    found = rows("select appointment_id from private.appointments_outside(%s, %s)", business.pk, jsonb(hours))
    keys = [pk for (pk,) in found]
    known = {}
    if may_view(request, Appointment):
        known = Appointment.objects.defer("search").in_bulk(keys[:SHOWN])
    shown = []
    for pk in keys[:SHOWN]:
        if (row := known.get(pk)) is not None:
            row.business = business
            offered = buttons(request, row)
            move = next((one for one in offered if one.label == "Move"), None)
            shown.append(Outside(row, both_times(row.scheduled_at, business.timezone), move))
    content = json.dumps([hours, [str(pk) for pk in keys]], sort_keys=True)
    return Preview(len(keys), shown, hashlib.sha256(content.encode()).hexdigest() if keys else "")


def business_for(request: HttpRequest, pk: UUID) -> Business:
    """Return the business. Raise PermissionDenied without the permission to change it."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    business = Business.objects.alive().defer("search").filter(pk=pk).first()
    if business is None:
        raise Http404("The business does not exist or is in the trash.")
    return business


def hours_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form, or save the hours. A save that leaves appointments outside asks first."""
    business = business_for(request, pk)
    if request.method != "POST":
        initial = {"business_hours": business.business_hours, "seen": str(newest_event(Business, business.pk))}
        return show(request, business, HoursForm(initial=initial), None)
    form = HoursForm(request.POST)
    if not form.is_valid():
        return show(request, business, form, None)
    seen = preview(request, business, form.cleaned_data["business_hours"])
    if seen.checked and request.POST.get("checked") != seen.checked:
        return show(request, business, form, seen, ask=True)
    try:
        outcome = attempt(lambda: saved(request, business, form, seen.count))
    except Refused as refused:
        form.add_error(None, str(refused))
        return show(request, business, form, seen)
    if isinstance(outcome, HttpResponse):
        return outcome
    form.add_error(None, in_words(outcome, "Nothing was saved."))
    return show(request, business, form, seen)


def preview_part(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the part of the page with the appointments that fall outside, for the script. It saves nothing."""
    business = business_for(request, pk)
    form = HoursForm(request.POST)
    seen = preview(request, business, form.cleaned_data["business_hours"]) if form.is_valid() else None
    return render(request, "bookings/outside.html", {"preview": seen, "form": form, "business": business})


def saved(request: HttpRequest, business: Business, form: HoursForm, outside: int) -> HttpResponse:
    """Save the hours of the locked business unless somebody else has changed them since the page was shown."""
    data = form.cleaned_data
    locked = Business.objects.alive().select_for_update(of=("self",)).filter(pk=business.pk).defer("search").first()
    if locked is None:
        raise Refused("Nothing was saved. The business is in the trash.")
    meanwhile = since(Business, business.pk, data["seen"])
    if said := (meanwhile.fields or {}).get("business_hours"):
        raise Refused(f"Nothing was saved. {said} Reload the page to see their hours.")
    if locked.business_hours == data["business_hours"]:
        messages.info(request, "Nothing was changed: the opening hours are the same.")
        return HttpResponseRedirect(back_from(request, business))
    if data["reason"].strip():
        set_reason(data["reason"].strip())
    locked.business_hours = data["business_hours"]
    locked.save(update_fields=["business_hours"])
    said = f"Saved the opening hours of {business}."
    if outside:
        said += f" {outside} appointment{'s lie' if outside > 1 else ' lies'} outside them now."
    undo.offer(request, HOURS, said, pk=str(business.pk), event=newest_event(Business, business.pk))
    return HttpResponseRedirect(back_from(request, business))


def hours_back(request: HttpRequest, values: dict[str, Any]) -> str:
    """Set the opening hours that an audit event replaced."""
    business = Business.objects.alive().select_for_update(of=("self",)).filter(pk=values["pk"]).defer("search").first()
    event = AuditEvent.objects.filter(pk=values["event"], row_id=values["pk"]).first()
    before = (event.before if event else None) or {}
    if business is None or event is None or "business_hours" not in before:
        raise Refused("The business is in the trash, or its earlier opening hours are no longer recorded.")
    if "business_hours" in (since(Business, business.pk, str(event.pk)).fields or {}):
        raise Refused("Somebody else has changed the opening hours since. Reload the page to see them.")
    if is_cut(before["business_hours"]):
        raise Refused("The earlier opening hours are too long, so only a part of them was recorded. Enter them again.")
    business.business_hours = before["business_hours"]
    business.save(update_fields=["business_hours"])
    return f"{business} has its earlier opening hours again."


HOURS = undo.register(undo.Way(name="opening-hours", may=undo.permitted(CHANGE), take_back=hours_back))


def back_from(request: HttpRequest, business: Business) -> str:
    """Return the page to return to: the one in the address, or the business's overview."""
    return within_site(request.GET.get("back", ""), reverse("business", args=[business.pk]))


def show(
    request: HttpRequest, business: Business, form: HoursForm, seen: Preview | None, *, ask: bool = False
) -> HttpResponse:
    """Show the form."""
    context = {
        "title": f"Opening hours of {business}",
        "business": business,
        "zones": zones(business),
        "hours_help": HOURS_HELP,
        "form": form,
        "preview": seen,
        "ask": ask,
        "back": back_from(request, business),
        "today": f"{datetime.now(ZoneInfo(business.timezone)):%Y-%m-%d}",
        **admin.site.each_context(request),
    }
    return render(request, "bookings/hours.html", context)
