from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.checks import run_checks
from django.test import RequestFactory
from procrastinate.contrib.django.models import ProcrastinateJob

from aira.console.base import ModelAdmin
from aira.console.checks import actions_without_permission
from aira.console.models import StaffUser
from bookings.models import Appointment


class Careless(ModelAdmin):
    actions = ("cancel_all", "confirm_all")

    @admin.action(description="Cancel")
    def cancel_all(self, request: Any, queryset: Any) -> None:
        pass

    @admin.action(description="Confirm", permissions=["change"])
    def confirm_all(self, request: Any, queryset: Any) -> None:
        pass


def test_an_action_that_asks_for_no_permission_is_refused() -> None:
    (problem,) = actions_without_permission(Careless(Appointment, admin.site))
    assert problem.id == "console.E001"
    assert "'cancel_all'" in problem.msg


def test_such_a_page_stops_the_start(monkeypatch: Any) -> None:
    monkeypatch.setitem(admin.site._registry, Appointment, Careless(Appointment, admin.site))
    assert [problem.id for problem in run_checks(tags=["admin"])] == ["console.E001"]


def test_the_consoles_own_pages_are_not() -> None:
    assert run_checks(tags=["admin"]) == []


@pytest.mark.parametrize(("permission", "may"), [("view", False), ("change", True)])
def test_who_only_sees_jobs_can_not_abort_them(
    db: None, rf: RequestFactory, django_user_model: type[StaffUser], permission: str, may: bool
) -> None:
    request: Any = rf.get("/")
    request.user = django_user_model.objects.create_user("member", is_staff=True)
    request.user.user_permissions.add(Permission.objects.get(codename=f"{permission}_procrastinatejob"))
    offered = admin.site._registry[ProcrastinateJob].get_actions(request)
    assert {"retry", "cancel", "abort"} & set(offered) == ({"retry", "cancel", "abort"} if may else set())
