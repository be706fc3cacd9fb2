"""Provide the template filters of the console."""

from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from aira.adminkit.money_format import money as in_words
from aira.adminkit.undo import ticket_of
from aira.formats.dates import day_text, time_text

register = template.Library()


@register.filter
def money(amount: Any, currency: str) -> SafeString:
    """Return an amount in its currency. Negative amounts are marked, so that they stand out in a column."""
    text = escape(in_words(amount, currency))
    return format_html('<span class="less">{}</span>', text) if amount < 0 else text


@register.filter(expects_localtime=True)
def moment(at: Any, style: str = "") -> str:
    """Return a time with its zone, such as 24 Dec 2026 10:00 UTC. The style may be “seconds”. Empty for None."""
    return time_text(at, seconds=style == "seconds") if at else ""


@register.filter
def weekday(day: Any) -> str:
    """Return a day with its name, such as Thu 24 Dec 2026."""
    return day_text(day, weekday=True)


@register.filter
def units(value: Any, unit: str) -> str:
    """Return the word for this many units, such as “day” for 1 and “days”."""
    one = {"deliveries": "delivery", "problems": "problem", "hours": "hour", "days": "day"}
    return one.get(unit, unit) if value == 1 else unit


@register.filter
def undo_ticket(message: Any) -> str:
    """Return the signed undo action of a message, or an empty text."""
    return ticket_of(message)
