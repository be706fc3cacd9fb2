"""Show staff and their groups, and help staff who can't log in."""

from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset as unlock_attempts
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from aira.adminkit.edit_conflicts import EditConflictMixin
from aira.adminkit.model_admin import WithTimeline
from aira.adminkit.prefilled_forms import PrefilledFormMixin
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import Transition, TransitionReasonForm
from aira.console import second_factor
from aira.console.models import StaffUser

admin.site.unregister(Group)


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
        label="Unlock",
        permission="console.unlock_staff",
        do=unlock,
        offered=lambda row: AccessAttempt.objects.filter(username=row.get_username()).exists(),
        what=lambda row: f"Deletes the failed logins of {row}, from every address.",
    ),
)


@admin.register(StaffUser)
class StaffUserAdmin(
    WithTransitions, PrefilledFormMixin, EditConflictMixin, WithTimeline, DjangoUserAdmin, UnfoldModelAdmin
):
    """List and page of staff."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    transitions = TRANSITIONS
    list_display = ("username", "email", "is_active", "is_superuser", "last_login", "second_factor_at")
    readonly_fields = ("second_factor_at", "last_login", "date_joined")
    fieldsets = (
        *(DjangoUserAdmin.fieldsets or ()),
        ("Second factor", {"fields": ("second_factor_at",)}),
        ("Time zone", {"fields": ("timezone",)}),
    )


@admin.register(Group)
class GroupAdmin(PrefilledFormMixin, EditConflictMixin, WithTimeline, DjangoGroupAdmin, UnfoldModelAdmin):
    """List and page of groups."""

    pass
