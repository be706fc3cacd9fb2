"""Decide which amounts a second person has to approve: those above SECOND_PERSON_ABOVE."""

from decimal import Decimal

from django.conf import settings


def second_person_above(currency: str) -> Decimal:
    limits: dict[str, Decimal] = settings.SECOND_PERSON_ABOVE
    return limits[currency]


def needs_second_person(amount: Decimal, currency: str) -> bool:
    """amount: of a top-up, or of all refunds of one transaction."""
    return amount.is_finite() and amount > second_person_above(currency)
