"""Decide which amounts a second person has to approve: those above SECOND_PERSON_ABOVE."""

from decimal import Decimal

from django.conf import settings


def second_person_above(currency: str) -> Decimal:
    """Return the largest amount that one person may move by hand."""
    limits: dict[str, Decimal] = settings.SECOND_PERSON_ABOVE
    return limits[currency]


def needs_second_person(amount: Decimal, currency: str) -> bool:
    """Return whether a second person must approve a top-up, or all refunds of one transaction together."""
    return amount.is_finite() and amount > second_person_above(currency)
