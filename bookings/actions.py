"""What staff and tools do with a business's diary: the functions of the contract, called as the role console."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from aira.schema.errors import Refused
from aira.schema.sql_calls import rows
from bookings.models import Appointment, AppointmentStatus

REASONS = {
    "missing_argument": "A business, a time, a duration and the customer's name are needed.",
    "invalid_time": "The time is not a point in time.",
    "invalid_duration": "The duration must be 1 to 1440 minutes.",
    "unknown_business": "There is no such business, or it is in the trash.",
    "unknown_appointment": "There is no such appointment, or it is in the trash.",
    "in_past": "The time is over.",
    "too_soon": "The business wants to know earlier: its notice is longer.",
    "too_far_ahead": "The business does not take appointments so far ahead.",
    "outside_hours": "The business is closed then, or closes before the end.",
    "fully_booked": "The business is booked at that time.",
    "external_id_conflict": "The external id belongs to an appointment at another time.",
    "already_cancelled": "The appointment is cancelled.",
    "not_confirmed": "The appointment is over: it took place, or nobody came.",
    "retry": "Somebody else booked at the same moment. Try again.",
}


# What is wrong with what was sent: outcome → its field, if it is about one.
ABOUT = {
    "missing_argument": None,
    "invalid_time": "scheduled_at",
    "invalid_duration": "duration",
    "unknown_business": "business",
}


class BookingRefused(Refused):
    """outcome: as in CONTRACT.md; the text says it in words."""

    def __init__(self, outcome: str) -> None:
        super().__init__(REASONS[outcome])
        self.outcome = self.kind = outcome
        # An appointment is named by the address, a business by the body or the query.
        self.status = 404 if outcome == "unknown_appointment" else 400 if outcome in ABOUT else 409
        self.field = ABOUT.get(outcome)


@dataclass(frozen=True)
class Slot:
    """local_start: in the business's zone, with its offset; free: how many more fit."""

    starts_at: datetime
    ends_at: datetime
    local_start: str
    free: int


@transaction.atomic
def check(*, business: UUID, scheduled_at: datetime, duration: int = 60, exclude: UUID | None = None) -> str:
    """ok, or the first reason against it. duration: minutes; exclude: an appointment that is to move there."""
    [[answer]] = rows(
        "select public.check_appointment_time(%s, %s, %s::integer, %s)", business, scheduled_at, duration, exclude
    )
    return answer


@transaction.atomic
def slots(
    *, business: UUID, start: datetime, end: datetime, duration: int = 60, step: int | None = None, limit: int = 50
) -> list[Slot]:
    """Free times from start to end, at most 62 days. duration, step: minutes. Raises DataError for nonsense."""
    query = "select * from public.available_slots(%s, %s, %s, %s::integer, %s::integer, %s::integer)"
    return [Slot(*row) for row in rows(query, business, start, end, duration, step, limit)]


@transaction.atomic
def nearest(*, business: UUID, near: datetime, duration: int = 60, limit: int = 3) -> list[Slot]:
    """Free times, the nearest first. duration: minutes. Raises DataError for nonsense."""
    return [
        Slot(*row)
        for row in rows(
            "select * from public.nearest_slots(%s, %s, %s::integer, %s::integer)", business, near, duration, limit
        )
    ]


@transaction.atomic
def book(
    *, business: UUID, scheduled_at: datetime, customer_name: str, duration: int = 60, **more: str | None
) -> tuple[UUID, bool]:
    """The appointment's id, and whether it is new: the same external_id and time give the first one again.

    more: customer_phone, customer_email, source, external_id, service_type, notes. Raises BookingRefused.
    """
    [[outcome, appointment]] = rows(
        "select outcome, appointment_id from public.book_appointment("
        "%s, %s, %s, %s::integer, %s, %s, %s::public.appointment_source, %s, %s, %s)",
        business, scheduled_at, customer_name, duration, more.get("customer_phone"), more.get("customer_email"),
        more.get("source") or "manual", more.get("external_id"), more.get("service_type"), more.get("notes"),
    )  # fmt: skip
    if outcome not in ("booked", "already_booked"):
        raise BookingRefused(outcome)
    return appointment, outcome == "booked"


@transaction.atomic
def reschedule(*, appointment: UUID, scheduled_at: datetime, duration: int | None = None) -> None:
    """duration: minutes; None keeps it. Raises BookingRefused, and nothing is changed."""
    query = "select outcome from public.reschedule_appointment(%s, %s, %s::integer)"
    [[outcome]] = rows(query, appointment, scheduled_at, duration)
    if outcome != "rescheduled":
        raise BookingRefused(outcome)


@transaction.atomic
def cancel(*, appointment: UUID, reason: str | None = None) -> None:
    """The reason is added to the notes; cancelling twice is harmless. Raises BookingRefused."""
    [[outcome]] = rows("select outcome from public.cancel_appointment(%s, %s)", appointment, reason)
    if outcome not in ("cancelled", "already_cancelled"):
        raise BookingRefused(outcome)


@transaction.atomic
def set_status(*, appointment: UUID, status: AppointmentStatus) -> None:
    """A confirmed one to completed or no_show; any other to confirmed again, which takes its time once more: 23P01
    when that is booked since. Raises Refused when it is no longer such a one.
    """
    rows, confirmed = Appointment.objects.filter(pk=appointment), Q(status=AppointmentStatus.CONFIRMED)
    before = ~confirmed if status == AppointmentStatus.CONFIRMED else confirmed
    if not rows.alive().filter(before).update(status=status):
        raise Refused(f"The appointment is {as_it_is(rows)} by now. Look at it again.")


class NotMoved(Refused):
    """The appointment is not in a state from which it can get there."""

    kind = "appointment_not_moved"


@transaction.atomic
def move(*, appointment: UUID, status: AppointmentStatus) -> None:
    """As `set_status`, but harmless where it has that status already. Raises NotMoved, with what to do."""
    try:
        set_status(appointment=appointment, status=status)
    except Refused as error:
        rows = Appointment.objects.filter(pk=appointment)
        if rows.alive().filter(status=status).exists():
            return
        now = as_it_is(rows)
        if now == "gone":
            raise Appointment.DoesNotExist from error
        way = "Restore it first." if now == "in the trash" else "Confirm it first."
        raise NotMoved(f"The appointment is {now}. {way}") from error


def as_it_is(appointment: QuerySet[Appointment]) -> str:
    for status, deleted_at in appointment.values_list("status", "deleted_at"):
        return "in the trash" if deleted_at else status.replace("_", "-")
    return "gone"
