"""Amounts as people write them. Apart from the pages, since templates are made before those can be."""

from typing import Any

from django.utils.formats import number_format


def money(amount: Any, currency: str) -> str:
    """An amount as people write it, with its currency: $1,234.50, ₹83.00."""
    sign = "-" if amount < 0 else ""
    symbol = {"USD": "$", "INR": "₹"}.get(currency, f"{currency} ")
    return f"{sign}{symbol}{number_format(abs(amount), decimal_pos=2, use_l10n=True, force_grouping=True)}"
