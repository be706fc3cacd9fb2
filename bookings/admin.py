from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.html import format_html

from aira.adminkit.lists import ChoicesDropdownFilter, DateRangeFilter, RelatedFilter, Searched
from aira.adminkit.model_admin import ModelAdmin
from aira.adminkit.times import both_times
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.trashable import TrashableAdmin
from bookings import transitions
from bookings.diary import diary
from bookings.models import Appointment, BookingRules


@admin.register(Appointment)
class AppointmentAdmin(WithTransitions, Searched, TrashableAdmin):
    transitions = transitions.APPOINTMENT
    list_display = (
        "when",
        "duration",
        "customer_name",
        "customer_phone",
        "business",
        "service_type",
        "status",
        "source",
        "week",
    )
    # Only what an index serves.
    sortable_by = ("scheduled_at",)
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("source", ChoicesDropdownFilter),
        ("scheduled_at", DateRangeFilter),
        ("business", RelatedFilter),
        ("user", RelatedFilter),
    )
    list_select_related = ("business",)
    search_fields = ("id",)
    search_help_text = "A customer's name, phone number or e-mail; a business; an account's e-mail; an id"
    kind = "appointment"
    autocomplete_fields = ("business",)

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(diary)
        return [path("diary/<uuid:pk>/", page, name="bookings_appointment_diary"), *super().get_urls()]

    @admin.display(description="time", ordering="scheduled_at")
    def when(self, appointment: Appointment) -> str:
        return both_times(appointment.scheduled_at, appointment.business.timezone)

    @admin.display(description="week")
    def week(self, appointment: Appointment) -> str:
        url = reverse("admin:bookings_appointment_diary", args=[appointment.business_id])
        day = appointment.scheduled_at.astimezone(ZoneInfo(appointment.business.timezone)).date()
        return format_html('<a href="{}?day={}">Week</a>', url, day)


@admin.register(BookingRules)
class BookingRulesAdmin(Searched, ModelAdmin):
    list_display = (
        "business",
        "week",
        "capacity",
        "buffer_before",
        "buffer_after",
        "min_notice",
        "slot_step",
        "max_days_ahead",
    )
    list_select_related = ("business",)
    search_fields = ("id",)
    search_help_text = "A business, or an account's e-mail"
    autocomplete_fields = ("business",)

    @admin.display(description="week")
    def week(self, rules: BookingRules) -> str:
        return format_html(
            '<a href="{}">Week</a>', reverse("admin:bookings_appointment_diary", args=[rules.business_id])
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(("business",) if obj else ()))
