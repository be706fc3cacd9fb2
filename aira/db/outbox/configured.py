"""The dispatcher as the settings have it."""

from typing import Any

from django.conf import settings
from django.db import connections
from prometheus_client import Counter, Histogram
from psycopg import AsyncConnection

from aira.db.outbox.dispatcher import Dispatcher
from aira.db.outbox.http import Answer
from aira.db.outbox.routes import Routes

ATTEMPTS = Counter("aira_delivery_attempts", "Webhook attempts", ["endpoint", "outcome"])
SECONDS = Histogram("aira_delivery_seconds", "How long receivers take to answer", ["endpoint"])


def secrets() -> dict[str, list[str]]:
    return {"kb_updater": settings.KB_UPDATER_SECRET}


async def connect() -> AsyncConnection[Any]:
    """As console, like the site; through a transaction pooler, too."""
    parameters = connections["default"].get_connection_params()
    for key in ("cursor_factory", "context"):
        parameters.pop(key, None)
    return await AsyncConnection.connect(**parameters, autocommit=True)


def observe(endpoint: str, answer: Answer, seconds: float) -> None:
    ATTEMPTS.labels(endpoint, "failed" if answer.error else "delivered").inc()
    SECONDS.labels(endpoint).observe(seconds)


def dispatcher(connections: int) -> Dispatcher:
    routes = Routes(secrets(), allowed_hosts=settings.WEBHOOK_ALLOWED_HOSTS, connections=connections)
    return Dispatcher(connect, routes, observe=observe)
