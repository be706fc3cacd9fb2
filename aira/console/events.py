"""Show events."""

import json
from typing import Any, override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from aira.adminkit.links import page_at
from aira.adminkit.list_filters import DateRangeFilter, DropdownFilter, RelatedFilter
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.events.event_types import EVENT_TYPES
from aira.events.models import Event
from aira.events.rendering import resource_of, shown


class TypeFilter(DropdownFilter):
    """Filter by the type of an event."""

    title = "type"
    parameter_name = "type"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(one, one) for one in EVENT_TYPES]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(type=self.value()) if self.value() in EVENT_TYPES else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """List and page of events."""

    comes_from = "Changes of businesses, phone numbers, appointments, transactions, wallets and documents are events."
    list_display = ("at", "type", "about", "user", "position")
    # The worker numbers the newest events within a second.
    ordering = ("-id",)
    sortable_by = ()
    list_filter = (TypeFilter, ("at", DateRangeFilter), ("user", RelatedFilter))
    search_fields = ("=object_id", "=business_id")
    search_help_text = "Id of a record or a business"
    exclude = ("row", "row_before", "object_id")
    sources = {"about": ("object_id",), "after": ("row",), "before": ("row_before",)}
    readonly_fields = ("about", "after", "before")

    @admin.display(description="record")
    def about(self, event: Event) -> str:
        """Return the kind of the record and its id, which leads to its page."""
        model = resource_of(event.object_type).queryset.model
        return format_html(
            '{}: <a href="{}">{}</a>', event.object_type.capitalize(), page_at(model, event.object_id), event.object_id
        )

    @admin.display(description="after the change")
    def after(self, event: Event) -> str:
        """Return the record as the API shows it."""
        return indented(shown(event)["object"])

    @admin.display(description="values before")
    def before(self, event: Event) -> str:
        """Return the previous values of what changed."""
        return indented(shown(event)["previous"])


def indented(value: Any) -> str:
    """Return JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)
