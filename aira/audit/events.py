"""Describe audit events for people: the change, the actor, and the values of each column."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib import admin
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import localtime

from aira.audit.models import VERBS, AuditEvent
from aira.formats.dates import day_text, time_text
from aira.formats.values import lines_of
from aira.personal.masks import as_seen
from aira.schema.service_names import SERVICE_NAMES

# The roles of services, in words.
SERVICES = {name: f"{words} (service)" for name, words in SERVICE_NAMES.items()} | {"service_role": "a service of AiRa"}
# The names of records, by model and id.
Names = Mapping[tuple[type[models.Model], str], str]
# The columns that can name a row which was removed.
LABELS = ("name", "customer_name", "file_name", "phone_number", "username", "description")
UNREMARKABLE = {"id", "user_id", "created_at", "deleted_at", "file_path", "mime_type"}


@dataclass(frozen=True)
class Change:
    """Change of one column."""

    label: str
    before: str
    after: str


def tables_of(model: type[models.Model]) -> list[str]:
    """Return the table of the model, and the tables that link its rows to others."""
    links = [through._meta.db_table for field in model._meta.many_to_many if (through := field.remote_field.through)]
    return [model._meta.db_table, *links]


@cache
def models_by_table() -> dict[str, type[models.Model]]:
    """Return the models that have pages in the console, by each of their tables."""
    return {table: model for model in admin.site._registry for table in tables_of(model)}


def called(table: str) -> str:
    """Return the words that staff use for the rows of a table. Fall back to its name."""
    model = model_of(table)
    return str(model._meta.verbose_name) if model else table


def model_of(table: str) -> type[models.Model] | None:
    """Return the model whose rows a table holds or links. None if it has no pages."""
    return models_by_table().get(table)


def verb(event: AuditEvent) -> str:
    """Return the verb of an event as people read it."""
    after = event.after or {}
    if event.verb == "update" and "deleted_at" in after:
        return "moved to the trash" if after["deleted_at"] else "restored from the trash"
    return VERBS[event.verb]


def who(event: AuditEvent, names: dict[str, str]) -> str:
    """Return the name of the actor."""
    match event.actor_kind:
        case "user":
            return names.get(event.actor_id or "", f"account {event.actor_id}")
        case "service":
            return SERVICES.get(event.actor_id or "", f"{event.actor_id} (service)")
        case "database":
            return f"{event.actor_name or 'unknown'} (program)"
    return f"{event.actor_name} ({event.actor_kind.replace('_', ' ')})"


def name_in(event: AuditEvent, model: type[models.Model]) -> str | None:
    """Return the name of a record that its event holds, as the current viewer may see it."""
    values = {**(event.before or {}), **(event.after or {})}
    return next((str(as_seen(model, event.row_id, key, values[key])) for key in LABELS if values.get(key)), None)


def names_of(events: Iterable[tuple[AuditEvent, type[models.Model]]], shown: Iterable[type[models.Model]]) -> Names:
    """Return the names of the records to which columns of the events refer, with one query per model.

    Args:
        shown: the models whose records the current viewer may see.
    """
    wanted: dict[type[models.Model], set[str]] = {}
    for event, model in events:
        values = [*(event.before or {}).items(), *(event.after or {}).items()]
        for field in model._meta.fields:
            if (related := field.related_model) is not None and related in shown:
                found = {str(value) for column, value in values if column == field.column and value}
                wanted.setdefault(related, set()).update(found)
    return {
        (model, str(row.pk)): str(row)
        for model, ids in wanted.items()
        if ids
        for row in model._default_manager.filter(pk__in=ids)
    }


def changes(
    model: type[models.Model],
    pk: Any,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    whole: bool,
    names: Names | None = None,
) -> tuple[Change, ...]:
    """Return the changes as the current viewer may see them.

    Args:
        whole: the row was added or removed, so empty and unremarkable columns are left out.
        names: of the records to which columns refer. Others are shown by their ids.
    """
    fields = {field.column: field for field in model._meta.fields}

    def value_of(column: str, values: dict[str, Any]) -> str:
        field = fields.get(column)
        related = field.related_model if field is not None else None
        name = (names or {}).get((related, str(values.get(column)))) if related else None
        return name or shown(field, as_seen(model, pk, column, values.get(column)))

    return tuple(
        Change(
            str(fields[column].verbose_name) if column in fields else column.replace("_", " "),
            value_of(column, before),
            value_of(column, after),
        )
        for column in {**before, **after}
        if not whole
        or (column not in UNREMARKABLE and not (is_empty(before.get(column)) and is_empty(after.get(column))))
    )


def is_empty(value: Any) -> bool:
    """Tell whether a value of a new or removed row says nothing: no value, or a count of 0."""
    return value in (None, "", [], {}) or (value == 0 and not isinstance(value, bool))


def is_number(value: Any) -> bool:
    """Tell whether a JSON value is a number. A mask is not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_cut(value: Any) -> bool:
    """Tell whether the audit stored only the beginning, length and hash of a long value.

    See `aira/audit/sql/shortened.sql`.
    """
    return (
        isinstance(value, dict) and value.get("cut") is True and value.keys() == {"cut", "begins", "length", "sha256"}
    )


# Functions that return a JSON column as lines of words, by table and column. Apps register theirs.
IN_WORDS: dict[tuple[str, str | None], Callable[[Any], list[str]]] = {}


def shown(field: models.Field | None, value: Any) -> str:
    """Return a value as people read it."""
    if is_cut(value):
        return f"{value['length']:,} characters, SHA-256 {value['sha256'][:16]}…, beginning: {value['begins'][:200]}…"
    if value is None or value == "":
        return "–"
    if value == "not recorded":
        return "(not shown)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField) and (time := parse_datetime(str(value))):
        return time_text(localtime(time), seconds=True)
    if isinstance(field, models.DateField) and (day := parse_date(str(value))):
        return day_text(day)
    if field is not None and (words := IN_WORDS.get((field.model._meta.db_table, field.column))):
        return "; ".join(words(value))
    if isinstance(field, models.DecimalField) and field.decimal_places is not None and is_number(value):
        return f"{Decimal(str(value)):,.{field.decimal_places}f}"
    return "; ".join(lines_of(value)) or "–"
