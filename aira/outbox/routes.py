"""Find the endpoints that can be reached. Their URLs are in the database.

The secrets of services are in the settings, those of subscriptions in the database.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlsplit

from psycopg import AsyncConnection

from aira.outbox.addresses import url_problem
from aira.outbox.http import Answer, Http
from aira.outbox.signing import Signer

log = logging.getLogger("aira.dispatcher")


class Transport(Protocol):
    """Way to send a webhook to one endpoint."""

    async def post(self, headers: dict[str, str], body: str) -> Answer:
        """Send a webhook. Errors become the result."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


@dataclass(frozen=True)
class Route:
    """Endpoint that can be reached."""

    url: str
    signer: Signer
    transport: Transport
    secrets: tuple[str, ...] = ()


async def none(connection: AsyncConnection[Any]) -> dict[str, list[str]]:
    """Return no further secrets."""
    return {}


class Routes:
    """Endpoints by name.

    Attributes:
        secrets: by the endpoint's name.
        connections: concurrent attempts per endpoint, so that a slow one does not block the others.
        allowed_hosts: hosts that may use plain http and private addresses.
        transport: returns the way to send to a URL. The default is HTTP.
        more: reads further secrets from the database.
    """

    def __init__(
        self,
        secrets: dict[str, list[str]],
        *,
        allowed_hosts: list[str],
        connections: int = 100,
        transport: Callable[[str], Transport] | None = None,
        more: Callable[[AsyncConnection[Any]], Awaitable[dict[str, list[str]]]] = none,
    ) -> None:
        self.secrets = {name: some for name, some in secrets.items() if some}
        self.more = more
        self.allowed_hosts = allowed_hosts
        self.connections = connections
        self.transport = transport or self.http
        self.known: dict[str, Route] = {}
        self.logged: dict[str, str] = {}

    def http(self, url: str) -> Transport:
        """Return the client of a URL."""
        allowed = urlsplit(url).hostname in self.allowed_hosts
        return Http(url, allowed=allowed)

    async def refresh(self, connection: AsyncConnection[Any]) -> None:
        """Read the endpoints from the database.

        Leave out those without a secret or with a forbidden address. Their deliveries wait.
        """
        secrets = self.secrets | await self.more(connection)
        cursor = await connection.execute("select name, base_url from private.service_endpoints")
        signed = [(name, url) for name, url in await cursor.fetchall() if name in secrets]
        urls = {name: url for name, url in signed if self.may_reach(name, url)}
        for name, route in list(self.known.items()):
            if urls.get(name) != route.url:
                del self.known[name]
                await route.transport.close()
        for name, url in urls.items():
            signs = tuple(secrets[name])
            if name not in self.known:
                self.known[name] = Route(url, Signer(secrets[name]), self.transport(url), signs)
            elif self.known[name].secrets != signs:
                self.known[name] = replace(self.known[name], signer=Signer(secrets[name]), secrets=signs)

    def may_reach(self, name: str, url: str) -> bool:
        """Tell whether webhooks may go to the URL. Log the reason once if not."""
        problem = url_problem(url, self.allowed_hosts)
        if problem and self.logged.get(name) != problem:
            log.error("deliveries to %s wait: %s", name, problem)
            self.logged[name] = problem
        return problem is None

    async def close(self) -> None:
        """Close all clients."""
        for route in self.known.values():
            await route.transport.close()
        self.known.clear()
