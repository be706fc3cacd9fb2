"""Show staff and their groups, and help staff who can't log in."""

from typing import Any, override

from axes.models import AccessAttempt
from axes.utils import reset as unlock_attempts
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToManyField, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.forms import UserChangeForm

from aira.adminkit.edit_conflicts import EditConflictMixin
from aira.adminkit.field_errors import FieldErrorsMixin
from aira.adminkit.model_admin import WithTimeline
from aira.adminkit.prefilled_forms import PrefilledFormMixin
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import Transition, TransitionReasonForm
from aira.console import second_factor
from aira.console.models import StaffUser

admin.site.unregister(Group)


def in_words(permission: Permission) -> str:
    """Return a permission in words for staff. Django's own words use the names of classes."""
    model = permission.content_type.model_class()
    if model is None:
        return permission.name
    page = admin.site._registry.get(model)
    options = page.opts if page else model._meta
    verb, _, name = permission.codename.partition("_")
    if name == options.model_name and verb in ("add", "change", "delete", "view"):
        return f"Can {verb} {options.verbose_name_plural}"
    return str(dict(options.permissions).get(permission.codename, permission.name))


def choosable() -> QuerySet[Permission]:
    """Return the permissions of models that have pages, and those that somebody has."""
    models = [ContentType.objects.get_for_model(model).pk for model in admin.site._registry]
    found = Permission.objects.filter(Q(content_type__in=models) | ~Q(group=None) | ~Q(user=None)).distinct()
    return found.select_related("content_type").order_by("content_type__app_label", "content_type__model", "codename")


class PermissionsField(forms.ModelMultipleChoiceField):
    """Choice of permissions in words."""

    @override
    def label_from_instance(self, obj: Any) -> str:
        return in_words(obj)


class WithPermissions:
    """Mixin of a page that chooses permissions."""

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field."""
        if db_field.related_model is Permission:
            kwargs |= {"form_class": PermissionsField, "queryset": choosable()}
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


def reset(request: HttpRequest, row: StaffUser, data: dict[str, Any]) -> str:
    """Reset the second factor."""
    second_factor.reset(user=row)
    return f"The second factor of {row} was reset. The next login sets up a new one."


def unlock(request: HttpRequest, row: StaffUser, data: dict[str, Any]) -> str:
    """Remove the lock-out."""
    unlock_attempts(username=row.get_username())
    return f"{row} can log in again."


TRANSITIONS = (
    Transition(
        name="reset-second-factor",
        label="Reset the second factor",
        permission="console.reset_second_factor",
        form=TransitionReasonForm,
        do=reset,
        offered=lambda row: row.second_factor_at is not None,
        what=lambda row: (
            f"Removes the device and recovery codes of {row} and ends their sessions. The next person who "
            "logs in with the password sets up a new device. Make sure that it is the right person."
        ),
        danger=True,
    ),
    Transition(
        name="unlock",
        label="Unlock the login",
        permission="console.unlock_staff",
        do=unlock,
        offered=lambda row: AccessAttempt.objects.filter(username=row.get_username()).exists(),
        what=lambda row: (
            f"{row} failed to log in too often and is locked. This deletes the failed logins, so that they "
            "can log in again at once."
        ),
    ),
)


class StaffForm(FieldErrorsMixin, UserChangeForm):
    """Form of a member of staff."""


class GroupForm(FieldErrorsMixin, forms.ModelForm):
    """Form of a group."""


@admin.register(StaffUser)
class StaffUserAdmin(
    WithPermissions,
    WithTransitions,
    PrefilledFormMixin,
    EditConflictMixin,
    WithTimeline,
    DjangoUserAdmin,
    UnfoldModelAdmin,
):
    """List and page of staff."""

    form = StaffForm
    transitions = TRANSITIONS
    add_words = "Invite staff"
    list_display = ("username", "email", "is_active", "is_superuser", "last_login", "second_factor_at")
    list_filter = ("is_active", "is_superuser", "groups")
    readonly_fields = ("second_factor_at", "last_login", "date_joined", "password_link")
    fieldsets = (
        (None, {"fields": ("username", "password_link")}),
        ("Person", {"fields": ("first_name", "last_name", "email", "timezone")}),
        ("Permissions", {"fields": ("is_active", "is_superuser", "groups", "user_permissions")}),
        ("Login", {"fields": ("second_factor_at", "last_login", "date_joined")}),
    )

    @admin.display(description="password")
    def password_link(self, person: StaffUser) -> str:
        """Return a link to the page that gives the person a link to set a password."""
        address = reverse("staff-link", args=[person.pk])
        link = '<a href="{}" class="text-primary-600 underline dark:text-primary-500">{}</a>'
        return format_html(link, address, "Create a link to set a new password")

    @override
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Lead to the page that gives the person a link. Each person sets their own password."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("staff-link", args=[id]))

    @override
    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # Django would list rows of internal tables, by names that staff don't know.
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)
        along = ["The password, the second factor and the recovery codes", "The groups and further permissions"]
        lines = [line for person in objs for line in (f"Member of staff: {person}", along)]
        return lines, {"staff": counts.get("staff", len(objs))}, lacking, protected

    @override
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Lead to the invitation, which also chooses a group."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("invite-staff"))


@admin.register(Group)
class GroupAdmin(  # type: ignore[misc]
    WithPermissions, PrefilledFormMixin, EditConflictMixin, WithTimeline, DjangoGroupAdmin, UnfoldModelAdmin
):
    """List and page of groups."""

    form = GroupForm
