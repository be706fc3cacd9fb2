"""Staff and their groups; and what helps who can't get in."""

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

from aira.adminkit.edit_conflicts import OneAtATime
from aira.adminkit.model_admin import WithTimeline
from aira.adminkit.prefilled_forms import Prefilled
from aira.adminkit.transition_pages import WithTransitions
from aira.adminkit.transitions import Transition, TransitionReasonForm
from aira.console import second_factor
from aira.console.models import StaffUser

admin.site.unregister(Group)


def reset(request: HttpRequest, row: StaffUser, data: dict[str, Any]) -> str:
    second_factor.reset(user=row)
    return f"{row}'s second factor is reset: the next login sets up another."


def unlock(request: HttpRequest, row: StaffUser, data: dict[str, Any]) -> str:
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
            f"Takes {row}'s device and recovery codes away and ends what their sessions may do. Whoever "
            "logs in next with the password sets up a new device: be sure that it is them."
        ),
        danger=True,
    ),
    Transition(
        name="unlock",
        label="Unlock",
        permission="console.unlock_staff",
        do=unlock,
        offered=lambda row: AccessAttempt.objects.filter(username=row.get_username()).exists(),
        what=lambda row: f"Forgets failed logins with the name {row}, from every address.",
    ),
)


@admin.register(StaffUser)
class StaffUserAdmin(WithTransitions, Prefilled, OneAtATime, WithTimeline, DjangoUserAdmin, UnfoldModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    transitions = TRANSITIONS
    list_display = ("username", "email", "is_active", "is_superuser", "last_login", "second_factor_at")
    readonly_fields = ("second_factor_at", "last_login", "date_joined")
    fieldsets = (
        *(DjangoUserAdmin.fieldsets or ()),
        ("Second factor", {"fields": ("second_factor_at",)}),
        ("Where they are", {"fields": ("timezone",)}),
    )


@admin.register(Group)
class GroupAdmin(Prefilled, OneAtATime, WithTimeline, DjangoGroupAdmin, UnfoldModelAdmin):
    pass
