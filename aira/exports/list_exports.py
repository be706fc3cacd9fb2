"""Export a filtered list: the permission, the record of who took it along, and rows that are sent as they are read."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Self

from django.db import models, transaction
from psycopg.types.json import Jsonb

from aira.audit.actor import Actor, announce, because
from aira.schema.sql_calls import rows

PERMISSION = "console.export_lists"
# How long a reader may keep the cursor of an export waiting.
READER_PATIENCE = "60s"


def record_export(model: type[models.Model], details: dict[str, Any], reason: str, actor: Actor | None = None) -> None:
    """Write an event of the audit in a transaction of its own: it stands whether or not the reader stays to the end.

    Args:
        model: What the rows of the list are.
        details: The format, names of the filters and, if known, the number of rows; no values, which may be personal.
        reason: Why they are taken along.
        actor: Who takes them, where the request has not said so yet.
    """
    with transaction.atomic():
        if actor:
            announce(actor)
        because(reason)
        rows("select private.record_list_export(%s, %s)", model._meta.db_table.replace('"', ""), Jsonb(details))


@contextmanager
def reading(using: str) -> Iterator[None]:
    """Hold a transaction for a cursor of the server. A reader who stalls does not keep it open."""
    with transaction.atomic(using=using):
        rows("select set_config('idle_in_transaction_session_timeout', %s, true)", READER_PATIENCE, using=using)
        yield


def file_name(name: str, kind: str) -> str:
    """Return the name of an export that begins now, with the time in UTC: `appointment-20261224-1800.csv`."""
    return f"{name}-{datetime.now(UTC):%Y%m%d-%H%M}.{kind}"


class Begun[Part]:
    """Parts of an answer, the first of them read now: what can't be asked fails before the answer has a status.

    Closing it ends the transaction that the rest is read in.
    """

    def __init__(self, rest: Generator[Part]) -> None:
        self.first = list(islice(rest, 1))
        self.rest = rest

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Part:
        return self.first.pop() if self.first else next(self.rest)

    def close(self) -> None:
        self.rest.close()
