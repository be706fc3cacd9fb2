"""Derive scopes, `resource:verb`, from the routes, so that every endpoint has one."""

from functools import cache
from typing import Any

from django.utils.module_loading import import_string

from aira.api.models import PERSONAL_SCOPE
from aira.web.request_identity import SAFE

READ, EXPORT = "read", "export"
VERBS = {"create": "create", "partial_update": "update"}
METHODS = {"create": "post", "partial_update": "patch", "destroy": "delete"}
# The meanings of verbs, in words for the staff who make a key.
MEANINGS = {
    READ: "Read {rows}",
    EXPORT: "Export {rows} as a file",
    "create": "Create {rows}",
    "update": "Change {rows}",
    "delete": "Delete {rows}",
    "trash": "Move {rows} to the trash",
    "restore": "Restore {rows} from the trash",
}
# How staff call the rows of a resource, if not by the resource's name.
CALLED = {
    "analytics": "the figures of the analytics",
    "deliveries": "webhook deliveries",
    "endpoints": "service endpoints",
    "exports": "exports that the key asked for",
    "jobs": "jobs that the key asked for",
    "numbers": "phone numbers",
    "usage": "how much the key is used",
    "testing": "the endpoint for tests of clients",
    "slots": "the free times of businesses",
    "webhook-subscriptions": "subscriptions of events",
}


def repeated_by(view: Any, name: str) -> str | None:
    """Return the operation on one row that a bulk operation repeats, or None for other operations."""
    return getattr(getattr(view, name, None), "repeats", None)


def verb_of(view: Any, action: str, method: str) -> str:
    """Return the verb of an action.

    Reading has the verb `read`.

    Args:
        view: a viewset or its class.
    """
    if method.upper() in SAFE:
        return READ
    action = repeated_by(view, action) or action
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
    rows = CALLED.get(name, name.replace("-", " "))
    verbs = [READ]
    if hasattr(viewset, "orderings"):
        verbs.append(EXPORT)
    verbs += [verb_of(viewset, action, method) for action, method in METHODS.items() if hasattr(viewset, action)]
    found = {f"{name}:{verb}": MEANINGS[verb].format(rows=rows) for verb in verbs}
    for extra in viewset.get_extra_actions():
        for method, action in extra.mapping.items():
            # Bulk operations have the scope of the action that they repeat.
            is_bulk = action == "bulk" or repeated_by(viewset, action)
            if (verb := verb_of(viewset, action, method)) != READ and not is_bulk:
                meaning = (extra.__doc__ or verb).partition(".")[0]
                found.setdefault(f"{name}:{verb}", MEANINGS.get(verb, meaning).format(rows=rows))
    return found


@cache
def scopes() -> dict[str, str]:
    """Return all scopes with their meanings."""
    # Import by name: the routes import all apps, which import this module.
    router = import_string("aira.api.urls.router")
    found = {PERSONAL_SCOPE: "See names, phone numbers, e-mails and notes unmasked"}
    for _, viewset, _ in router.registry:
        found |= scopes_of(viewset)
    return dict(sorted(found.items()))
