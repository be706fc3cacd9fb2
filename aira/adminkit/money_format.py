"""Format amounts for people. This is apart from the pages, since templates load before pages can be imported."""

from typing import Any

from django.utils.formats import number_format


def money(amount: Any, currency: str) -> str:
    """Return an amount with its currency, such as $1,234.50 or ₹83.00."""
    sign = "-" if amount < 0 else ""
    symbol = {"USD": "$", "INR": "₹"}.get(currency, f"{currency} ")
    return f"{sign}{symbol}{number_format(abs(amount), decimal_pos=2, use_l10n=True, force_grouping=True)}"
