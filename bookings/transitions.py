"""Buttons of the console for appointments."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from aira.adminkit.times import both_times
from aira.adminkit.transitions import Transition, TransitionForm, restore, trash_many
from bookings import actions
from bookings.models import Appointment, AppointmentStatus

CHANGE = "bookings.change_appointment"
CONFIRMED = Q(status=AppointmentStatus.CONFIRMED, deleted_at=None)


class CancelForm(TransitionForm):
    """Ask for the reason of a cancellation."""

    reason = forms.CharField(
        required=False,
        empty_value=None,
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text="It is added to the notes, which the business can read.",
    )


class MoveForm(TransitionForm):
    """Ask for the new time and duration of an appointment."""

    scheduled_at = forms.CharField(widget=UnfoldAdminTextInputWidget, label="New time")
    duration = forms.IntegerField(
        min_value=1, max_value=1440, widget=UnfoldAdminIntegerFieldWidget, help_text="Minutes"
    )

    def __init__(self, row: Appointment, *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        zone = row.business.timezone
        self.fields["duration"].initial = row.duration
        self.fields["scheduled_at"].initial = f"{row.scheduled_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        self.fields["scheduled_at"].help_text = f"In the business's time zone, {zone}, such as 2026-12-24 10:00."

    def clean_scheduled_at(self) -> datetime:
        """Read the time in the business's time zone."""
        with timezone.override(ZoneInfo(self.row.business.timezone)):
            found: datetime = forms.DateTimeField().clean(self.cleaned_data["scheduled_at"])
            return found


def when(row: Appointment) -> str:
    """Return the appointment's time in both time zones."""
    return both_times(row.scheduled_at, row.business.timezone)


def is_confirmed(row: Appointment) -> bool:
    """Return whether the appointment is confirmed and not in the trash."""
    return row.status == AppointmentStatus.CONFIRMED and row.deleted_at is None


def move(request: HttpRequest, row: Appointment, data: dict[str, Any]) -> str:
    """Move an appointment, and return a message."""
    actions.reschedule(appointment=row.pk, **data)
    return f"Moved to {both_times(data['scheduled_at'], row.business.timezone)}."


def cancel(request: HttpRequest, row: Appointment, data: dict[str, Any]) -> str:
    """Cancel an appointment, and return a message."""
    actions.cancel(appointment=row.pk, reason=data["reason"] or f"by {request.user} in the console")
    return f"Cancelled. {when(row)} is free."


def to(status: AppointmentStatus, said: str) -> Any:
    """Return the function of a button that sets a status and returns a message."""

    def do(request: HttpRequest, row: Appointment, data: dict[str, Any]) -> str:
        actions.set_status(appointment=row.pk, status=status)
        return said

    return do


APPOINTMENT = (
    Transition(
        name="move", label="Move", permission=CHANGE, form=MoveForm, do=move, offered=is_confirmed,
        what=lambda row: f"Moves {row.duration} minutes from {when(row)}. The new time must be free and within the "
        "opening hours.",
    ),
    Transition(
        name="complete", label="Complete", permission=CHANGE, offered=is_confirmed, bulk=CONFIRMED,
        do=to(AppointmentStatus.COMPLETED, "Set to completed."),
        what=lambda row: f"Sets the appointment of {when(row)} to completed.",
    ),
    Transition(
        name="no-show", label="No-show", permission=CHANGE, offered=is_confirmed, bulk=CONFIRMED,
        do=to(AppointmentStatus.NO_SHOW, "Set to no-show."),
        what=lambda row: f"Sets the appointment of {when(row)} to no-show, because the customer did not come.",
    ),
    Transition(
        name="confirm", label="Confirm again", permission=CHANGE,
        offered=lambda row: row.status != AppointmentStatus.CONFIRMED and row.deleted_at is None,
        do=to(AppointmentStatus.CONFIRMED, "Confirmed again."),
        what=lambda row: f"Confirms the appointment of {when(row)} again, if that time is still free.",
    ),
    Transition(
        name="cancel", label="Cancel", permission=CHANGE, form=CancelForm, do=cancel, offered=is_confirmed, danger=True,
        bulk=CONFIRMED,
        what=lambda row: f"Frees {row.duration} minutes from {when(row)} at once.",
    ),
    restore(Appointment),
    *trash_many(Appointment),
)  # fmt: skip
