"""What a key may do: `resource:verb`, read off the routes, so that no endpoint is without one."""

from functools import cache
from typing import Any

from django.utils.module_loading import import_string

from aira.api.models import PERSONAL_SCOPE

READ, EXPORT = "read", "export"
VERBS = {
    "list": READ,
    "retrieve": READ,
    "create": "create",
    "bulk": "create",
    "partial_update": "update",
    "destroy": "trash",
}
SAFE = {"get", "head", "options"}


def verb_of(action: str, method: str) -> str:
    """action: of a viewset; whatever only reads is `read`."""
    return READ if method.lower() in SAFE else VERBS.get(action, action)


def scope_of(view: Any, method: str) -> str | None:
    """What this request of a viewset takes; None for pages about no resource, such as the schema."""
    resource = getattr(view, "resource", None)
    # A method that the view does not have has no action: it is answered 405.
    return f"{resource}:{verb_of(getattr(view, 'action', None) or READ, method)}" if resource else None


def scopes_of(viewset: Any) -> dict[str, str]:
    """Scope to what it is good for, of one resource."""
    found = {}
    for action, verb in VERBS.items():
        if hasattr(viewset, action) and verb != READ and action != "bulk":
            found[f"{viewset.resource}:{verb}"] = f"{verb} {viewset.resource}"
    if hasattr(viewset, "orderings"):
        found[f"{viewset.resource}:{EXPORT}"] = f"take {viewset.resource} along as a file"
    for extra in viewset.get_extra_actions():
        for method, action in extra.mapping.items():
            verb = verb_of(action, method)
            if verb != READ:
                found[f"{viewset.resource}:{verb}"] = (extra.__doc__ or verb).partition(".")[0].partition(";")[0]
    return {f"{viewset.resource}:{READ}": f"read {viewset.resource}"} | found


@cache
def scopes() -> dict[str, str]:
    """Every scope there is, and what it is good for."""
    # By name: the routes know every app, and those know this.
    router = import_string("aira.api.urls.router")
    found = {PERSONAL_SCOPE: "see people's names, phone numbers, e-mails and notes as they are, not as masks"}
    for _, viewset, _ in router.registry:
        found |= scopes_of(viewset)
    return dict(sorted(found.items()))
