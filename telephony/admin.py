"""Console pages of phone numbers."""

from typing import Any, override

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

from aira.adminkit.json_fields import ListField
from aira.adminkit.list_filters import (
    AmountRangeFilter,
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DateRangeFilter,
    RelatedFilter,
)
from aira.adminkit.lists import Searched
from aira.adminkit.money_format import money
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.trashable import TrashableAdmin
from telephony import transitions
from telephony.capabilities import CapabilitiesField
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
    help_texts = {
        "number_type": "A vanity number spells a word.",
        "voice_url": "Web address of the Voice Agent, to which Twilio passes calls. Empty: the usual address.",
        "monthly_cost": "Price of a month in USD.",
    }
    autocomplete_fields = ("business", "user")

    @override
    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "capabilities":
            return CapabilitiesField(label="Capabilities", help_text="Services that the phone number supports.")
        if db_field.name == "features":
            return ListField(
                label="Features",
                help_text="Extra features from the provider, one on each line, such as call recording.",
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @override
    def list_totals(self, rows: QuerySet[BusinessNumber]) -> list[str]:
        cost = rows.order_by().aggregate(cost=Sum("monthly_cost"))["cost"]
        return [f"Monthly cost: {money(cost or 0, 'USD')}"]

    @admin.display(description="monthly cost", ordering="monthly_cost")
    def cost(self, number: BusinessNumber) -> str | None:
        """Return the monthly cost with its currency."""
        # Twilio bills in dollars.
        return None if number.monthly_cost is None else money(number.monthly_cost, "USD")
