"""Book and move appointments against the booking rules, for staff who may and who say why."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from aira.audit.actor import set_reason
from aira.schema.sql_calls import rows
from bookings.actions import REASONS, BookingRefused
from bookings.models import Appointment
from businesses.models import Business

BOOK_OFF_RULES = "bookings.book_off_rules"
# The results of check_appointment_time that staff may overrule. The others are mistakes of the request.
RULES = ("in_past", "too_soon", "too_far_ahead", "outside_hours", "fully_booked")


@contextmanager
def above_capacity() -> Iterator[None]:
    """Let place_appointment place appointments above the capacity. It obeys this setting for the role console only."""
    rows("select set_config('aira.above_capacity', 'on', true)")
    yield
    rows("select set_config('aira.above_capacity', '', true)")


def recorded(outcome: str, reason: str) -> str:
    """Return the reason as the audit records it: with the rule that was overruled."""
    return f"Against the rule “{REASONS[outcome].partition('.')[0]}”: {reason}"[:500]


@transaction.atomic
def book_anyway(*, business: UUID, scheduled_at: datetime, outcome: str, reason: str, **values: Any) -> UUID:
    """Book an appointment that a rule refuses, and return its id. The same external id and time book once.

    Args:
        business: The business.
        scheduled_at: The start.
        outcome: The rule that refuses it, one of RULES.
        reason: Why it is booked anyway.
        values: Further columns of the appointment.

    Raises:
        BookingRefused: The business is in the trash, or its external id is in use at another time.
    """
    if not Business.objects.alive().filter(pk=business).exists():
        raise BookingRefused("unknown_business")
    set_reason(recorded(outcome, reason))
    new = Appointment(business_id=business, scheduled_at=scheduled_at, **values)
    try:
        with transaction.atomic(), above_capacity():
            new.save()
    except IntegrityError as error:
        known = Appointment.objects.alive().filter(business_id=business, external_id=values.get("external_id"))
        first = known.exclude(status="cancelled").values_list("pk", "scheduled_at").first()
        if "appointment_external_id_once" not in str(error) or first is None:
            raise
        if first[1] != scheduled_at:
            raise BookingRefused("external_id_conflict") from error
        return first[0]
    return new.pk


@transaction.atomic
def move_anyway(*, appointment: UUID, scheduled_at: datetime, duration: int, outcome: str, reason: str) -> None:
    """Move an appointment to a time that a rule refuses.

    Args:
        appointment: The appointment.
        scheduled_at: The new start.
        duration: Minutes.
        outcome: The rule that refuses it, one of RULES.
        reason: Why it is moved anyway.

    Raises:
        BookingRefused: The appointment is unknown or not confirmed.
    """
    found = Appointment.objects.alive().select_for_update().filter(pk=appointment)
    status = found.values_list("status", flat=True).first()
    if status != "confirmed":
        outcomes = {None: "unknown_appointment", "cancelled": "already_cancelled"}
        raise BookingRefused(outcomes.get(status, "not_confirmed"))
    set_reason(recorded(outcome, reason))
    with above_capacity():
        found.update(scheduled_at=scheduled_at, duration=duration)
