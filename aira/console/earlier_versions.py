"""Read and restore earlier versions of a record."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

from aira.audit.actor import set_reason
from aira.audit.events import Change, changes, is_cut
from aira.audit.models import AuditEvent


@dataclass(frozen=True)
class Version:
    """Record as it was before an event.

    Attributes:
        row: the current row, or None if it was removed permanently.
        values: the values to write by column, in their JSON form.
        newest: the record's newest event, which reveals later changes.
    """

    event: AuditEvent
    model: type[models.Model]
    row: models.Model | None
    values: dict[str, Any]
    changes: tuple[Change, ...]
    newest: int


class ChangedSince(Exception):
    """Raised if the record changed after the version was shown."""


def version_before(event: AuditEvent, model: type[models.Model], editable: set[str]) -> Version:
    """Return the version that an event changed.

    For a removed row, it includes the id, the owner and all columns that the database does not generate.

    Args:
        editable: names of the fields that staff may write. Other fields keep their values.
    """
    row = model._default_manager.filter(pk=event.row_id).first()
    then: dict[str, Any] = {}
    later = events_since(event)
    for one in later:
        then |= one.before or {}
    now = stored(model, event.row_id) if row else {}
    if row is None:
        editable = {field.name for field in model._meta.fields if not field.generated}
    # The audit does not record passwords.
    editable = editable - {"password"}
    columns = [field.column for field in model._meta.fields if field.name in editable and field.column in then]
    # The audit cuts long values. The current value stays.
    columns = [column for column in columns if not is_cut(then[column])]
    values = {column: then[column] for column in columns if then[column] != now.get(column)}
    today = {column: now.get(column) for column in values}
    return Version(event, model, row, values, changes(model, event.row_id, today, values, whole=False), later[0].pk)


def events_since(event: AuditEvent) -> list[AuditEvent]:
    """Return this event and all later ones of the record, the newest first."""
    same = AuditEvent.objects.filter(row_id=event.row_id, table_name=event.table_name, pk__gte=event.pk)
    return list(same.order_by("-pk"))


def stored(model: type[models.Model], pk: str) -> dict[str, Any]:
    """Return the columns of a row in the form of the audit."""
    table, key = sql.Identifier(model._meta.db_table), sql.Identifier(str(model._meta.pk.column))
    query = sql.SQL("select to_jsonb(t)::text from {} t where t.{} = %s").format(table, key)
    with connection.cursor() as cursor:
        cursor.execute(query, [pk])
        found = cursor.fetchone()
    return json.loads(found[0]) if found else {}


@transaction.atomic
def restore(*, version: Version, seen: int, reason: str) -> models.Model:
    """Write the version.

    The database refuses what is no longer possible, such as a time that was taken since. Raises ChangedSince if the
    record has changed.

    Args:
        seen: `newest` of the version that was shown.
    """
    model = version.model
    # Lock the row, so that it can't change between the comparison and the write.
    model._default_manager.select_for_update(of=("self",)).filter(pk=version.event.row_id).first()
    if seen != events_since(version.event)[0].pk:
        raise ChangedSince
    set_reason(reason)
    row = version.row or model()
    fields = [field for field in model._meta.fields if field.column in version.values]
    for field in fields:
        setattr(row, field.attname, field.to_python(version.values[str(field.column)]))
    if version.row is None:
        row.save(force_insert=True)
    else:
        row.save(update_fields=[field.name for field in fields])
    row.refresh_from_db()
    return row
