"""Buttons of the console for appointments."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from aira.adminkit.times import both_times
from aira.adminkit.transitions import Transition, TransitionForm, restore, trash_many
from aira.schema.errors import Refused
from bookings import actions
from bookings.models import Appointment, AppointmentStatus
from bookings.move_page import move_page
from bookings.ways_back import STATUS

CHANGE = "bookings.change_appointment"
CONFIRMED = Q(status=AppointmentStatus.CONFIRMED, deleted_at=None)


class CancelForm(TransitionForm):
    """Ask for the reason of a cancellation."""

    reason = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="Saved with your name, and added to the notes, which the business can read.",
    )


def when(row: Appointment) -> str:
    """Return the appointment's time in both time zones."""
    return both_times(row.scheduled_at, row.business.timezone)


def is_confirmed(row: Appointment) -> bool:
    """Return whether the appointment is confirmed and not in the trash."""
    return row.status == AppointmentStatus.CONFIRMED and row.deleted_at is None


def move(request: HttpRequest, row: Appointment, data: dict[str, Any]) -> str:
    """Refuse a move from a list, which has no new time. The page of the transition moves appointments."""
    raise Refused("Open the appointment and choose the new time there.")


def cancel(request: HttpRequest, row: Appointment, data: dict[str, Any]) -> str:
    """Cancel an appointment, and return a message."""
    # Write one line, so that undoing can remove it from the notes.
    reason = " ".join((data.get("reason") or f"by {request.user} in the console").split())
    actions.cancel(appointment=row.pk, reason=reason)
    return f"Cancelled. {when(row)} is free."


def to(status: AppointmentStatus, said: str) -> Any:
    """Return the function of a button that sets a status and returns a message."""

    def do(request: HttpRequest, row: Appointment, data: dict[str, Any]) -> str:
        actions.set_status(appointment=row.pk, status=status)
        return said

    return do


def before(after: AppointmentStatus) -> Callable[[Appointment], dict[str, Any]]:
    """Return the function that remembers the status before it becomes `after`."""
    return lambda row: {"pk": str(row.pk), "before": row.status, "after": after.value}


APPOINTMENT = (
    Transition(
        name="move", label="Move", permission=CHANGE, do=move, offered=is_confirmed, page=move_page,
        what=lambda row: f"Moves the appointment of {when(row)}. The new time must be free and within opening hours.",
    ),
    Transition(
        name="complete", label="Complete", permission=CHANGE, offered=is_confirmed, bulk=CONFIRMED,
        do=to(AppointmentStatus.COMPLETED, "Set to completed."), way=STATUS,
        remember=before(AppointmentStatus.COMPLETED),
        what=lambda row: f"Sets the appointment of {when(row)} to completed.",
    ),
    Transition(
        name="no-show", label="Set to no-show", permission=CHANGE, offered=is_confirmed, bulk=CONFIRMED,
        do=to(AppointmentStatus.NO_SHOW, "Set to no-show."), way=STATUS, remember=before(AppointmentStatus.NO_SHOW),
        what=lambda row: f"Sets the appointment of {when(row)} to no-show, because the customer did not come.",
    ),
    Transition(
        name="confirm", label="Confirm again", permission=CHANGE,
        offered=lambda row: row.status != AppointmentStatus.CONFIRMED and row.deleted_at is None,
        do=to(AppointmentStatus.CONFIRMED, "Confirmed again."), way=STATUS,
        remember=before(AppointmentStatus.CONFIRMED),
        what=lambda row: f"Confirms the appointment of {when(row)} again, if that time is still free.",
    ),
    Transition(
        # “Cancel” alone could mean to leave the page.
        name="cancel", label="Cancel", submit="Cancel the appointment", permission=CHANGE, form=CancelForm, do=cancel,
        offered=is_confirmed, danger=True,
        bulk=CONFIRMED, way=STATUS, remember=before(AppointmentStatus.CANCELLED),
        what=lambda row: f"Cancels the appointment of {when(row)}. Its time can be booked again at once.",
    ),
    restore(Appointment),
    *trash_many(Appointment),
)  # fmt: skip
