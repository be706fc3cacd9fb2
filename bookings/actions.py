"""Actions of staff and tools with appointments, as the role console."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from aira.schema.errors import Refused
from aira.schema.sql_calls import rows
from bookings.models import Appointment, AppointmentStatus

REASONS = {
    "missing_argument": "Give a business, a time, a duration and the customer's name.",
    "invalid_time": "The time is not valid. Give a date and a time.",
    "invalid_duration": "The duration must be 1 to 1440 minutes.",
    "unknown_business": "The business does not exist or is in the trash.",
    "unknown_appointment": "The appointment does not exist or is in the trash.",
    "in_past": "That time has passed. Choose a later one.",
    "too_soon": "That is sooner than the business's minimum notice allows. Choose a later time.",
    "too_far_ahead": "That is further ahead than customers can book. Choose an earlier time.",
    "outside_hours": "Outside opening hours.",
    "fully_booked": "That time is taken.",
    "external_id_conflict": "The external id belongs to an appointment at another time. Move that one.",
    "already_cancelled": "The appointment is already cancelled.",
    "not_confirmed": "The appointment is completed or a no-show. Confirm it again before you change it.",
    "retry": "Somebody else booked at the same moment. Try again.",
}


# Maps an outcome that is a mistake of the request to the field that is wrong.
ABOUT = {
    "missing_argument": None,
    "invalid_time": "scheduled_at",
    "invalid_duration": "duration",
    "unknown_business": "business",
}


class BookingRefused(Refused):
    """The database refused a booking.

    Args:
        outcome: The result of the database, as in CONTRACT.md.
        more: A sentence with the values, which follows the reason.
    """

    def __init__(self, outcome: str, more: str = "") -> None:
        super().__init__(f"{REASONS[outcome]} {more}".strip())
        self.outcome = self.kind = outcome
        # 404 is for an unknown appointment, which the address names. An unknown business comes from a body or a query.
        self.status = 404 if outcome == "unknown_appointment" else 400 if outcome in ABOUT else 409
        self.field = ABOUT.get(outcome)


@dataclass(frozen=True)
class Slot:
    """A free time. `local_start` is in the business's time zone, with its offset; `free` is how many more fit."""

    starts_at: datetime
    ends_at: datetime
    local_start: str
    free: int


@transaction.atomic
def check(*, business: UUID, scheduled_at: datetime, duration: int = 60, exclude: UUID | None = None) -> str:
    """Check whether a time can be booked.

    Args:
        business: The business.
        scheduled_at: The start.
        duration: Minutes.
        exclude: The appointment that is to move to this time.

    Returns:
        ok, or the first reason against the time.
    """
    [[answer]] = rows(
        "select public.check_appointment_time(%s, %s, %s::integer, %s)", business, scheduled_at, duration, exclude
    )
    return answer


@transaction.atomic
def slots(
    *, business: UUID, start: datetime, end: datetime, duration: int = 60, step: int | None = None, limit: int = 50
) -> list[Slot]:
    """Return the slots of a business.

    Args:
        business: The business.
        start: Included.
        end: Excluded, at most 62 days later.
        duration: Minutes.
        step: Minutes between two starts. None means the step of the business.
        limit: Largest number of slots.

    Raises:
        DataError: An argument is out of range.
    """
    query = "select * from public.available_slots(%s, %s, %s, %s::integer, %s::integer, %s::integer)"
    return [Slot(*row) for row in rows(query, business, start, end, duration, step, limit)]


@transaction.atomic
def nearest(*, business: UUID, near: datetime, duration: int = 60, limit: int = 3) -> list[Slot]:
    """Return the slots nearest to a time. `duration` is in minutes.

    Raises:
        DataError: An argument is out of range.
    """
    return [
        Slot(*row)
        for row in rows(
            "select * from public.nearest_slots(%s, %s, %s::integer, %s::integer)", business, near, duration, limit
        )
    ]


def values_of(outcome: str, business: UUID, at: datetime, duration: int) -> str:
    """Return the opening hours or the next slots, as a sentence for a refusal. Empty for other outcomes."""
    if outcome == "outside_hours":
        return opening_hours(business, at)
    if outcome == "fully_booked":
        found = nearest(business=business, near=at, duration=duration)
        near = ", ".join(slot.local_start[:16].replace("T", " ") for slot in sorted(found, key=lambda s: s.starts_at))
        return f"Nearest free times: {near}." if near else "No time within 31 days is free."
    return ""


