"""Console pages of webhooks: endpoints, deliveries, and what each attempt met."""

import asyncio
import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from aira.adminkit.inlines import Rows
from aira.adminkit.lists import Days, DropdownFilter, Of
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import Transition
from aira.outbox import actions, endpoints
from aira.outbox.missing_settings import missing
from aira.outbox.models import DELIVERY_STATES, DeliveryAttempt, ServiceEndpoint, WebhookDelivery
from aira.schema.errors import Refused


class WithWarnings(ReadOnlyAdmin):
    """A list that begins with what keeps webhooks waiting."""

    def list_warnings(self) -> list[str]:
        return [str(one) for one in missing(endpoints.known("default"))]


@admin.register(ServiceEndpoint)
class ServiceEndpointAdmin(WithWarnings):
    """Set by `manage.py endpoint`."""

    list_display = ("name", "base_url", "state", "last_success_at", "last_failure_at", "last_error")
    actions = ("hold", "resume", "test")

    @admin.display(description="state")
    def state(self, endpoint: ServiceEndpoint) -> str:
        if endpoint.held_at:
            return f"held: {endpoint.held_reason}"
        return "failing" if endpoint.failing_since else "open"

    @admin.action(description="Hold: let deliveries wait", permissions=["act"])
    def hold(self, request: HttpRequest, queryset: QuerySet[ServiceEndpoint]) -> None:
        for endpoint in queryset:
            actions.hold(endpoint=endpoint, reason=f"by {request.user} in the console")
        self.message_user(request, f"{len(queryset)} held.")

    @admin.action(description="Resume: send what waited", permissions=["act"])
    def resume(self, request: HttpRequest, queryset: QuerySet[ServiceEndpoint]) -> None:
        for endpoint in queryset:
            actions.resume(endpoint=endpoint)
        self.message_user(request, f"{len(queryset)} resumed.")

    @admin.action(description="Test: send a webhook of type TEST", permissions=["act"])
    def test(self, request: HttpRequest, queryset: QuerySet[ServiceEndpoint]) -> None:
        # Here, because every command loads these pages and this one action alone needs an HTTP client.
        from aira.outbox import transport

        for endpoint in queryset:
            try:
                answer = asyncio.run(transport.test(endpoint.name, endpoint.base_url))
            except transport.NotConfigured as error:
                self.message_user(request, f"{error}.", messages.ERROR)
            else:
                said = answer.error or f"answered {answer.status}"
                level = messages.ERROR if answer.error else messages.SUCCESS
                self.message_user(request, f"{endpoint.name}: {said}.", level)


def replay(request: HttpRequest, row: WebhookDelivery, data: dict[str, Any]) -> str:
    if not actions.replay(deliveries=WebhookDelivery.objects.filter(pk=row.pk)):
        raise Refused("It is pending: it is tried without that.")
    return f"Replayed: {row}, with the same id and ten tries."


REPLAY = Transition(
    name="replay",
    label="Replay",
    permission="platform.change_webhookdelivery",
    what=lambda row: f"Sends {row} once more, under the same webhook-id, so that the receiver can tell that it had it.",
    do=replay,
    offered=lambda row: row.next_attempt_at is None,
    bulk=Q(next_attempt_at=None),
)


class StateFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, state.capitalize()) for state in DELIVERY_STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
        return queryset.filter(DELIVERY_STATES[state]) if (state := self.value()) in DELIVERY_STATES else queryset


class AttemptRows(Rows):
    model = DeliveryAttempt
    fields = ("at", "attempt", "status", "error", "duration", "request_head", "response_head", "response_body")
    readonly_fields = fields
    show_change_link = False


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(WithTransitions, WithWarnings):
    transitions = (REPLAY,)
    list_display = ("created_at", "endpoint", "event", "record", "state", "attempts", "next_attempt_at", "last_error")
    sortable_by = ("created_at",)
    list_filter = (StateFilter, ("created_at", Days), ("user", Of))
    search_fields = ("=id", "=record_id")
    search_help_text = "The id of a delivery, or of the record that it is about"
    exclude = ("body",)
    readonly_fields = ("sent",)
    inlines = (AttemptRows,)

    @admin.display(description="record")
    def record(self, delivery: WebhookDelivery) -> str:
        return f"{delivery.table_name} {delivery.record_id}"

    @admin.display(description="state")
    def state(self, delivery: WebhookDelivery) -> str:
        return delivery.state

    @admin.display(description="body")
    def sent(self, delivery: WebhookDelivery) -> str:
        return json.dumps(json.loads(delivery.body), indent=2, ensure_ascii=False)
