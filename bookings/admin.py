from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from aira.console.base import ModelAdmin, TrashableAdmin
from bookings.models import Appointment, BookingRules


@admin.register(Appointment)
class AppointmentAdmin(TrashableAdmin):
    list_display = (
        "scheduled_at",
        "duration",
        "customer_name",
        "customer_phone",
        "business",
        "service_type",
        "status",
        "source",
    )
    list_filter = ("status", "source", "scheduled_at")
    list_select_related = ("business",)
    search_fields = ("customer_name", "customer_phone", "customer_email", "external_id", "business__name", "id")
    date_hierarchy = "scheduled_at"
    autocomplete_fields = ("business",)


@admin.register(BookingRules)
class BookingRulesAdmin(ModelAdmin):
    list_display = (
        "business",
        "capacity",
        "buffer_before",
        "buffer_after",
        "min_notice",
        "slot_step",
        "max_days_ahead",
    )
    list_select_related = ("business",)
    search_fields = ("business__name", "id")
    autocomplete_fields = ("business",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(("business",) if obj else ()))
