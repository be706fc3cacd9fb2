from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from aira.console.base import ModelAdmin, TrashableAdmin
from bookings import actions
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
    actions = (*TrashableAdmin.actions, "cancel")

    @admin.action(description="Cancel: the time is free at once", permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Appointment]) -> None:
        try:
            with transaction.atomic():
                for appointment in queryset:
                    actions.cancel(appointment=appointment.pk, reason=f"by {request.user} in the console")
        except actions.BookingRefused as refused:
            self.message_user(request, f"Nothing was changed: {appointment}. {refused}", messages.ERROR)
        else:
            self.message_user(request, f"{len(queryset)} cancelled.")


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
