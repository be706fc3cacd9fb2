"""Earlier versions of a record: looked at, and brought back."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

from aira.audit.actor import because
from aira.audit.events import Change, changes, is_cut
from aira.audit.models import AuditEvent


@dataclass(frozen=True)
class Version:
    """A record as it was before an event.

    row: as it is now, None when it is gone for good; values: column → what would be written, as JSON has it;
    newest: the record's newest event, by which a change since is noticed.
    """

    event: AuditEvent
    model: type[models.Model]
    row: models.Model | None
    values: dict[str, Any]
    changes: tuple[Change, ...]
    newest: int


class ChangedSince(Exception):
    """The record changed after the version was looked at."""


def version_before(event: AuditEvent, model: type[models.Model], editable: set[str]) -> Version:
    """editable: names of the fields that staff may write; the others stay as they are.

    Of a row that is gone, all that is no work of the database comes back, with its id and its owner.
    """
    row = model._default_manager.filter(pk=event.row_id).first()
    then: dict[str, Any] = {}
    later = events_since(event)
    for one in later:
        then |= one.before or {}
    now = stored(model, event.row_id) if row else {}
    if row is None:
        editable = {field.name for field in model._meta.fields if not field.generated}
    # Its value is not recorded.
    editable = editable - {"password"}
    columns = [field.column for field in model._meta.fields if field.name in editable and field.column in then]
    # Nor is the whole of a long one: what is there now stays.
    columns = [column for column in columns if not is_cut(then[column])]
    values = {column: then[column] for column in columns if then[column] != now.get(column)}
    today = {column: now.get(column) for column in values}
    return Version(event, model, row, values, changes(model, event.row_id, today, values, whole=False), later[0].pk)


def events_since(event: AuditEvent) -> list[AuditEvent]:
    """It and what happened to the record later, the newest first."""
    same = AuditEvent.objects.filter(row_id=event.row_id, table_name=event.table_name, pk__gte=event.pk)
    return list(same.order_by("-pk"))


def stored(model: type[models.Model], pk: str) -> dict[str, Any]:
    """The columns of a row as the audit has them."""
    table, key = sql.Identifier(model._meta.db_table), sql.Identifier(str(model._meta.pk.column))
    query = sql.SQL("select to_jsonb(t)::text from {} t where t.{} = %s").format(table, key)
    with connection.cursor() as cursor:
        cursor.execute(query, [pk])
        found = cursor.fetchone()
    return json.loads(found[0]) if found else {}


@transaction.atomic
def restore(*, version: Version, seen: int, reason: str) -> models.Model:
    """Writes the version; the database refuses what is no longer possible, such as a time that is taken since.

    seen: `newest` of the version that was looked at. Raises ChangedSince when the record has changed.
    """
    model = version.model
    # Locked, so that nothing can happen to it between the look and the writing.
    model._default_manager.select_for_update(of=("self",)).filter(pk=version.event.row_id).first()
    if seen != events_since(version.event)[0].pk:
        raise ChangedSince
    because(reason)
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
