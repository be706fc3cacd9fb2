"""Show events: the object as the API shows it, and what changed. No row is read from the database."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import models
from django.utils.module_loading import import_string

from aira.events.event_types import RESOURCES
from aira.events.models import Event


@cache
def resource_of(object_type: str) -> Any:
    """Return the API's resource that shows this kind of object."""
    # Import by name: the routes import all apps, whose models import this room.
    router = import_string("aira.api.urls.router")
    return next(viewset for name, viewset, _ in router.registry if name == RESOURCES[object_type])


def row_of(model: type[models.Model], stored: dict[str, Any]) -> models.Model:
    """Return the row of a model from a stored row, masked for the current viewer.

    A column that was added since is empty.
    """
    fields = [field for field in model._meta.concrete_fields if not field.generated or field.column in stored]
    values = [value_of(field, stored.get(str(field.column))) for field in fields]
    row: models.Model = model.from_db("default", [field.attname for field in fields], values)
    return row


def value_of(field: Any, value: Any) -> Any:
    """Return the value of a column from JSON."""
    if value is None:
        return None
    if field.is_relation:
        field = field.target_field
    elif field.generated:
        field = field.output_field
    if isinstance(field, models.DecimalField):
        # A float has more digits than any amount, so its text is the amount.
        value = str(value)
    found = field.to_python(value)
    # The connection of the writer may have had another time zone.
    return found.astimezone(UTC) if isinstance(field, models.DateTimeField) else found


def in_json(members: dict[str, Any]) -> dict[str, Any]:
    """Return members with times as text. The other values are what JSON knows."""
    return {
        name: value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
        for name, value in members.items()
    }


def shown(event: Event) -> dict[str, Any]:
    """Return the object of an event and the previous values of its changed members, for the current viewer.

    `previous` is None for a new object.
    """
    viewset = resource_of(event.object_type)
    model = viewset.queryset.model
    serializer = viewset.serializer_class()
    now = in_json(serializer.to_representation(row_of(model, event.row)))
    if event.row_before is None:
        return {"object": now, "previous": None}
    before = in_json(serializer.to_representation(row_of(model, event.row_before)))
    columns = {field.attname: field.column for field in model._meta.concrete_fields} | {
        field.name: field.column for field in model._meta.concrete_fields
    }
    changed = {
        name
        for name, field in serializer.fields.items()
        # Compare the stored rows, since two masks may be equal.
        if (column := columns.get(field.source or "")) and event.row.get(column) != event.row_before.get(column)
    }
    return {"object": now, "previous": {name: value for name, value in before.items() if name in changed}}
