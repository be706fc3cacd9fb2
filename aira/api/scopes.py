"""Derive scopes, `resource:verb`, from the routes, so that every endpoint has one."""

from functools import cache
from typing import Any

from django.utils.module_loading import import_string

from aira.api.models import PERSONAL_SCOPE
from aira.web.request_identity import SAFE

READ, EXPORT = "read", "export"
VERBS = {"create": "create", "partial_update": "update"}
METHODS = {"create": "post", "partial_update": "patch", "destroy": "delete"}


def verb_of(view: Any, action: str, method: str) -> str:
    """Return the verb of an action.

    Reading has the verb `read`.

    Args:
        view: a viewset or its class.
    """
    if method.upper() in SAFE:
        return READ
    match action:
        case "bulk":
            return str(view.bulk_verb)
        case "destroy":
            return "trash" if hasattr(view, "trash") else "delete"
    return VERBS.get(action, action)


def scope_of(view: Any, method: str) -> str | None:
    """Return the scope that a request needs, or None for pages without a resource, such as the schema."""
    resource = getattr(view, "resource", None)
    # An unsupported method has no action. The response is 405.
    return f"{resource}:{verb_of(view, getattr(view, 'action', None) or READ, method)}" if resource else None


def scopes_of(viewset: Any) -> dict[str, str]:
    """Return the scopes of one resource with their meanings."""
    name = viewset.resource
    found = {f"{name}:{READ}": f"read {name}"}
    if hasattr(viewset, "orderings"):
        found[f"{name}:{EXPORT}"] = f"export {name} as a file"
    for action, method in METHODS.items():
        if hasattr(viewset, action):
            verb = verb_of(viewset, action, method)
            found[f"{name}:{verb}"] = f"{verb} {name}"
    for extra in viewset.get_extra_actions():
        for method, action in extra.mapping.items():
            if (verb := verb_of(viewset, action, method)) != READ:
                meaning = (extra.__doc__ or verb).partition(".")[0].partition(";")[0]
                found.setdefault(f"{name}:{verb}", meaning)
    return found


@cache
def scopes() -> dict[str, str]:
    """Return all scopes with their meanings."""
    # Import by name: the routes import all apps, which import this module.
    router = import_string("aira.api.urls.router")
    found = {PERSONAL_SCOPE: "see names, phone numbers, e-mails and notes unmasked"}
    for _, viewset, _ in router.registry:
        found |= scopes_of(viewset)
    return dict(sorted(found.items()))
