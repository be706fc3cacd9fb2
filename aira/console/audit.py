"""Console page of the audit, for questions that are about no single record."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from aira.adminkit.lists import Days, DropdownFilter, Of
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.audit.events import VERBS, model_of, who
from aira.audit.models import AuditEvent
from aira.personal.masks import all_as_seen


class VerbFilter(DropdownFilter):
    title = "verb"
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(verb, verb) for verb in VERBS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return queryset.filter(verb=verb) if (verb := self.value()) else queryset


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "verb", "table_name", "record", "who", "reason", "request_id")
    # By number, which every partition has an index of; it follows the time.
    ordering = ("-id",)
    sortable_by = ()
    list_filter = (VerbFilter, ("at", Days), ("user", Of))
    list_select_related = ("user",)
    search_fields = ("=row_id", "=actor_name", "=request_id")
    search_help_text = "A record's id, a name of staff, or a request's id"
    exclude = ("before", "after")
    readonly_fields = ("was", "became")

    @admin.display(description="record")
    def record(self, event: AuditEvent) -> str:
        model = model_of(event.table_name)
        if model is None:
            return event.row_id
        url = reverse("timeline", args=[model._meta.app_label, model._meta.model_name, event.row_id])
        return format_html('<a href="{}">{}</a>', url, event.row_id)

    @admin.display(description="who")
    def who(self, event: AuditEvent) -> str:
        return who(event, {})

    @admin.display(description="before")
    def was(self, event: AuditEvent) -> str:
        return as_text(event, event.before)

    @admin.display(description="after")
    def became(self, event: AuditEvent) -> str:
        return as_text(event, event.after)


def as_text(event: AuditEvent, values: dict[str, Any] | None) -> str:
    return json.dumps(all_as_seen(model_of(event.table_name), event.row_id, values), indent=2, ensure_ascii=False)
