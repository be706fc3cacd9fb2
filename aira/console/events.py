"""Show events and the subscriptions that receive them."""

import json
from typing import Any, override

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from aira.adminkit.links import page_at
from aira.adminkit.list_filters import DateRangeFilter, DropdownFilter, RelatedFilter
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import Transition, TransitionForm
from aira.events import subscriptions
from aira.events.event_types import EVENT_TYPES
from aira.events.models import Event, WebhookSubscription
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


class ReplayForm(TransitionForm):
    """Form that asks since when events are sent again."""

    since = forms.SplitDateTimeField(
        widget=UnfoldAdminSplitDateTimeWidget, help_text="Events from this time on are sent again, under the same ids."
    )


def pause(request: HttpRequest, row: WebhookSubscription, data: dict[str, Any]) -> str:
    """Pause a subscription."""
    subscriptions.pause(subscription=row, by=request.user.get_username())
    return f"The subscription {row} is paused. Its events wait for 30 days."


def resume(request: HttpRequest, row: WebhookSubscription, data: dict[str, Any]) -> str:
    """Resume a subscription."""
    subscriptions.resume(subscription=row)
    return f"The subscription {row} receives events again."


def ping(request: HttpRequest, row: WebhookSubscription, data: dict[str, Any]) -> str:
    """Send a test."""
    delivery = subscriptions.ping(subscription=row)
    return f"The worker sends test.ping now. Its delivery is {delivery}."


def replay(request: HttpRequest, row: WebhookSubscription, data: dict[str, Any]) -> str:
    """Send events again."""
    again = subscriptions.replay(subscription=row, since=data["since"])
    return f"The worker reads {again:,} events again, and sends those of the subscription's types."


def rotate(request: HttpRequest, row: WebhookSubscription, back: str) -> HttpResponse:
    """Ask on GET. Replace the secret on POST, whose response shows the new one, which is shown nowhere else."""
    context = {"row": row, "back": back, "opts": row._meta, **admin.site.each_context(request)}
    if request.method == "POST":
        context["made"] = subscriptions.rotate(subscription=row.pk)
    answer = render(request, "console/subscription_secret.html", context)
    add_never_cache_headers(answer)
    return answer


CHANGE = "platform.change_webhooksubscription"


@admin.register(WebhookSubscription)
class SubscriptionAdmin(WithTransitions, ReadOnlyAdmin):
    """List and page of subscriptions. The API makes and removes them."""

    list_display = ("name", "address", "types", "personal_data", "state", "position")
    sortable_by = ()
    exclude = ("secret", "previous_secret", "endpoint")
    sources = {"name": ("description",), "address": ("endpoint",), "state": ("endpoint",), "reason": ("endpoint",)}
    readonly_fields = ("address", "state", "reason")
    list_select_related = ("endpoint",)
    transitions = (
        Transition(
            name="pause",
            label="Pause",
            permission=CHANGE,
            what=lambda row: f"Sends nothing to {row.endpoint.base_url} until you resume it. Events wait for 30 days.",
            do=pause,
            offered=lambda row: row.endpoint.held_at is None,
            bulk=Q(endpoint__held_at=None),
        ),
        Transition(
            name="resume",
            label="Resume",
            permission=CHANGE,
            what=lambda row: f"Sends the events that wait to {row.endpoint.base_url}, and further ones.",
            do=resume,
            offered=lambda row: row.endpoint.held_at is not None,
            bulk=Q(endpoint__held_at__isnull=False),
        ),
        Transition(
            name="test",
            label="Test",
            permission=CHANGE,
            what=lambda row: f"Sends a webhook of the type test.ping to {row.endpoint.base_url}.",
            do=ping,
        ),
        Transition(
            name="replay",
            label="Replay",
            permission=CHANGE,
            form=ReplayForm,
            what=lambda row: f"Sends events to {row.endpoint.base_url} again. Each keeps its id.",
            do=replay,
        ),
        Transition(
            name="rotate",
            label="Replace the secret",
            permission=CHANGE,
            what=lambda row: "Shows a new secret once. For 24 hours, the previous one signs, too.",
            do=lambda request, row, data: "",
            page=rotate,
        ),
    )

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookSubscription]:
        found: QuerySet[WebhookSubscription] = super().get_queryset(request).select_related("endpoint")
        return found

    @admin.display(description="subscription")
    def name(self, row: WebhookSubscription) -> str:
        """Return the description, or the address."""
        return str(row)

    @admin.display(description="address")
    def address(self, row: WebhookSubscription) -> str:
        """Return the address."""
        return row.endpoint.base_url

    @admin.display(description="state")
    def state(self, row: WebhookSubscription) -> str:
        """Return the state."""
        return row.state

    @admin.display(description="reason")
    def reason(self, row: WebhookSubscription) -> str:
        """Return why it is paused, or the last error."""
        return row.endpoint.held_reason or row.endpoint.last_error or "–"
