from django.contrib import admin

from aira.console.base import TrashableAdmin, money
from aira.console.transitions import WithTransitions
from telephony import transitions
from telephony.models import BusinessNumber


@admin.register(BusinessNumber)
class BusinessNumberAdmin(WithTransitions, TrashableAdmin):
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
    list_filter = ("number_type", "is_active", "is_primary", "country_code", "provider")
    list_select_related = ("business", "user")
    search_fields = ("phone_number", "display_name", "twilio_sid", "business__name", "user__email", "id")
    date_hierarchy = "purchase_date"
    autocomplete_fields = ("business", "user")

    @admin.display(description="monthly cost", ordering="monthly_cost")
    def cost(self, number: BusinessNumber) -> str | None:
        # Twilio bills in dollars.
        return None if number.monthly_cost is None else money(number.monthly_cost, "USD")
