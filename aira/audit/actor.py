"""Announce the actor to the database at the start of each transaction, for `private.record_change`."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connections, transaction
from psycopg.pq import TransactionStatus


@dataclass(frozen=True)
class Actor:
    """Actor of a change.

    Attributes:
        kind: staff or api_key.
        id: its primary key.
        name: for people to read.
        reason: if it is known already.
    """

    kind: str
    id: str
    name: str
    request_id: str
    reason: str | None = None


class Announcer:
    """Execute wrapper that announces the actor.

    It uses a setting local to the transaction, which also works through a pooler.
    """

    def __init__(self, actor: Callable[[], Actor | None]) -> None:
        self.actor = actor
        self.announced = False
        self.announcing = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Execute a statement, after the announcement if it begins a transaction."""
        connection = context["connection"]
        if self.announcing:
            return execute(sql, params, many, context)
        if not connection.in_atomic_block:
            with transaction.atomic(using=connection.alias):
                self.announce(connection)
                return execute(sql, params, many, context)
        # psycopg begins a transaction with its first statement, which may be a SAVEPOINT.
        begins = connection.connection.info.transaction_status == TransactionStatus.IDLE
        if begins or not self.announced:
            self.announce(connection)
        return execute(sql, params, many, context)

    def announce(self, connection: Any) -> None:
        """Announce the actor."""
        self.announcing = True
        try:
            # Determine the actor only now: it may need queries, and a view may learn late who it is, from an API key.
            actor = self.actor()
            announce(actor, connection.alias)
            self.announced = True
        finally:
            self.announcing = False


@contextmanager
def acting_as(actor: Callable[[], Actor | None]) -> Iterator[None]:
    """Attribute all writes of this thread's connections to this actor."""
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(Announcer(actor)))
        yield


def announce(actor: Actor | None, using: str = "default") -> None:
    """Announce the actor for the rest of the transaction. A key is known only after the first statements."""
    with connections[using].cursor() as cursor:
        cursor.execute("select set_config('aira.actor', %s, true)", [json.dumps(asdict(actor)) if actor else ""])


def set_reason(reason: str, using: str = "default") -> None:
    """Set the reason for the rest of the transaction. It is recorded with each change."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select set_config('aira.actor', (coalesce(nullif(current_setting('aira.actor', true), ''), '{}')::jsonb"
            " || jsonb_build_object('reason', %s::text))::text, true)",
            [reason],
        )
