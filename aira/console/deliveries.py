"""Show webhooks: endpoints, deliveries and their attempts."""

import asyncio
import json
from typing import Any, override

from django.contrib import admin, messages
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html

from aira.adminkit.inlines import Rows
from aira.adminkit.list_filters import DateRangeFilter, DropdownFilter, RelatedFilter
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import Transition
from aira.audit.events import called
from aira.formats.values import lines_of
from aira.outbox import actions, endpoints
from aira.outbox.missing_settings import missing
from aira.outbox.models import DELIVERY_STATES, OF_SERVICES, DeliveryAttempt, ServiceEndpoint, WebhookDelivery
from aira.schema.errors import Refused
from aira.schema.service_names import service_name
from knowledge.models import Document


class WithWarnings(ReadOnlyAdmin):
    """Base class of a list that warns about missing settings of webhooks."""

    def list_warnings(self) -> list[str]:
        """Return the warnings."""
        return [one.for_staff() for one in missing(endpoints.known("default"))]


@admin.register(ServiceEndpoint)
class ServiceEndpointAdmin(WithWarnings):
    """List and page of endpoints. `manage.py endpoint` sets them."""

    comes_from = (
        "The worker stores the addresses of the services when it starts. The command “manage.py endpoint set” "
        "stores one."
    )
    list_display = ("service", "base_url", "state", "last_success_at", "last_failure_at", "last_error")
    actions = ("hold", "resume", "test")
    sources = {"service": ("name",), "state": ("held_at", "held_reason", "failing_since")}
    exclude = ("name",)
    readonly_fields = ("service",)

    @override
    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["service", *(name for name in super().get_fields(request, obj) if name != "service")]

    @admin.display(description="service")
    def service(self, endpoint: ServiceEndpoint) -> str:
        """Return the name of the service."""
        return str(endpoint)

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceEndpoint]:
        found: QuerySet[ServiceEndpoint] = super().get_queryset(request).filter(OF_SERVICES)
        return found

    @admin.display(description="state")
    def state(self, endpoint: ServiceEndpoint) -> str:
        """Return the state of the endpoint in words."""
        if endpoint.held_at:
            return f"on hold: {endpoint.held_reason}"
        return "failing" if endpoint.failing_since else "working"

    @admin.action(description="Hold: keep deliveries pending", permissions=["act"])
    def hold(self, request: HttpRequest, queryset: QuerySet[ServiceEndpoint]) -> None:
        """Hold the chosen endpoints."""
        for endpoint in queryset:
            actions.hold(endpoint=endpoint, reason=f"by {request.user} in the console")
        self.message_user(request, f"Endpoints on hold: {len(queryset)}.")

    @admin.action(description="Resume: send pending deliveries", permissions=["act"])
    def resume(self, request: HttpRequest, queryset: QuerySet[ServiceEndpoint]) -> None:
        """Resume the chosen endpoints."""
        for endpoint in queryset:
            actions.resume(endpoint=endpoint)
        self.message_user(request, f"Endpoints resumed: {len(queryset)}.")

    @admin.action(description="Test: send a test webhook", permissions=["act"])
    def test(self, request: HttpRequest, queryset: QuerySet[ServiceEndpoint]) -> None:
        """Send a webhook of type TEST to the chosen endpoints."""
        # Import here: every command loads these pages, and only this action needs an HTTP client.
        from aira.outbox import transport

        for endpoint in queryset:
            try:
                answer = asyncio.run(transport.test(endpoint.name, endpoint.base_url))
            except transport.NotConfigured as error:
                self.message_user(request, f"{error}.", messages.ERROR)
            else:
                outcome = answer.error or f"the service responded with {answer.status}"
                level = messages.ERROR if answer.error else messages.SUCCESS
                self.message_user(request, f"{endpoint}: {outcome}.", level)


def replay(request: HttpRequest, row: WebhookDelivery, data: dict[str, Any]) -> str:
    """Replay a dead or delivered webhook."""
    if not actions.replay(deliveries=WebhookDelivery.objects.filter(pk=row.pk)):
        raise Refused("This delivery is still pending. It is tried again without a replay.")
    return f"The webhook is sent to the {service_name(row.endpoint)} again, with up to ten attempts."


