"""Check at the start that the console's actions need permissions. The site does not start if a check fails."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import ActionLocation
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

# The places where unfold shows an action as a link.
LINKED = ("list", "detail", "row")


@register("admin")
def actions_ask_for_a_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse actions without `permissions`. Django offers them to everybody who may view the list."""
    return [problem for page in admin.site._registry.values() for problem in actions_without_permission(page)]


def actions_without_permission(page: Any) -> list[CheckMessage]:
    """Return an error for each action of a page that needs no permission."""
    found = {action.name: action.func for place in ActionLocation for action in page._get_base_actions(place)}
    for place in (*LINKED, "submit_line"):
        found |= {one.action_name: one.method for one in getattr(page, f"_get_base_actions_{place}")()}
    return [
        Error(
            f"The action {name!r} needs no permission, so everyone who sees the list can run it.",
            hint='Name the permission: @admin.action(permissions=["change"]).',
            obj=type(page),
            id="console.E001",
        )
        for name, func in found.items()
        if not getattr(func, "allowed_permissions", None)
    ]


@register("admin")
def no_action_runs_on_get(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse actions that a GET runs.

    unfold shows actions of a record, a row or a whole list as links, so a forged link could run them.
    """
    return [problem for page in admin.site._registry.values() for problem in actions_on_get(page)]


def actions_on_get(page: Any) -> list[CheckMessage]:
    """Return an error for each action of a page that a link runs."""
    return [
        Error(
            f"The action {action.action_name!r} has no dialog, so a link runs it by GET, without a CSRF token.",
            hint="Make it a Transition of the page, which asks for confirmation.",
            obj=type(page),
            id="console.E002",
        )
        for place in LINKED
        for action in getattr(page, f"_get_base_actions_{place}")()
        if getattr(action.method, "dialog", None) is None
    ]


@register("admin")
def palette_asks_for_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a palette search without permissions.

    The palette shows its results to everybody, and unfold's own search has no limit.
    """
    unfold: dict[str, Any] = settings.UNFOLD
    return palette_problems(unfold.get("COMMAND", {}))


def palette_problems(command: dict[str, Any]) -> list[CheckMessage]:
    """Return an error for each problem of the settings of the palette."""
    hint = "Set only search_callback in COMMAND, to a function made by aira.console.search.palette_search(limit=…)."
    found = []
    if command.get("search_models"):
        found.append("search_models in COMMAND shows rows to staff who may not view them, and without a limit.")
    callback = command.get("search_callback")
    callback = import_string(callback) if isinstance(callback, str) else callback
    if callback and not getattr(callback, "palette_limit", None):
        found.append("search_callback in COMMAND does not check the permission to view, or has no limit.")
    return [Error(problem, hint=hint, obj="UNFOLD", id="console.E003") for problem in found]
