"""Undo what staff did with appointments: a booking, a move, a change of the status."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from aira.adminkit import undo
from aira.adminkit.times import both_times
from aira.schema.errors import Refused
from bookings.models import Appointment, AppointmentStatus

CANCELLED = "Cancelled: "


def locked(pk: str) -> Appointment:
    """Return the appointment, locked until the end of the transaction.

    Raises:
        Refused: It was removed or moved to the trash.
    """
    row = Appointment.objects.alive().select_for_update(of=("self",)).select_related("business").filter(pk=pk).first()
    if row is None:
        raise Refused("The appointment is in the trash or was removed. If it is in the trash, restore it first.")
    return row


def unchanged(row: Appointment, status: str) -> None:
    """Refuse if somebody else has changed the status meanwhile."""
    if row.status != status:
        raise Refused(
            f"The appointment is now {row.get_status_display().lower()}: somebody else has changed it. Reload the page."
        )


def place(row: Appointment) -> dict[str, Any]:
    """Return the time and duration of an appointment."""
    return {"at": row.scheduled_at.isoformat(), "duration": row.duration}


def move_back(request: HttpRequest, values: dict[str, Any]) -> str:
    """Move an appointment back to its former time."""
    row = locked(values["pk"])
    unchanged(row, AppointmentStatus.CONFIRMED)
    if place(row) != values["after"]:
        raise Refused(
            f"Somebody else has moved it to {both_times(row.scheduled_at, row.business.timezone)}. Reload the page."
        )
    row.scheduled_at = datetime.fromisoformat(values["before"]["at"])
    row.duration = values["before"]["duration"]
    row.save(update_fields=["scheduled_at", "duration"])
    return f"Moved back to {both_times(row.scheduled_at, row.business.timezone)}."


def status_back(request: HttpRequest, values: dict[str, Any]) -> str:
    """Set the former status. A cancellation also removes its reason from the notes."""
    row = locked(values["pk"])
    unchanged(row, values["after"])
    Appointment.objects.filter(pk=row.pk).update(status=values["before"])
    if values["after"] == AppointmentStatus.CANCELLED:
        # Read the stored notes, since the row may hold a mask.
        [notes] = Appointment.objects.filter(pk=row.pk).values_list("notes", flat=True)
        kept, _, last = (notes or "").rpartition("\n")
        if last.startswith(CANCELLED):
            Appointment.objects.filter(pk=row.pk).update(notes=kept or None)
    when = both_times(row.scheduled_at, row.business.timezone)
    return f"Undone. The appointment of {when} is {AppointmentStatus(values['before']).label.lower()} again."


def unbook(request: HttpRequest, values: dict[str, Any]) -> str:
    """Cancel a new appointment, which frees its time."""
    row = locked(values["pk"])
    unchanged(row, AppointmentStatus.CONFIRMED)
    if place(row) != values["after"]:
        raise Refused("Somebody else has moved it. Reload the page.")
    Appointment.objects.filter(pk=row.pk).update(status=AppointmentStatus.CANCELLED)
    return f"The booking was undone. {both_times(row.scheduled_at, row.business.timezone)} is free."


CHANGE = "bookings.change_appointment"
MOVED = undo.register(undo.Way(name="appointment-moved", may=undo.permitted(CHANGE), take_back=move_back))
STATUS = undo.register(undo.Way(name="appointment-status", may=undo.permitted(CHANGE), take_back=status_back))
BOOKED = undo.register(
    undo.Way(name="appointment-booked", may=undo.permitted("bookings.add_appointment"), take_back=unbook)
)
