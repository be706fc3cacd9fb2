"""Show the audit as a list, for questions that concern more than one record."""

import json
from typing import Any, override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from aira.adminkit.lists import DateRangeFilter, DropdownFilter, RelatedFilter
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.audit.events import VERBS, model_of, who
from aira.audit.models import AuditEvent
from aira.personal.masks import all_as_seen


class VerbFilter(DropdownFilter):
    """Filter by verb, such as insert or update."""

    title = "verb"
    parameter_name = "verb"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(verb, verb) for verb in VERBS]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return queryset.filter(verb=verb) if (verb := self.value()) else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """List and page of audit events."""

    list_display = ("at", "verb", "table_name", "record", "who", "reason", "request_id")
    # Sort by id. Each partition has an index of it, and it follows the time.
    ordering = ("-id",)
    sortable_by = ()
    list_filter = (VerbFilter, ("at", DateRangeFilter), ("user", RelatedFilter))
    list_select_related = ("user",)
    search_fields = ("=row_id", "=actor_name", "=request_id")
    search_help_text = "Id of a record, name of a member of staff, or id of a request"
    exclude = ("before", "after")
    readonly_fields = ("was", "became")

    @admin.display(description="record")
    def record(self, event: AuditEvent) -> str:
        """Return a link to the timeline of the record."""
        model = model_of(event.table_name)
        if model is None:
            return event.row_id
        url = reverse("timeline", args=[model._meta.app_label, model._meta.model_name, event.row_id])
        return format_html('<a href="{}">{}</a>', url, event.row_id)

    @admin.display(description="who")
    def who(self, event: AuditEvent) -> str:
        """Return the name of the actor."""
        return who(event, {})

    @admin.display(description="before")
    def was(self, event: AuditEvent) -> str:
        """Return the values before the change as JSON."""
        return as_text(event, event.before)

    @admin.display(description="after")
    def became(self, event: AuditEvent) -> str:
        """Return the values after the change as JSON."""
        return as_text(event, event.after)


def as_text(event: AuditEvent, values: dict[str, Any] | None) -> str:
    """Return values as JSON, with personal data masked."""
    return json.dumps(all_as_seen(model_of(event.table_name), event.row_id, values), indent=2, ensure_ascii=False)
