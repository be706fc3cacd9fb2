"""What the console refuses to start with."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import ActionLocation
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

# Where unfold makes a link of an action.
LINKED = ("list", "detail", "row")


@register("admin")
def actions_ask_for_a_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Django offers an action without `permissions` to everyone who may view the list."""
    return [problem for page in admin.site._registry.values() for problem in actions_without_permission(page)]


def actions_without_permission(page: Any) -> list[CheckMessage]:
    found = {action.name: action.func for place in ActionLocation for action in page._get_base_actions(place)}
    for place in (*LINKED, "submit_line"):
        found |= {one.action_name: one.method for one in getattr(page, f"_get_base_actions_{place}")()}
    return [
        Error(
            f"The action {name!r} asks for no permission, so everyone who sees the list may run it.",
            hint='Say who may: @admin.action(permissions=["change"]).',
            obj=type(page),
            id="console.E001",
        )
        for name, func in found.items()
        if not getattr(func, "allowed_permissions", None)
    ]


@register("admin")
def no_action_runs_on_get(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """unfold makes an action of a record, a row or a whole list a link: whoever gets staff to follow it, runs it."""
    return [problem for page in admin.site._registry.values() for problem in actions_on_get(page)]


def actions_on_get(page: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The action {action.action_name!r} has no dialog, so a link runs it: on a GET, without a token.",
            hint="Make it a Transition of the page, which asks first.",
            obj=type(page),
            id="console.E002",
        )
        for place in LINKED
        for action in getattr(page, f"_get_base_actions_{place}")()
        if getattr(action.method, "dialog", None) is None
    ]


@register("admin")
def palette_asks_for_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What the palette finds, everyone sees who opens it; unfold's own search has no limit either."""
    unfold: dict[str, Any] = settings.UNFOLD
    return palette_problems(unfold.get("COMMAND", {}))


def palette_problems(command: dict[str, Any]) -> list[CheckMessage]:
    hint = "Give COMMAND a search_callback made by aira.console.search.palette_search(limit=…), and nothing else."
    found = []
    if command.get("search_models"):
        found.append("COMMAND's search_models finds rows for staff who may not view them, and any number of them.")
    callback = command.get("search_callback")
    callback = import_string(callback) if isinstance(callback, str) else callback
    if callback and not getattr(callback, "palette_limit", None):
        found.append("COMMAND's search_callback asks for no permission to view, or has no limit.")
    return [Error(problem, hint=hint, obj="UNFOLD", id="console.E003") for problem in found]
