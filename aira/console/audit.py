"""Show the audit as a list, for questions that concern more than one record."""

import json
import re
from typing import Any, override

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from aira.adminkit.list_filters import DateRangeFilter, DropdownFilter, RelatedFilter
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.audit.events import called, changes, model_of, name_in, verb, who
from aira.audit.models import VERBS, AuditEvent
from aira.personal.masks import all_as_seen


class VerbFilter(DropdownFilter):
    """Filter by the kind of change, such as added or changed."""

    title = "change"
    parameter_name = "verb"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, words.capitalize()) for name, words in VERBS.items()]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return queryset.filter(verb=name) if (name := self.value()) else queryset


# The newest events whose reasons are searched.
NEWEST = 100_000


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """List and page of audit events."""

    comes_from = "Each change of a record is recorded here, with who made it."
    list_display = ("at", "change", "kind", "record", "who", "reason", "request_id")
    # Sort by id. Each partition has an index of it, and it follows the time.
    ordering = ("-id",)
    sortable_by = ()
    list_filter = (VerbFilter, ("at", DateRangeFilter), ("user", RelatedFilter))
    list_select_related = ("user",)
    search_fields = ("=row_id", "=actor_name", "=request_id")
    search_help_text = "Id of a record or request, name of an actor, or a part of the reason, such as a ticket number"
    exclude = ("before", "after")
    sources = {
        "change": ("verb",),
        "kind": ("table_name",),
        "record": ("row_id",),
        "who": ("actor_kind", "actor_name"),
    }
    readonly_fields = ("change", "kind", "record", "who", "was", "became")

    fieldsets = (
        (None, {"fields": ("at", "change", "kind", "record", "user", "was", "became", "who", "reason")}),
        (
            "For engineers",
            {"fields": ("table_name", "business_id", "actor_kind", "actor_id", "request_id", "xact_id", "id")},
        ),
    )

    @override
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        text = search_term.replace("\0", "").strip()
        if not text:
            return queryset, False
        # No index serves parts of a reason, so read a bounded number of events.
        newest = AuditEvent.objects.order_by("-id").values("id", "reason")[:NEWEST]
        sql, params = newest.query.sql_with_params()
        part = "%" + re.sub(r"([%_\\])", r"\\\1", text) + "%"
        # Django made the query.
        reasons = RawSQL(f"select n.id from ({sql}) n where n.reason ilike %s", (*params, part))  # noqa: S608, S611
        exact = Q(row_id=text) | Q(actor_name__iexact=text) | Q(request_id=text)
        return queryset.filter(exact | Q(id__in=reasons)), False

    @override
    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        # An event never changes.
        return super().render_change_form(request, context | {"show_history": False}, *args, **kwargs)

    @admin.display(description="record")
    def record(self, event: AuditEvent) -> str:
        """Return a link to the timeline of the record."""
        model = model_of(event.table_name)
        if model is None:
            return event.row_id
        url = reverse("timeline", args=[model._meta.app_label, model._meta.model_name, event.row_id])
        name = name_in(event, model) or "Open the timeline"
        return format_html('<a href="{}">{}</a> <small class="reference">{}</small>', url, name, event.row_id)

    @admin.display(description="change")
    def change(self, event: AuditEvent) -> str:
        """Return what happened, in words."""
        return verb(event)

    @admin.display(description="kind of record")
    def kind(self, event: AuditEvent) -> str:
        """Return the words that staff use for the rows of the table."""
        return called(event.table_name)

    @admin.display(description="actor")
    def who(self, event: AuditEvent) -> str:
        """Return the name of the actor."""
        return who(event, {})

    @admin.display(description="before")
    def was(self, event: AuditEvent) -> str:
        """Return the values before the change."""
        return as_text(event, event.before)

    @admin.display(description="after")
    def became(self, event: AuditEvent) -> str:
        """Return the values after the change."""
        return as_text(event, event.after)


def as_text(event: AuditEvent, values: dict[str, Any] | None) -> str:
    """Return values with their labels, one a line, with personal data masked. Return JSON for tables without pages."""
    if not values:
        return "–"
    if (model := model_of(event.table_name)) is None:
        return json.dumps(all_as_seen(model, event.row_id, values), indent=2, ensure_ascii=False)
    labelled = changes(model, event.row_id, values, {}, whole=False)
    return "\n".join(f"{one.label[:1].upper()}{one.label[1:]}: {one.before}" for one in labelled)
