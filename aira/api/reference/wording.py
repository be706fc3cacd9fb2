"""Name operations, and word their summaries and descriptions."""

import re
from typing import Any

from aira.schema.models import SharedModel

# The rules of all operations on many rows.
RULES = (
    "Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is"
    " true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the"
    " status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to"
    " 1,000 items."
)
# These operations mean the same for each resource. `{one}` and `{many}` stand for its rows.
GENERIC = {
    "list": (
        "List {many}",
        "Return one page of {many}, with the addresses of the next and the previous page."
        " With `format=csv` or `format=ndjson`, return all of them as a file.",
    ),
    "retrieve": (
        "Get {one}",
        "Return {one} with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.",
    ),
    "create": ("Create {one}", "Create {one}, and return it as it is stored, with its `ETag`."),
    "partial_update": (
        "Change {one}",
        "Change the members that the body has. The others stay as they are. `If-Match` is required.",
    ),
    "destroy": ("Delete {one}", "Delete {one} permanently. `If-Match` is required."),
    "trash": (
        "Move {one} to the trash",
        "Move {one} to the trash, with the rows that belong to it. A repeated call changes nothing."
        " The status is 202 if a job moves thousands of rows.",
    ),
    "restore": (
        "Restore {one} from the trash",
        "Restore {one} from the trash, with the rows that were moved there with it."
        " The status is 409 if its place is taken, and 202 if a job moves thousands of rows.",
    ),
    "bulk": (
        "Create up to 100 {many}",
        "Create up to 100 {many}. One refused row does not stop the others, unless `atomic` is true."
        " The status is 201 if all were created, and 207 otherwise. If `atomic` is true and a row is refused, the"
        " status is 409, and nothing is saved.",
    ),
    "bulk_update": ("Change up to 100 {many}", f"Change up to 100 {{many}}. {RULES}"),
}
TO_TRASH = (
    "Move {one} to the trash",
    "Move {one} to the trash, like `POST …/trash`. `If-Match` is required."
    " The status is 202 if a job moves thousands of rows.",
)
# The last part of an operation's id, if it is not the name of the action.
VERBS = {"partial_update": "update", "destroy": "delete"}
# Rows whose names need another article, or none.
ONE = {"booking-rules": "the booking rules of a business", "exports": "an export", "jobs": "a job"}
MANY = {"exports": "exports", "jobs": "jobs"}
SENTENCE = re.compile(r"(.+?)\.(?:\s|$)", re.DOTALL)


def operation_id(view: Any) -> str:
    """Return the id, which becomes a name in a client: `appointments.book`."""
    # An unsupported method has no action.
    action = view.action or "unsupported"
    return f"{view.resource.replace('-', '_')}.{VERBS.get(action, action)}"


def is_generic(view: Any) -> bool:
    """Tell whether the operation is one that all resources share, and that this one does not explain itself."""
    return view.action in GENERIC and view.action in dir(type(view)) and explains_nothing(view)


def explains_nothing(view: Any) -> bool:
    """Tell whether the code of the operation is in the base classes."""
    return getattr(type(view), view.action).__module__ in (
        "aira.api.views",
        "aira.api.bulk.creation",
        "aira.api.bulk.changes",
    )


def summary(view: Any, docstring: str) -> str:
    """Return the summary: the words of all resources, or else the first sentence of the docstring."""
    if is_generic(view):
        return worded(view, 0)
    found = SENTENCE.match(docstring)
    return " ".join((found[1] if found else docstring).replace("`", "").split())


def description(view: Any, docstring: str) -> str:
    """Return the description: the words of all resources, or else the docstring."""
    return worded(view, 1) if is_generic(view) else docstring


def worded(view: Any, part: int) -> str:
    """Return one part of the words of all resources, with this resource's name."""
    words = TO_TRASH if view.action == "destroy" and hasattr(view, "trash") else GENERIC[view.action]
    names = view.queryset.model._meta
    noun = str(names.verbose_name)
    one = ONE.get(view.resource, f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}")
    return words[part].format(one=one, many=MANY.get(view.resource, names.verbose_name_plural))


# Words for the lookup of a filter.
LOOKUPS = {
    "": "is this value",
    "gte": "is at least this value",
    "lte": "is at most this value",
    "gt": "is more than this value",
    "lt": "is less than this value",
    "in": "is one of these values, with commas between them",
    "isnull": "is null (`true`) or has a value (`false`)",
}
# The same for times, where other words are clearer.
TIMES = {"gte": "is at this time or later", "lt": "is before this time"}


# The words of each primary key.
ID_TEXT = str(SharedModel._meta.get_field("id").help_text)


def describe_parameters(operation: dict[str, Any]) -> None:
    """Describe the parameters that have no description. A filter by another row has the words of that row's id."""
    for parameter in operation.get("parameters", []):
        if parameter.get("description") and parameter["description"] != ID_TEXT:
            continue
        if parameter["in"] == "path":
            parameter["description"] = f"{parameter['name'].capitalize()} of the row"
        elif parameter["name"] == "format":
            parameter["description"] = "Format of the answer. `csv` and `ndjson` are files"
        else:
            name, _, lookup = parameter["name"].partition("__")
            is_time = parameter["schema"].get("format") == "date-time"
            words = (TIMES if is_time else LOOKUPS).get(lookup) or LOOKUPS.get(lookup, f"matches by `{lookup}`")
            parameter["description"] = f"Rows whose `{name}` {words}"
