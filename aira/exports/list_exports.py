"""Export a filtered list: check the permission, record the export, and stream the rows."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Self

from django.db import models, transaction
from psycopg.types.json import Jsonb

from aira.audit.actor import Actor, announce, set_reason
from aira.schema.sql_calls import rows

PERMISSION = "console.export_lists"
# The longest time that a slow reader may keep the cursor of an export waiting.
READER_PATIENCE = "60s"


def record_export(model: type[models.Model], details: dict[str, Any], reason: str, actor: Actor | None = None) -> None:
    """Record an export in the audit.

    Its own transaction keeps the record even if the reader stops.

    Args:
        model: the model of the rows.
        details: the format, the names of the filters and, if known, the number of rows. No values, which may be
            personal data.
        reason: why the rows are exported.
        actor: who exports them, if the request has not announced its actor yet.
    """
    with transaction.atomic():
        if actor:
            announce(actor)
        set_reason(reason)
        rows("select private.record_list_export(%s, %s)", model._meta.db_table.replace('"', ""), Jsonb(details))


@contextmanager
def cursor_transaction(using: str) -> Iterator[None]:
    """Hold a transaction for a server-side cursor. It ends if the reader stalls."""
    with transaction.atomic(using=using):
        rows("select set_config('idle_in_transaction_session_timeout', %s, true)", READER_PATIENCE, using=using)
        yield


def file_name(name: str, kind: str) -> str:
    """Return the name of an export that begins now, with the time in UTC: `appointment-20261224-1800.csv`."""
    return f"{name}-{datetime.now(UTC):%Y%m%d-%H%M}.{kind}"


class StartedStream[Part]:
    """Parts of a response, the first of which is read at once.

    An invalid query thereby fails before the response has a status. Closing it ends the transaction of the other parts.
    """

    def __init__(self, rest: Generator[Part]) -> None:
        self.first = list(islice(rest, 1))
        self.rest = rest

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Part:
        return self.first.pop() if self.first else next(self.rest)

    def close(self) -> None:
        """End the transaction."""
        self.rest.close()
