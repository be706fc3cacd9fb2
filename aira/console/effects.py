"""Show the effects of changing a business, a number or booking rules. The apps themselves don't import each other."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction
from django.utils import timezone

from aira.adminkit.effects import Effect, effect
from aira.formats.dates import time_text
from bookings.models import Appointment, BookingRules
from businesses.models import Business, appointments_above_capacity
from knowledge.models import Document
from telephony.models import BusinessNumber


class Undone(Exception):
    """End a transaction that only tries a change."""


def clock(zone: str) -> Callable[[datetime], str]:
    """Return a function that shows a time in this zone."""
    return lambda at: time_text(at.astimezone(ZoneInfo(zone)), weekday=True, zone=False)


def upcoming(business: Business) -> Any:
    """Return the confirmed appointments from now on."""
    rows: Any = Appointment.objects.alive()
    return rows.filter(business=business, status="confirmed", scheduled_at__gt=timezone.now()).order_by("scheduled_at")


def of_business(row: Business, changed: list[str]) -> list[Effect]:
    """Return the effects of deactivating a business, or of giving it another owner or time zone."""
    found: list[Effect] = []
    show = clock(row.timezone)
    numbers: Any = BusinessNumber.objects.alive()
    numbers = numbers.filter(business=row)
    if "is_active" in changed and not row.is_active:
        answered = numbers.filter(is_active=True)
        found += effect(answered, "{count}. The Voice Agent no longer answers calls.", lambda one: one.phone_number)
        found += effect(
            upcoming(row),
            "{count}. Nothing is cancelled, and customers are not informed.",
            lambda one: show(one.scheduled_at),
        )
    if "timezone" in changed:
        before = Business.objects.values_list("timezone", flat=True).get(pk=row.pk)
        old = clock(before)
        found += effect(
            upcoming(row),
            f"{{count}}. In {row.timezone}, each is at another time of day.",
            lambda one: f"{old(one.scheduled_at)} becomes {show(one.scheduled_at)}",
        )
    if "user" in changed:
        found += effect(numbers, "{count}. The new owner's wallet pays for them.", lambda one: one.phone_number)
        found += effect(
            upcoming(row),
            "{count}. The new owner sees them with all customer data.",
            lambda one: show(one.scheduled_at),
        )
        documents: Any = Document.objects.alive()
        found += effect(documents.filter(business=row), "{count}. The new owner sees them.", lambda one: one.file_name)
        found.append(Effect("Wallet and transactions stay with the earlier owner."))
    return found


def of_number(row: BusinessNumber, changed: list[str]) -> list[Effect]:
    """Return the effects of deactivating a number, or of giving it to another business."""
    if "is_active" in changed and not row.is_active:
        return [Effect(f"The Voice Agent no longer answers calls to {row.phone_number}. The owner still pays for it.")]
    # The database refuses a business of another owner.
    if "business" in changed and (row.business is None or row.business.user_id == row.user_id):
        return [Effect(f"Calls to {row.phone_number} reach {row.business or 'no business'} from now on.")]
    return []


def of_rules(row: BookingRules, changed: list[str]) -> list[Effect]:
    """Return the appointments above a lowered capacity, which stay until somebody moves them."""
    before = BookingRules.objects.filter(pk=row.pk).first()
    if "capacity" not in changed or before is None or row.capacity >= before.capacity:
        return []
    times: list[Any] = []
    try:
        # The capacity depends on buffers and slot numbers, so try the change and let the database count.
        with transaction.atomic():
            BookingRules.objects.filter(pk=row.pk).update(capacity=row.capacity)
            times = [at for _, at in appointments_above_capacity(row.business_id)]
            raise Undone
    except Undone:
        pass
    except DatabaseError:
        # The save itself reports the broken rule.
        return []
    if not times:
        return []
    show = clock(row.business.timezone)
    first = tuple(show(at) for at in times[:5])
    plural = "appointment is" if len(times) == 1 else "appointments are"
    return [
        Effect(f"{len(times)} {plural} above the new capacity. Move or cancel them.", first, len(times) - len(first))
    ]