REPLAY = Transition(
    name="replay",
    label="Replay",
    permission="platform.change_webhookdelivery",
    what=lambda row: (
        f"Sends this webhook to the {service_name(row.endpoint)} again: {row.meaning}. It keeps its id, so that the "
        "service recognises it."
    ),
    do=replay,
    offered=lambda row: row.next_attempt_at is None,
    bulk=Q(next_attempt_at=None),
)


class StateFilter(DropdownFilter):
    """Filter by state."""

    title = "state"
    parameter_name = "state"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, state.capitalize()) for state in DELIVERY_STATES]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
        return queryset.filter(DELIVERY_STATES[state]) if (state := self.value()) in DELIVERY_STATES else queryset


class AttemptRows(Rows):
    """Attempts of a delivery."""

    model = DeliveryAttempt
    fields = ("at", "attempt", "status", "error", "duration", "request_head", "response_head", "response_body")
    readonly_fields = fields
    show_change_link = False


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(WithTransitions, WithWarnings):
    """List and page of deliveries."""

    comes_from = "A document that is uploaded sends a webhook to the KB Updater. Events send webhooks to subscriptions."
    transitions = (REPLAY,)
    list_display = ("created_at", "service", "meaning", "record", "state", "attempts", "next_attempt_at", "last_error")
    sortable_by = ("created_at",)
    list_filter = (StateFilter, ("created_at", DateRangeFilter), ("user", RelatedFilter))
    search_fields = ("=id", "=record_id")
    search_help_text = "Id of a delivery or of its record"
    exclude = ("body",)
    sources = {
        "service": ("endpoint",),
        "meaning": ("event",),
        "record": ("table_name", "record_id"),
        "state": ("delivered_at", "next_attempt_at"),
    }
    readonly_fields = ("service", "meaning", "record", "state", "document", "sent")
    fieldsets = (
        (None, {"fields": ("service", "meaning", "record", "user", "state", "attempts", "last_error", "next_attempt_at",
                           "delivered_at", "created_at", "document")}),
        ("For engineers", {"fields": ("last_status", "attempts_before", "event", "table_name", "id", "sent")}),
    )  # fmt: skip
    inlines = (AttemptRows,)

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        names = Document.objects.filter(pk=OuterRef("record_id")).values("file_name")[:1]
        return super().get_queryset(request).annotate(record_name=Subquery(names))

    @admin.display(description="service")
    def service(self, delivery: WebhookDelivery) -> str:
        """Return the name of the service."""
        return service_name(delivery.endpoint)

    @admin.display(description="record")
    def record(self, delivery: WebhookDelivery) -> str:
        """Return the kind and name of the record, and its id apart. A removed record has no name."""
        if delivery.table_name != Document._meta.db_table:
            return format_html('<small class="reference">{}</small>', delivery.record_id)
        name = getattr(delivery, "record_name", None) or "removed permanently"
        kind = called(delivery.table_name).capitalize()
        return format_html('{}: {} <small class="reference">{}</small>', kind, name, delivery.record_id)

    @admin.display(description="event")
    def meaning(self, delivery: WebhookDelivery) -> str:
        """Return the event with its meaning."""
        return delivery.meaning

    @admin.display(description="state")
    def state(self, delivery: WebhookDelivery) -> str:
        """Return the state."""
        return delivery.state

    @admin.display(description="record when it was sent")
    def document(self, delivery: WebhookDelivery) -> str:
        """Return the record in the body in words, without ids, times and empty values."""
        body = json.loads(delivery.body)
        record = body.get("record") or body.get("old_record") or {}
        known = {
            name: value for name, value in record.items() if value not in (None, 0) and not name.endswith(("id", "_at"))
        }
        return "\n".join(lines_of(known)) or "–"

    @admin.display(description="text that is sent")
    def sent(self, delivery: WebhookDelivery) -> str:
        """Return the body as indented JSON."""
        return json.dumps(json.loads(delivery.body), indent=2, ensure_ascii=False)
