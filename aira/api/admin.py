"""Show API keys in the console. The pages that create and rotate keys show the secret once. A button revokes a key."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, override

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.timezone import localtime
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from aira.adminkit.field_errors import Form
from aira.adminkit.model_admin import ReadOnlyAdmin
from aira.adminkit.reasons import ReasonForm
from aira.adminkit.secret_pages import Shown, secret_page, sent
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import Transition, TransitionReasonForm
from aira.api import keys
from aira.api.jobs import admin as job_pages  # noqa: F401  they register their pages
from aira.api.models import RATE_LIMIT, ApiKey
from aira.api.scopes import scopes
from aira.api.usage.views import recent, use_of
from aira.audit.actor import set_reason
from aira.formats.dates import time_text


def help_of(field: str) -> str:
    """Return the help text of a field."""
    return str(ApiKey._meta.get_field(field).help_text)  # type: ignore[union-attr]


class KeyForm(Form):
    """Form that creates a key."""

    name = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget, help_text=help_of("name"))
    purpose = forms.CharField(
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text=help_of("purpose"),
    )
    days = forms.IntegerField(
        label="Valid for (days)",
        min_value=1,
        max_value=3650,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="After this many days the key expires. Empty: it never expires.",
    )
    rate_limit = forms.IntegerField(
        label="Limit per minute",
        min_value=1,
        max_value=100_000,
        initial=RATE_LIMIT,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=help_of("rate_limit"),
    )
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, help_text=help_of("scopes"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(scope, f"{meaning} ({scope})") for scope, meaning in scopes().items()]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]


class RotateForm(ReasonForm):
    """Form that rotates a key."""

    overlap = forms.IntegerField(
        label="Overlap (days)",
        min_value=0,
        max_value=keys.LONGEST_OVERLAP.days,
        initial=keys.OVERLAP.days,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="For this many days the current secret remains valid beside the new one.",
    )


def revoke(request: HttpRequest, row: ApiKey, data: dict[str, Any]) -> str:
    """Revoke a key."""
    keys.revoke(key=row.pk)
    return f"The key {row} was revoked."


def previous(key: ApiKey) -> str:
    """Return what becomes of the previous secret, or an empty text if it is no longer valid."""
    if key.previous_until is None:
        return ""
    return (
        f"The previous secret, {key.previous_prefix}…, remains valid until {time_text(localtime(key.previous_until))}."
    )


def in_numbers(count: dict[str, Any]) -> str:
    """Return numbers of requests in words."""
    errors = f"{count['client_errors']:,} with an error of the program, {count['server_errors']:,} with one of the site"
    return f"{count['requests']:,} requests, {errors}"


@admin.register(ApiKey)
class ApiKeyAdmin(WithTransitions, ReadOnlyAdmin):
    """List and page of API keys."""

    list_display = ("name", "prefix", "state", "requests", "errors", "expires_at", "last_used_at", "created_at")
    add_words = "Create an API key"
    exclude = ("secret_hash", "previous_hash", "scopes")
    sources = {
        "state": ("revoked_at", "expires_at"),
        # The numbers come from another table. They change with the last use.
        "requests": ("last_used_at",),
        "errors": ("last_used_at",),
    }
    readonly_fields = ("state", "allowed", "use", "use_by_operation", "use_by_day")
    search_fields = ("name", "prefix")
    transitions = (
        Transition(
            name="revoke",
            label="Revoke",
            permission="api.change_apikey",
            form=TransitionReasonForm,
            do=revoke,
            offered=lambda row: row.revoked_at is None,
            what=lambda row: f"Revokes the key {row} permanently. From now on, requests with it are refused.",
            danger=True,
        ),
    )
    change_form_outer_before_template = "api/key_buttons.html"

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        used = recent().filter(key_id=OuterRef("pk")).order_by().values("key_id")
        return (
            super()
            .get_queryset(request)
            .annotate(
                used=Coalesce(Subquery(used.values(n=Sum("requests"))), 0),
                refused=Coalesce(Subquery(used.values(n=Sum(F("client_errors") + F("server_errors")))), 0),
            )
        )

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("api.add_apikey")

    @admin.display(description="requests in 30 days", ordering="used")
    def requests(self, key: Any) -> int:
        """Return the number of requests in 30 days."""
        return int(key.used)

    @admin.display(description="errors in 30 days", ordering="refused")
    def errors(self, key: Any) -> int:
        """Return the number of requests that were answered with an error."""
        return int(key.refused)

    @admin.display(description="use in 30 days")
    def use(self, key: ApiKey) -> str:
        """Return the numbers of all requests, and the time of the last one."""
        found = use_of(key.pk)
        last = f", the last at {time_text(localtime(found.last_at), seconds=True)}" if found.last_at else ""
        return f"{in_numbers(vars(found))}{last}"

    @admin.display(description="use by operation")
    def use_by_operation(self, key: ApiKey) -> str:
        """Return the use of each operation, one on each line."""
        return "\n".join(f"{one['operation']}: {in_numbers(one)}" for one in use_of(key.pk).by_operation) or "–"

    @admin.display(description="use by day")
    def use_by_day(self, key: ApiKey) -> str:
        """Return the use on each day, the newest first."""
        return "\n".join(f"{one['day']:%Y-%m-%d}: {in_numbers(one)}" for one in use_of(key.pk).by_day) or "–"

    @admin.display(description="allowed actions")
    def allowed(self, key: ApiKey) -> str:
        """Return what each scope of the key allows, one on each line."""
        meanings = scopes()
        return "\n".join(f"{meanings.get(scope, 'Removed scope')} ({scope})" for scope in key.scopes) or "–"

    @override
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.rotate_view)
        return [path("<path:object_id>/rotate/", view, name="api_apikey_rotate"), *super().get_urls()]

    @override
    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        if row and row.state == "in use" and request.user.has_perm("api.change_apikey"):
            context["rotate"] = reverse("admin:api_apikey_rotate", args=[row.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    @override
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied

        def make(data: dict[str, Any]) -> Shown:
            days = data.pop("days")
            made = keys.make(**data, expires_at=timezone.now() + timedelta(days=days) if days else None)
            return Shown(made.key.name, made.secret)

        return self.ask(request, KeyForm(sent(request)), "Create an API key", "Create", make)

    def rotate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the overlap, then rotate the key."""
        if not request.user.has_perm("api.change_apikey"):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404(f"No API key has the id {object_id}.")

        def rotate(data: dict[str, Any]) -> Shown:
            set_reason(data["reason"])
            made = keys.rotate(key=row.pk, overlap=timedelta(days=data["overlap"]))
            return Shown(made.key.name, made.secret, previous(made.key))

        return self.ask(
            request, RotateForm(sent(request)), f"Replace the secret of {row}", "Replace the secret", rotate
        )

    def ask(
        self, request: HttpRequest, form: forms.Form, title: str, button: str, do: Callable[[dict[str, Any]], Shown]
    ) -> HttpResponse:
        """Ask on GET. Act on POST, whose response holds the secret."""
        back = reverse("admin:api_apikey_changelist")
        return secret_page(request, ApiKey, form, title=title, button=button, back=back, do=do)
