"""Show subscriptions of events. Staff create, change and remove them, as programs do over the API."""

from typing import Any, override

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime
from unfold.widgets import UnfoldAdminSplitDateTimeWidget, UnfoldAdminTextInputWidget

from aira.adminkit.field_errors import Form
from aira.adminkit.model_admin import ReadOnlyAdmin, may_view
from aira.adminkit.secret_pages import Shown, secret_page, sent
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import Transition, TransitionForm, TransitionReasonForm
from aira.events import subscriptions
from aira.events.event_types import EVENT_TYPES, EVERY_TYPE, object_type_of
from aira.events.models import WebhookSubscription
from aira.events.rendering import resource_of
from aira.events.subscriptions import SubscriptionRefused
from aira.formats.dates import time_text
from aira.personal.viewer import VIEW
from aira.schema import texts

ADD, CHANGE, DELETE = (f"platform.{verb}_webhooksubscription" for verb in ("add", "change", "delete"))


def help_of(field: str) -> str:
    """Return the help text of a field."""
    return str(WebhookSubscription._meta.get_field(field).help_text)  # type: ignore[union-attr]


class SubscriptionForm(Form):
    """Form with the values of a subscription."""

    url = forms.CharField(
        label="Address",
        max_length=texts.ADDRESS,
        widget=UnfoldAdminTextInputWidget,
        help_text="Web address that receives the events, such as https://example.com/aira. It begins with https://.",
    )
    description = forms.CharField(
        required=False,
        max_length=texts.REASON,
        widget=UnfoldAdminTextInputWidget,
        help_text=help_of("description"),
    )
    contact = forms.EmailField(
        required=False,
        max_length=texts.EMAIL_LENGTH,
        widget=UnfoldAdminTextInputWidget,
        help_text=help_of("contact"),
    )
    personal_data = forms.BooleanField(
        label="Send personal data",
        required=False,
        help_text="Sends names, phone numbers, e-mails and notes unmasked. You need to see them yourself.",
    )
    types = forms.MultipleChoiceField(
        label="Events",
        choices=[
            (EVERY_TYPE, "All events, also types that are added later (*)"),
            *((one, f"{meaning.removesuffix('.')} ({one})") for one, meaning in EVENT_TYPES.items()),
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text="The subscription receives these events from now on. “All events” stands alone.",
    )

    @override
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        return values | {"contact": values.get("contact") or None}


class ChangeForm(TransitionForm, SubscriptionForm):
    """Form that changes a subscription."""

    def __init__(self, row: WebhookSubscription, *args: Any, **kwargs: Any) -> None:
        kept = {name: getattr(row, name) for name in ("description", "contact", "personal_data", "types")}
        super().__init__(row, *args, initial={**kept, "url": row.endpoint.base_url}, **kwargs)


class ReplayForm(TransitionForm):
    """Form that asks since when events are sent again."""

    since = forms.SplitDateTimeField(
        widget=UnfoldAdminSplitDateTimeWidget, help_text="Events from this time on are sent again, under the same ids."
    )


def allowed(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    """Return the values if the member of staff may read what would be sent. Raises SubscriptionRefused."""
    if data["personal_data"] and not request.user.has_perm(VIEW):
        raise SubscriptionRefused("personal_data", "You see people masked. Ask somebody who sees personal data.")
    wanted = list(EVENT_TYPES) if EVERY_TYPE in data["types"] else data["types"]
    hidden = [one for one in wanted if not may_view(request, resource_of(object_type_of(one)).queryset.model)]
    if hidden:
        raise SubscriptionRefused("types", f"You may not view the records of {', '.join(hidden)}. Leave them out.")
    return data


def change(request: HttpRequest, row: WebhookSubscription, data: dict[str, Any]) -> str:
    """Change a subscription."""
    subscriptions.change(subscription=row, **allowed(request, data))
    return f"The subscription {row} is changed. Events that wait go to {data['url']}."


def remove(request: HttpRequest, row: WebhookSubscription, data: dict[str, Any]) -> str:
    """Remove a subscription."""
    subscriptions.unsubscribe(subscription=row.pk)
    return f"The subscription {row} is removed."


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
    """Replace the secret."""

    def do(data: dict[str, Any]) -> Shown:
        made = subscriptions.rotate(subscription=row.pk)
        until = time_text(localtime(made.subscription.previous_until))
        return Shown(str(row), made.secret, f"Until {until}, webhooks are signed with both secrets.")

    title, button = f"Replace the secret of {row}", "Replace the secret"
    return secret_page(request, WebhookSubscription, Form(sent(request)), title=title, button=button, back=back, do=do)


@admin.register(WebhookSubscription)
class SubscriptionAdmin(WithTransitions, ReadOnlyAdmin):
    """List and page of subscriptions."""

    list_display = ("name", "address", "types", "personal_data", "state", "position")
    add_words = "Create a subscription"
    sortable_by = ()
    exclude = ("secret", "previous_secret", "endpoint")
    sources = {"name": ("description",), "address": ("endpoint",), "state": ("endpoint",), "reason": ("endpoint",)}
    readonly_fields = ("address", "state", "reason")
    list_select_related = ("endpoint",)
    transitions = (
        Transition(
            name="change",
            label="Change",
            permission=CHANGE,
            form=ChangeForm,
            what=lambda row: "Changes the address, the events, or who is informed if the address fails.",
            do=change,
        ),
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
        Transition(
            name="remove",
            label="Remove",
            permission=DELETE,
            form=TransitionReasonForm,
            what=lambda row: f"Removes the subscription and its deliveries permanently. Nothing more goes to {row}.",
            do=remove,
            danger=True,
            removes=True,
        ),
    )

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookSubscription]:
        found: QuerySet[WebhookSubscription] = super().get_queryset(request).select_related("endpoint")
        return found

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(ADD)

    @override
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied

        def make(data: dict[str, Any]) -> Shown:
            made = subscriptions.subscribe(made_by=request.user.get_username(), **allowed(request, data))
            return Shown(str(made.subscription), made.secret, "Verify each webhook with it, as Standard Webhooks says.")

        form = SubscriptionForm(sent(request), initial={"contact": getattr(request.user, "email", "")})
        back = reverse("admin:platform_webhooksubscription_changelist")
        return secret_page(
            request, WebhookSubscription, form, title=self.add_words, button="Create", back=back, do=make
        )

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
