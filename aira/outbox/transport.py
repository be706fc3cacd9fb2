"""Build the dispatcher from the settings."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from prometheus_client import Counter, Histogram
from psycopg import AsyncConnection

from aira.outbox.addresses import url_problem
from aira.outbox.dispatcher import Dispatcher
from aira.outbox.http import Answer
from aira.outbox.pg_net import PgNet
from aira.outbox.routes import Routes, none
from aira.outbox.signing import Signer
from aira.schema.connection_parameters import parameters

ATTEMPTS = Counter("aira_delivery_attempts", "Webhook attempts", ["endpoint", "outcome"])
SECONDS = Histogram("aira_delivery_seconds", "Response time of receivers", ["endpoint"])


def secrets() -> dict[str, list[str]]:
    """Return the secrets by the endpoint's name."""
    return {"kb_updater": settings.KB_UPDATER_SECRET}


async def connect() -> AsyncConnection[Any]:
    """Open a connection as console, like the site. It also works through a transaction pooler."""
    return await AsyncConnection.connect(**parameters("default"), autocommit=True)


def observe(endpoint: str, answer: Answer, seconds: float) -> None:
    """Count an attempt in the metrics."""
    ATTEMPTS.labels(endpoint, "failed" if answer.error else "delivered").inc()
    SECONDS.labels(endpoint).observe(seconds)


# Reads the secrets of further endpoints from the database.
More = Callable[[AsyncConnection[Any]], Awaitable[dict[str, list[str]]]]


def routes(connections: int = 100, more: More = none) -> Routes:
    """Return the routes that the settings describe, and further ones."""

    def by_pg_net(url: str) -> PgNet:
        return PgNet(connect, url, allowed=urlsplit(url).hostname in settings.WEBHOOK_ALLOWED_HOSTS)

    return Routes(
        secrets(),
        allowed_hosts=settings.WEBHOOK_ALLOWED_HOSTS,
        connections=connections,
        transport=by_pg_net if settings.WEBHOOK_TRANSPORT == "pg_net" else None,
        more=more,
    )


class NotConfigured(Exception):
    """Raised with the reason if nothing can be sent to an endpoint."""


async def test(name: str, url: str) -> Answer:
    """Send a signed webhook of type TEST, even if the endpoint is on hold. It is not logged."""
    signs = secrets().get(name)
    if not signs:
        raise NotConfigured(f"{name} has no secret. Set {name.upper()}_SECRET")
    if problem := url_problem(url, settings.WEBHOOK_ALLOWED_HOSTS):
        raise NotConfigured(problem)
    # Use the order of jsonb, which pg_net keeps.
    body = json.dumps({"type": "TEST", "table": "documents", "record": None, "schema": "public", "old_record": None})
    ways = routes()
    transport = ways.transport(url)
    try:
        return await transport.post(Signer(signs).headers(uuid4(), datetime.now(UTC), body), body)
    finally:
        await transport.close()


def dispatcher(connections: int, count: Callable[[], None] = lambda: None, more: More = none) -> Dispatcher:
    """Return the dispatcher.

    Args:
        connections: concurrent attempts per endpoint.
        count: is called after each attempt.
        more: reads the secrets of further endpoints.
    """

    def observed(endpoint: str, answer: Answer, seconds: float) -> None:
        observe(endpoint, answer, seconds)
        count()

    return Dispatcher(connect, routes(connections, more), observe=observed)
