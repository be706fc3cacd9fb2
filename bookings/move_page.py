"""The page that moves an appointment. The calendar sends its moves here, too, and gets JSON."""

from datetime import UTC
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from aira.adminkit import undo
from aira.adminkit.forms import attempt, in_words
from aira.adminkit.times import both_times
from aira.audit.actor import set_reason
from aira.audit.events import tables_of, who
from aira.audit.models import AuditEvent
from aira.schema.errors import Refused
from bookings import actions, off_rules
from bookings.booking_form import MoveForm, when_initial
from bookings.models import Appointment
from bookings.ways_back import MOVED, locked, place


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a script sent the request."""
    return request.headers.get("Accept", "") == "application/json"


def move_page(request: HttpRequest, row: Appointment, back: str) -> HttpResponse:
    """Show the form, or move the appointment. The transition “move” has checked the permission."""
    if request.method != "POST":
        initial = when_initial(row.business, row.scheduled_at, row.duration)
        form = MoveForm(row, initial=initial | {"was": shown_as(row)})
        return show(request, row, form, back)
    form = MoveForm(row, request.POST)
    if "pick" in request.POST:
        form.pick(request.POST["pick"])
        return show(request, row, form, back)
    if request.POST.get("do") == "look":
        return show(request, row, form, back)
    anyway = request.POST.get("do") == "anyway"
    if anyway and not request.user.has_perm(off_rules.BOOK_OFF_RULES):
        raise PermissionDenied
    said = move(request, row, form, anyway)
    if said is None:
        return refused(request, row, form, back)
    if wants_json(request):
        return JsonResponse({"said": said.text, "ticket": said.ticket})
    if said.ticket:
        messages.success(request, said.text, extra_tags=undo.TAG + said.ticket)
    else:
        messages.info(request, said.text)
    return HttpResponseRedirect(back)


class Said:
    """Message about a move. `ticket` is the signed undo action, or empty if nothing was moved."""

    def __init__(self, text: str, ticket: str = "") -> None:
        self.text, self.ticket = text, ticket


def move(request: HttpRequest, row: Appointment, form: MoveForm, anyway: bool) -> Said | None:
    """Move the appointment. Return None if it was refused. The form then has the reason."""
    if anyway and not (form.data.get("reason") or "").strip():
        form.is_valid()
        form.add_error("reason", "Enter a reason. It is recorded with the move.")
    if not form.is_valid():
        return None
    kept: list[Said] = []

    def moved() -> HttpResponse:
        kept.append(carry_out(request, row, form, anyway))
        return HttpResponse()

    try:
        outcome = attempt(moved)
    except Refused as refusal:
        form.add_error(None, f"Nothing was moved. {refusal}")
        return None
    if not isinstance(outcome, HttpResponse):
        form.add_error(None, in_words(outcome, "Nothing was moved."))
        return None
    return kept[0]


def carry_out(request: HttpRequest, row: Appointment, form: MoveForm, anyway: bool) -> Said:
    """Move the locked appointment unless somebody else has changed it since the page was shown."""
    data = form.cleaned_data
    at, duration, reason = data["scheduled_at"], data["duration"], (data["reason"] or "").strip()
    now = locked(str(row.pk))
    refuse_if_changed(now, data["was"])
    before = place(now)
    if now.scheduled_at == at and now.duration == duration:
        return Said(f"Nothing was moved: the appointment is at {both_times(at, row.business.timezone)} already.")
    if reason:
        set_reason(reason)
    try:
        actions.reschedule(appointment=row.pk, scheduled_at=at, duration=duration)
    except actions.BookingRefused as refused:
        if not anyway or refused.outcome not in off_rules.RULES:
            raise
        off_rules.move_anyway(
            appointment=row.pk, scheduled_at=at, duration=duration, outcome=refused.outcome, reason=reason
        )
    after = place(locked(str(row.pk)))
    text = f"Moved to {both_times(at, row.business.timezone)}"
    text += f", {duration} minutes." if before["duration"] != duration else "."
    return Said(text, undo.ticket(request, MOVED, pk=str(row.pk), before=before, after=after))


def shown_as(row: Appointment) -> str:
    """Return the place and status of an appointment, as a form that moves it carries them."""
    return f"{row.scheduled_at.astimezone(UTC).isoformat()} {row.duration} {row.status}"


def refuse_if_changed(now: Appointment, was: str) -> None:
    """Refuse if somebody else moved the appointment or changed its status since the page was shown."""
    if not was or shown_as(now) == was:
        return
    events = AuditEvent.objects.filter(row_id=str(now.pk), table_name__in=tables_of(Appointment))
    latest = events.order_by("-pk").first()
    by = who(latest, {}) if latest else "Somebody else"
    status = "" if now.status == "confirmed" else f", and it is {now.get_status_display().lower()}"
    raise Refused(
        f"{by[0].upper()}{by[1:]} changed it after you opened it. It is now at "
        f"{both_times(now.scheduled_at, now.business.timezone)} for {now.duration} minutes{status}. "
        "Open it again to move it from there."
    )


def refused(request: HttpRequest, row: Appointment, form: MoveForm, back: str) -> HttpResponse:
    """Show the form with the reasons against the move."""
    if not wants_json(request):
        return show(request, row, form, back, sent=True)
    choice = form.choice(moving=row.pk)
    errors = [str(error) for found in form.errors.values() for error in found]
    return JsonResponse(
        {
            "refused": " ".join(errors),
            "anyway": choice.off_rules and request.user.has_perm(off_rules.BOOK_OFF_RULES),
            "instead": [{"value": one.value, "label": one.label} for one in choice.instead],
        },
        status=409,
    )


def show(request: HttpRequest, row: Appointment, form: MoveForm, back: str, *, sent: bool = False) -> HttpResponse:
    """Show the form. Errors stand beside the fields once the form was sent to move."""
    choice = form.choice(moving=row.pk)
    context: dict[str, Any] = {
        "title": f"Move: {row.customer_name}",
        "row": row,
        "business": row.business,
        "now": both_times(row.scheduled_at, row.business.timezone),
        "form": form,
        "errors": form.errors if sent else form.time_error,
        "non_field": form.non_field_errors() if sent else (),
        "choice": choice,
        "verb": "Move",
        "may_overrule": request.user.has_perm(off_rules.BOOK_OFF_RULES),
        "back": back,
        **admin.site.each_context(request),
    }
    return render(request, "bookings/move.html", context)
