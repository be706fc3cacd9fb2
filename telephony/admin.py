"""Console pages of phone numbers."""

from typing import Any, override

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

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

CAPABILITIES = """What the phone number can do. Write true or false after each word, as in
{"voice": true, "sms": false}. The words are voice (calls), sms (text messages), mms (pictures) and fax."""


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
    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "capabilities":
            field.help_text = CAPABILITIES
            field.error_messages["invalid"] = 'Write it as in {"voice": true, "sms": false}.'
        return field

    @override
    def list_totals(self, rows: QuerySet[BusinessNumber]) -> list[str]:
        cost = rows.order_by().aggregate(cost=Sum("monthly_cost"))["cost"]
        return [f"Monthly cost: {money(cost or 0, 'USD')}"]

    @admin.display(description="monthly cost", ordering="monthly_cost")
    def cost(self, number: BusinessNumber) -> str | None:
        """Return the monthly cost with its currency."""
        # Twilio bills in dollars.
        return None if number.monthly_cost is None else money(number.monthly_cost, "USD")
