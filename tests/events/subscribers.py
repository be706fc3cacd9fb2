"""Subscribe to events in a test's own database, and run workers that send them."""

import json
from typing import Any
from uuid import uuid4

from standardwebhooks import Webhook

from aira.events.sealing import seal
from aira.events.subscriptions import new_secret
from tests.database import Database
from tests.webhook_receiver import Received, Receiver


class Subscriber:
    """Receiver of a subscription. It keeps the newest event of each object, as a consumer would."""

    def __init__(self, database: Database, receiver: Receiver, *types: str, personal_data: bool = True) -> None:
        self.database, self.receiver = database, receiver
        self.id, self.secret = str(uuid4()), new_secret()
        self.name = f"subscription:{self.id}"
        database.owner(
            "insert into private.service_endpoints (name, base_url) values (%s, %s)", self.name, receiver.url
        )
        database.owner("select private.number_events()")
        database.owner(
            "insert into private.webhook_subscriptions (id, endpoint_id, types, personal_data, secret, made_by, position)"
            " values (%s, %s, %s, %s, %s, 'test', coalesce((select max(position) from private.events), 0))",
            self.id, self.name, list(types) or ["*"], personal_data, seal(self.secret),
        )  # fmt: skip

    def events(self) -> list[dict[str, Any]]:
        """Return the events that arrived. Each signature is verified."""
        return [self.verified(one) for one in list(self.receiver.got)]

    def verified(self, received: Received) -> dict[str, Any]:
        Webhook(self.secret).verify(received.body, received.headers)
        event: dict[str, Any] = json.loads(received.body)
        return event

    def left(self) -> int:
        """Return how many events and deliveries are still to be sent."""
        row = self.database.owner(
            "select (select count(*) from private.events e, private.webhook_subscriptions s"
            "        where e.position is null or e.position > s.position)"
            "     + (select count(*) from private.webhook_deliveries d where d.endpoint = %s and d.delivered_at is null)",
            self.name,
        ).fetchone()
        assert row
        return row[0]
