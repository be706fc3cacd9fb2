"""Console pages of appointments and booking rules."""

from typing import Any, override
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
    """Appointments, their buttons and the diary."""

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
    # Only columns with an index.
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
    search_help_text = "Customer's name, phone number or e-mail, business, account's e-mail, or id"
    kind = "appointment"
    autocomplete_fields = ("business",)

    @override
    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(diary)
        return [path("diary/<uuid:pk>/", page, name="bookings_appointment_diary"), *super().get_urls()]

    @admin.display(description="time", ordering="scheduled_at")
    def when(self, appointment: Appointment) -> str:
        """Return the time in both time zones."""
        return both_times(appointment.scheduled_at, appointment.business.timezone)

    @admin.display(description="week")
    def week(self, appointment: Appointment) -> str:
        """Link to the diary of that week."""
        url = reverse("admin:bookings_appointment_diary", args=[appointment.business_id])
        day = appointment.scheduled_at.astimezone(ZoneInfo(appointment.business.timezone)).date()
        return format_html('<a href="{}?day={}">Week</a>', url, day)


@admin.register(BookingRules)
class BookingRulesAdmin(Searched, ModelAdmin):
    """Booking rules."""

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
        """Link to the diary of the business."""
        return format_html(
            '<a href="{}">Week</a>', reverse("admin:bookings_appointment_diary", args=[rules.business_id])
        )

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(("business",) if obj else ()))
