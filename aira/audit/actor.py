"""Who acts: told to the database at the start of each transaction, for `private.record_change` to write down."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connections, transaction
from psycopg.pq import TransactionStatus


@dataclass(frozen=True)
class Actor:
    """kind: staff or api_key; id: its primary key; name: for people to read; reason: why, when it is known already."""

    kind: str
    id: str
    name: str
    request_id: str
    reason: str | None = None


class Announcer:
    """An execute wrapper. A setting local to the transaction is all that a transaction pooler keeps apart."""

    def __init__(self, actor: Callable[[], Actor | None]) -> None:
        self.actor = actor
        self.told = False
        self.telling = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        connection = context["connection"]
        if self.telling:
            return execute(sql, params, many, context)
        if not connection.in_atomic_block:
            with transaction.atomic(using=connection.alias):
                self.tell(connection)
                return execute(sql, params, many, context)
        # psycopg begins with the first statement, which may be a SAVEPOINT.
        begins = connection.connection.info.transaction_status == TransactionStatus.IDLE
        if begins or not self.told:
            self.tell(connection)
        return execute(sql, params, many, context)

    def tell(self, connection: Any) -> None:
        self.telling = True
        try:
            # Asked now: who it is may need queries of its own, and a view may find out late, by an API key.
            actor = self.actor()
            announce(actor, connection.alias)
            self.told = True
        finally:
            self.telling = False


@contextmanager
def acting(actor: Callable[[], Actor | None]) -> Iterator[None]:
    """What is written meanwhile, on any of this thread's connections, is that actor's doing."""
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(Announcer(actor)))
        yield


def announce(actor: Actor | None, using: str = "default") -> None:
    """Says anew who acts in the rest of the transaction: a key is found out when statements were made already."""
    with connections[using].cursor() as cursor:
        cursor.execute("select set_config('aira.actor', %s, true)", [json.dumps(asdict(actor)) if actor else ""])


def because(reason: str, using: str = "default") -> None:
    """Why the rest of the transaction is done; recorded with each change."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "select set_config('aira.actor', (coalesce(nullif(current_setting('aira.actor', true), ''), '{}')::jsonb"
            " || jsonb_build_object('reason', %s::text))::text, true)",
            [reason],
        )
