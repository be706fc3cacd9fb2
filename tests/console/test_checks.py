import itertools
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.checks import run_checks
from django.test import RequestFactory
from procrastinate.contrib.django.models import ProcrastinateJob
from unfold.decorators import action

from aira.adminkit.model_admin import ModelAdmin
from aira.console.checks import actions_on_get, actions_without_permission, palette_problems
from aira.console.models import StaffUser
from aira.console.search import palette_search
from bookings.models import Appointment


class Careless(ModelAdmin):
    actions = ("cancel_all", "confirm_all")

    @admin.action(description="Cancel")
    def cancel_all(self, request: Any, queryset: Any) -> None:
        pass

    @admin.action(description="Confirm", permissions=["change"])
    def confirm_all(self, request: Any, queryset: Any) -> None:
        pass


def test_an_action_without_a_permission_is_refused() -> None:
    (problem,) = actions_without_permission(Careless(Appointment, admin.site))
    assert problem.id == "console.E001"
    assert "'cancel_all'" in problem.msg


def test_an_action_without_a_permission_stops_the_start_of_the_site(monkeypatch: Any) -> None:
    monkeypatch.setitem(admin.site._registry, Appointment, Careless(Appointment, admin.site))
    assert [problem.id for problem in run_checks(tags=["admin"])] == ["console.E001"]


class Linked(ModelAdmin):
    """Anybody who follows a link in a mail would run such an action."""

    actions_detail = ("cancel_it", "ask_first")
    actions_row = ("cancel_that",)
    actions_list = ("cancel_all",)

    @action(description="Cancel", permissions=["change"])
    def cancel_it(self, request: Any, object_id: str) -> None:
        pass

    @action(description="Cancel", permissions=["change"], dialog={"title": "Sure?", "description": "It is final."})
    def ask_first(self, request: Any, object_id: str) -> None:
        pass

    @action(description="Cancel", permissions=["change"])
    def cancel_that(self, request: Any, object_id: str) -> None:
        pass

    @action(description="Cancel")
    def cancel_all(self, request: Any) -> None:
        pass


def test_an_action_that_a_link_would_run_is_refused(monkeypatch: Any) -> None:
    problems = actions_on_get(Linked(Appointment, admin.site))
    assert {problem.id for problem in problems} == {"console.E002"}
    assert {name for name in ("cancel_it", "cancel_that", "cancel_all", "ask_first") for p in problems if name in p.msg} == {
        "cancel_it", "cancel_that", "cancel_all",
    }  # fmt: skip
    assert [p.msg for p in actions_without_permission(Linked(Appointment, admin.site)) if "cancel_all" in p.msg]
    monkeypatch.setitem(admin.site._registry, Appointment, Linked(Appointment, admin.site))
    assert "console.E002" in {problem.id for problem in run_checks(tags=["admin"])}


def anybodys(request: Any, search_term: str) -> list[Any]:
    return []


@pytest.mark.parametrize(
    "command",
    [
        {"search_models": True},
        {"search_models": ["bookings.appointment"], "search_callback": "aira.console.search.palette"},
        {"search_callback": anybodys},
        {"search_callback": "tests.console.test_checks.anybodys"},
    ],
)
def test_a_palette_that_ignores_permissions_is_refused(settings: Any, command: dict[str, Any]) -> None:
    assert [problem.id for problem in palette_problems(command)] == ["console.E003"]
    settings.UNFOLD = settings.UNFOLD | {"COMMAND": command}
    assert "console.E003" in {problem.id for problem in run_checks(tags=["admin"])}


def test_a_palette_search_shows_rows_that_staff_may_view_up_to_its_limit(
    db: None, rf: RequestFactory, django_user_model: type[StaffUser]
) -> None:
    request: Any = rf.get("/")
    request.user = django_user_model.objects.create_user("member", is_staff=True)
    asked: Any = palette_search(limit=3)(lambda request, term: ((Appointment, hit) for hit in itertools.count()))
    request.user.user_permissions.add(Permission.objects.get(codename="view_appointment"))
    assert asked(request, "x") == [0, 1, 2]
    request.user = django_user_model.objects.create_user("stranger", is_staff=True)
    few: Any = palette_search(limit=3)(lambda request, term: [(Appointment, 1)])
    assert few(request, "x") == []


def test_the_pages_of_the_console_pass_the_checks() -> None:
    assert run_checks(tags=["admin"]) == []


@pytest.mark.parametrize(("permission", "may"), [("view", False), ("change", True)])
def test_staff_who_may_only_view_jobs_cannot_abort_them(
    db: None, rf: RequestFactory, django_user_model: type[StaffUser], permission: str, may: bool
) -> None:
    request: Any = rf.get("/")
    request.user = django_user_model.objects.create_user("member", is_staff=True)
    request.user.user_permissions.add(Permission.objects.get(codename=f"{permission}_procrastinatejob"))
    offered = admin.site._registry[ProcrastinateJob].get_actions(request)
    assert {"retry", "cancel", "abort"} & set(offered) == ({"retry", "cancel", "abort"} if may else set())
