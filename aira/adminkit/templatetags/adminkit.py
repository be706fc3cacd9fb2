"""What the console's own templates write."""

from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from aira.adminkit.money_format import money as in_words

register = template.Library()


@register.filter
def money(amount: Any, currency: str) -> SafeString:
    """An amount in its currency; what is taken is marked, for eyes that compare a column."""
    text = escape(in_words(amount, currency))
    return format_html('<span class="less">{}</span>', text) if amount < 0 else text
