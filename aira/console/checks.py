"""What the console refuses to start with."""

from typing import Any

from django.contrib import admin
from django.core.checks import CheckMessage, Error, register


@register("admin")
def actions_ask_for_a_permission(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Django offers an action without `permissions` to everyone who may view the list."""
    return [problem for page in admin.site._registry.values() for problem in actions_without_permission(page)]


def actions_without_permission(page: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The action {action.name!r} asks for no permission, so everyone who sees the list may run it.",
            hint='Say who may: @admin.action(permissions=["change"]).',
            obj=type(page),
            id="console.E001",
        )
        for action in page._get_base_actions()
        if not getattr(action.func, "allowed_permissions", None)
    ]