def opening_hours(business: UUID, at: datetime) -> str:
    """Return the opening hours of one day as a sentence, in the time zone of the business."""
    found = rows(
        "select to_char(v.moment at time zone b.timezone, 'Dy'), to_char(o.opens_at at time zone b.timezone, %s),"
        " to_char(o.closes_at at time zone b.timezone, %s)"
        " from (values (%s::timestamptz)) v (moment) cross join public.business_v2 b left join lateral"
        " private.opening_intervals(b.business_hours, b.timezone, (v.moment at time zone b.timezone)::date) o on true"
        " where b.id = %s order by o.opens_at",
        "HH24:MI", "HH24:MI", at, business,
    )  # fmt: skip
    hours = ", ".join(f"{opens}–{closes}" for _, opens, closes in found if opens)
    return f"The business is open on {found[0][0]} {hours}." if hours else "The business is closed on that day."


@transaction.atomic
def book(
    *, business: UUID, scheduled_at: datetime, customer_name: str, duration: int = 60, **more: str | None
) -> tuple[UUID, bool]:
    """Book an appointment.

    Args:
        business: The business.
        scheduled_at: The start.
        customer_name: Name of the customer.
        duration: Minutes.
        more: customer_phone, customer_email, source, external_id, service_type and notes.

    Returns:
        The id of the appointment and whether it is new. The same external_id and time return the first one.

    Raises:
        BookingRefused: The time is not free, or the request is not valid.
    """
    [[outcome, appointment]] = rows(
        "select outcome, appointment_id from public.book_appointment("
        "%s, %s, %s, %s::integer, %s, %s, %s::public.appointment_source, %s, %s, %s)",
        business, scheduled_at, customer_name, duration, more.get("customer_phone"), more.get("customer_email"),
        more.get("source") or "manual", more.get("external_id"), more.get("service_type"), more.get("notes"),
    )  # fmt: skip
    if outcome not in ("booked", "already_booked"):
        raise BookingRefused(outcome, values_of(outcome, business, scheduled_at, duration))
    return appointment, outcome == "booked"


@transaction.atomic
def reschedule(*, appointment: UUID, scheduled_at: datetime, duration: int | None = None) -> None:
    """Move an appointment.

    Args:
        appointment: The appointment.
        scheduled_at: The new start.
        duration: Minutes. None keeps the duration.

    Raises:
        BookingRefused: The time is not free. Nothing was changed.
    """
    query = "select outcome from public.reschedule_appointment(%s, %s, %s::integer)"
    [[outcome]] = rows(query, appointment, scheduled_at, duration)
    if outcome != "rescheduled":
        row = Appointment.objects.filter(pk=appointment).first()
        more = values_of(outcome, row.business_id, scheduled_at, duration or row.duration) if row else ""
        raise BookingRefused(outcome, more)


@transaction.atomic
def cancel(*, appointment: UUID, reason: str | None = None) -> None:
    """Cancel an appointment. Idempotent. The reason is added to the notes.

    Raises:
        BookingRefused: The appointment is unknown, completed or a no-show.
    """
    [[outcome]] = rows("select outcome from public.cancel_appointment(%s, %s)", appointment, reason)
    if outcome not in ("cancelled", "already_cancelled"):
        raise BookingRefused(outcome)


@transaction.atomic
def set_status(*, appointment: UUID, status: AppointmentStatus) -> None:
    """Set a confirmed appointment to completed or no-show, or any other one to confirmed.

    Confirming takes its time again. The database refuses that with 23P01 if another appointment has it.

    Raises:
        Refused: The appointment is not in a status that allows it.
    """
    rows, confirmed = Appointment.objects.filter(pk=appointment), Q(status=AppointmentStatus.CONFIRMED)
    before = ~confirmed if status == AppointmentStatus.CONFIRMED else confirmed
    if not rows.alive().filter(before).update(status=status):
        raise Refused(f"The appointment is now {as_it_is(rows)}. Reload the page.")


class NotMoved(Refused):
    """The status of the appointment does not allow the change."""

    kind = "appointment_not_moved"


@transaction.atomic
def move(*, appointment: UUID, status: AppointmentStatus) -> None:
    """Set the status like `set_status`. Idempotent.

    Raises:
        NotMoved: The status of the appointment does not allow it.
    """
    try:
        set_status(appointment=appointment, status=status)
    except Refused as error:
        rows = Appointment.objects.filter(pk=appointment)
        if rows.alive().filter(status=status).exists():
            return
        now = as_it_is(rows)
        if now == "deleted":
            raise Appointment.DoesNotExist from error
        way = "Restore it first." if now == "in the trash" else "Confirm it first."
        raise NotMoved(f"The appointment is {now}. {way}") from error


def as_it_is(appointment: QuerySet[Appointment]) -> str:
    """Return the status of an appointment in words."""
    for status, deleted_at in appointment.values_list("status", "deleted_at"):
        return "in the trash" if deleted_at else status.replace("_", "-")
    return "deleted"
