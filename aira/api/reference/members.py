"""Describe members so that a generated client has good types: words, enumerations, and the objects of events."""

from typing import Any

from rest_framework import serializers

from aira.events.event_types import OBJECT_TYPES
from aira.events.rendering import resource_of

REFERENCE = "#/components/schemas/"
# Members that mean the same in all resources.
TEXTS = {
    "id": "Unique id, which never changes",
    "created_at": "When the row was created",
    "updated_at": "When the row was last changed",
    "deleted_at": "When the row was moved to the trash. Null if it is not there",
    "user": "The account that owns the row",
    "business": "The business that the row belongs to",
    "next": "Address of the next page. Null on the last page",
    "previous": "Address of the previous page. Null on the first page",
}


def columns(serializer: Any) -> set[str]:
    """Return the names of the fields that show a column. An answer always has them."""
    model = getattr(getattr(serializer, "Meta", None), "model", None)
    if model is None:
        return set()
    known = {name for column in model._meta.concrete_fields for name in (column.name, column.attname)}
    return {name for name, field in serializer.fields.items() if field.source in known and not field.write_only}


def known_values(field: Any) -> list[Any]:
    """Return the values that the column of a field can have, or an empty list if it can have any."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    if type(field) is not serializers.CharField or model is None:
        return []
    known = {column.name: column for column in model._meta.concrete_fields}
    return [value for value, _ in getattr(known.get(field.source), "choices", None) or ()]


def complete_members(result: dict[str, Any]) -> None:
    """Complete the members of all schemas."""
    schemas = result["components"]["schemas"]
    for name, schema in schemas.items():
        for member_name, member in schema.get("properties", {}).items():
            # A reference may have words beside it, so it needs no allOf.
            if len(member.get("allOf", [])) == 1:
                member |= member.pop("allOf")[0]
            if member_name in TEXTS and not name.endswith("Request"):
                member.setdefault("description", TEXTS[member_name])
    add_objects_of_events(schemas["Event"]["properties"]["object"])


def add_objects_of_events(member: dict[str, Any]) -> None:
    """Name the schema of an event's object for each of its types. OpenAPI can't, because the type is outside it."""
    member["x-schemas-by"] = "object_type"
    names = {kind: resource_of(kind).serializer_class.__name__.removesuffix("Serializer") for kind in OBJECT_TYPES}
    member["x-schemas"] = {kind: REFERENCE + name for kind, name in names.items()}
