"""What a key may do: `resource:verb`, read off the routes, so that no endpoint is without one."""

from functools import cache
from typing import Any

from django.utils.module_loading import import_string

from aira.api.models import PERSONAL_SCOPE
from aira.web.request_identity import SAFE

READ, EXPORT = "read", "export"
VERBS = {"create": "create", "partial_update": "update"}
METHODS = {"create": "post", "partial_update": "patch", "destroy": "delete"}


def verb_of(view: Any, action: str, method: str) -> str:
    """view: a viewset or its class; whatever only reads is `read`."""
    if method.upper() in SAFE:
        return READ
    match action:
        case "bulk":
            return str(view.bulk_verb)
        case "destroy":
            return "trash" if hasattr(view, "trash") else "delete"
    return VERBS.get(action, action)


def scope_of(view: Any, method: str) -> str | None:
    """What this request of a viewset takes; None for pages about no resource, such as the schema."""
    resource = getattr(view, "resource", None)
    # A method that the view does not have has no action: it is answered 405.
    return f"{resource}:{verb_of(view, getattr(view, 'action', None) or READ, method)}" if resource else None


def scopes_of(viewset: Any) -> dict[str, str]:
    """Scope to what it is good for, of one resource."""
    name = viewset.resource
    found = {f"{name}:{READ}": f"read {name}"}
    if hasattr(viewset, "orderings"):
        found[f"{name}:{EXPORT}"] = f"take {name} along as a file"
    for action, method in METHODS.items():
        if hasattr(viewset, action):
            verb = verb_of(viewset, action, method)
            found[f"{name}:{verb}"] = f"{verb} {name}"
    for extra in viewset.get_extra_actions():
        for method, action in extra.mapping.items():
            if (verb := verb_of(viewset, action, method)) != READ:
                said = (extra.__doc__ or verb).partition(".")[0].partition(";")[0]
                found.setdefault(f"{name}:{verb}", said)
    return found


@cache
def scopes() -> dict[str, str]:
    """Every scope there is, and what it is good for."""
    # By name: the routes know every app, and those know this.
    router = import_string("aira.api.urls.router")
    found = {PERSONAL_SCOPE: "see people's names, phone numbers, e-mails and notes as they are, not as masks"}
    for _, viewset, _ in router.registry:
        found |= scopes_of(viewset)
    return dict(sorted(found.items()))
