"""Console pages of businesses."""

from typing import Any, override
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from aira.adminkit.list_filters import BooleanRadioFilter, ChoicesDropdownFilter, DateRangeFilter, RelatedFilter
from aira.adminkit.lists import Searched
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import restore, trash_many
from aira.adminkit.trashable import TrashableAdmin
from aira.formats.dates import time_text
from businesses.hours import HOURS_HELP, HoursField
from businesses.hours_in_words import line_per_day
from businesses.models import Business, appointments_above_capacity

SHOWN = 20


def above_capacity(business: Business) -> str:
    """Return a sentence about restored appointments above the capacity, or an empty text.

    It gives times and not names, since a bulk run stores this text.
    """
    times = [
        time_text(scheduled_at.astimezone(ZoneInfo(business.timezone)), zone=False)
        for _, scheduled_at in appointments_above_capacity(business.pk)
    ]
    if not times:
        return ""
    more = f" and {len(times) - SHOWN} more" if len(times) > SHOWN else ""
    return (
        f"Appointments above the capacity: {len(times)}, at {', '.join(times[:SHOWN])}{more} ({business.timezone})."
        " Reschedule some, or raise the capacity."
    )


@admin.register(Business)
class BusinessAdmin(WithTransitions, Searched, TrashableAdmin):
    """Businesses and their buttons."""

    transitions = (restore(Business, note=above_capacity), *trash_many(Business))
    list_display = ("name", "business_type", "user", "phone_number", "timezone", "is_active", "created_at")
    list_filter = (
        ("business_type", ChoicesDropdownFilter),
        ("is_active", BooleanRadioFilter),
        ("created_at", DateRangeFilter),
        ("user", RelatedFilter),
    )
    list_select_related = ("user",)
    search_fields = ("id",)
    search_help_text = "Name (typos are fine), phone number, e-mail or id"
    kind = "business"
    help_texts = {"user": "The account that owns the business."}
    autocomplete_fields = ("user",)

    @override
    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name == "business_hours":
            return HoursField(label="Opening hours", help_text=HOURS_HELP)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @override
    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names = super().get_fields(request, obj)
        # They have a page of their own, which lists the appointments that other hours would leave outside.
        return names if obj is None else ["opening_hours" if name == "business_hours" else name for name in names]

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(("opening_hours",) if obj else ()))

    @admin.display(description="opening hours")
    def opening_hours(self, business: Business) -> str:
        """Return the opening hours in words, with a link to the page that changes them."""
        words = format_html_join(", ", "{}", ((line,) for line in line_per_day(business.business_hours)))
        url = reverse("business-hours", args=[business.pk])
        return format_html(
            '{} <a href="{}" class="text-primary-600 dark:text-primary-500">Change the opening hours</a>', words, url
        )

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Business]:
        return super().get_queryset(request).defer("search")

    def row_url(self, business: Business) -> str:
        """Return the address of the overview, to which the list links. The overview links to the form."""
        return reverse("business", args=[business.pk])

    @override
    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if row := kwargs.get("obj"):
            context["overview"] = self.row_url(row)
        return super().render_change_form(request, context, *args, **kwargs)
