"""Console pages of phone numbers."""

from typing import override

from django.contrib import admin
from django.db.models import QuerySet, Sum

from aira.adminkit.lists import (
    AmountRangeFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DateRangeFilter,
    RelatedFilter,
    Searched,
)
from aira.adminkit.money_format import money
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.trashable import TrashableAdmin
from telephony import transitions
from telephony.models import BusinessNumber


@admin.register(BusinessNumber)
class BusinessNumberAdmin(WithTransitions, Searched, TrashableAdmin):
    """Phone numbers and their buttons."""

    transitions = transitions.NUMBER
    list_display = (
        "phone_number",
        "display_name",
        "business",
        "user",
        "number_type",
        "cost",
        "is_primary",
        "is_active",
    )
    list_filter = (
        ("number_type", ChoicesDropdownFilter),
        ("is_active", BooleanRadioFilter),
        ("is_primary", BooleanRadioFilter),
        ("purchase_date", DateRangeFilter),
        ("monthly_cost", AmountRangeFilter),
        ("business", RelatedFilter),
        ("user", RelatedFilter),
    )
    list_select_related = ("business", "user")
    search_fields = ("id",)
    search_help_text = "Phone number, Twilio SID, business, account's e-mail or id"
    kind = "number"
    autocomplete_fields = ("business", "user")

    @override
    def list_totals(self, rows: QuerySet[BusinessNumber]) -> list[str]:
        cost = rows.order_by().aggregate(cost=Sum("monthly_cost"))["cost"]
        return [f"Monthly cost: {money(cost or 0, 'USD')}"]

    @admin.display(description="monthly cost", ordering="monthly_cost")
    def cost(self, number: BusinessNumber) -> str | None:
        """Return the monthly cost with its currency."""
        # Twilio bills in dollars.
        return None if number.monthly_cost is None else money(number.monthly_cost, "USD")
