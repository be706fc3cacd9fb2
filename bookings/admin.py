"""Console pages of appointments and booking rules."""

from typing import Any, override
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html

from aira.adminkit.list_filters import BusinessDayFilter, ChoicesDropdownFilter, RelatedFilter
from aira.adminkit.lists import Searched
from aira.adminkit.model_admin import ModelAdmin
from aira.adminkit.times import both_times
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.trashable import TrashableAdmin
from bookings import booking_pages, transitions
from bookings.calendar_feed import feed
from bookings.diary import diary
from bookings.models import Appointment, BookingRules

# Fields that the form of an appointment does not take, and shows in other words.
BY_BUTTONS = {"business", "scheduled_at", "duration", "status", "source", "deleted_at"}


class DayFilter(BusinessDayFilter):
    """Filter by days in the time zone of each appointment's business, as the start page counts them."""

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "day, in the time zone of the business"


@admin.register(Appointment)
class AppointmentAdmin(WithTransitions, Searched, TrashableAdmin):
    """Appointments, their buttons and the diary."""

    transitions = transitions.APPOINTMENT
    add_words = "Book an appointment"
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
        ("scheduled_at", DayFilter),
        ("business", RelatedFilter),
        ("user", RelatedFilter),
    )
    list_select_related = ("business",)
    search_fields = ("id",)
    search_help_text = "Customer's name, phone number or e-mail, business, account's e-mail, or id"
    kind = "appointment"
    help_texts = {
        "user": "The account that owns the business.",
        "external_id": "Id that the source gave the appointment, such as the id of the call. No other appointment of "
        "the business can have it.",
        "customer_phone": "In any spelling, at most 40 characters.",
        "notes": "The business can read them. A cancellation adds its reason. At most 10,000 characters.",
    }
    autocomplete_fields = ("business",)

    @override
    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"bookings_appointment_{name}")

        return [
            at("diary/<uuid:pk>/", diary, "diary"),
            at("diary/<uuid:pk>/events/", feed, "events"),
            at("diary/<uuid:pk>/times/", booking_pages.times_part, "times"),
            at("diary/<uuid:pk>/customers/", booking_pages.customers_part, "customers"),
            *super().get_urls(),
        ]

    @override
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return booking_pages.book_page(request)

    @override
    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Buttons change the time and the status, by the booking rules.
        typed = [field.name for field in self.model._meta.fields if field.editable and field.name in self.shown(obj)]
        typed = [name for name in typed if name not in BY_BUTTONS and name not in self.common]
        if obj is None:
            return typed
        first = ["business", "time", "takes_up", "status", "source"]
        return [*first, *typed, "id", "user", "booked", "changed", *(["trashed"] if obj.deleted_at else [])]

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        shown = ("business", "time", "takes_up", "source", "booked", "changed", "trashed")
        return (*super().get_readonly_fields(request, obj), *shown)

    @admin.display(description="time")
    def time(self, appointment: Appointment) -> str:
        """Return the time and the duration, in both time zones."""
        return f"{self.when(appointment)}, {appointment.duration} minutes"

    @admin.display(description="occupied time")
    def takes_up(self, appointment: Appointment) -> str:
        """Return the time that it takes up with its buffers, in the zone of the business."""
        if appointment.busy_from is None or appointment.busy_to is None:
            return "–"
        zone = ZoneInfo(appointment.business.timezone)
        starts, ends = appointment.busy_from.astimezone(zone), appointment.busy_to.astimezone(zone)
        slot = f", slot number {appointment.slot_number}" if appointment.slot_number else ""
        return f"{starts:%H:%M}–{ends:%H:%M %Z} with buffers{slot}"

    @admin.display(description="booked at")
    def booked(self, appointment: Appointment) -> str:
        """Return when it was booked, in both time zones."""
        return both_times(appointment.created_at, appointment.business.timezone)

    @admin.display(description="last changed at")
    def changed(self, appointment: Appointment) -> str:
        """Return when it was last changed, in both time zones."""
        return both_times(appointment.updated_at, appointment.business.timezone)

    @admin.display(description="in the trash since")
    def trashed(self, appointment: Appointment) -> str:
        """Return when it was moved to the trash, in both time zones."""
        return both_times(appointment.deleted_at, appointment.business.timezone) if appointment.deleted_at else "–"

    @admin.display(description="time", ordering="scheduled_at")
    def when(self, appointment: Appointment) -> str:
        """Return the time in both time zones."""
        return both_times(appointment.scheduled_at, appointment.business.timezone)

    @admin.display(description="diary")
    def week(self, appointment: Appointment) -> str:
        """Link to the diary of that week."""
        url = reverse("admin:bookings_appointment_diary", args=[appointment.business_id])
        day = appointment.scheduled_at.astimezone(ZoneInfo(appointment.business.timezone)).date()
        return format_html('<a href="{}?day={}">Open the week</a>', url, day)


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

    @admin.display(description="diary")
    def week(self, rules: BookingRules) -> str:
        """Link to the diary of the business."""
        return format_html(
            '<a href="{}">Open the diary</a>', reverse("admin:bookings_appointment_diary", args=[rules.business_id])
        )

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(("business",) if obj else ()))
