"""Which endpoints can be reached, and how: their URLs are in the database, their secrets in the settings."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from psycopg import AsyncConnection

from aira.outbox.addresses import url_problem
from aira.outbox.http import Answer, Http
from aira.outbox.signing import Signer

log = logging.getLogger("aira.dispatcher")


class Transport(Protocol):
    async def post(self, headers: dict[str, str], body: str) -> Answer: ...
    async def close(self) -> None: ...


@dataclass(frozen=True)
class Route:
    url: str
    signer: Signer
    transport: Transport


class Routes:
    """secrets: by the endpoint's name; connections: attempts at a time to each, so that a slow one fills no other's;
    allowed_hosts: may be plain http and private addresses; transport: makes another one than HTTP, of a URL."""

    def __init__(
        self,
        secrets: dict[str, list[str]],
        *,
        allowed_hosts: list[str],
        connections: int = 100,
        transport: Callable[[str], Transport] | None = None,
    ) -> None:
        self.signers = {name: Signer(of_one) for name, of_one in secrets.items() if of_one}
        self.allowed_hosts = allowed_hosts
        self.connections = connections
        self.transport = transport or self.http
        self.known: dict[str, Route] = {}
        self.said: dict[str, str] = {}

    def http(self, url: str) -> Transport:
        allowed = urlsplit(url).hostname in self.allowed_hosts
        return Http(url, allowed=allowed)

    async def refresh(self, connection: AsyncConnection[Any]) -> None:
        """As the database has them now, without what has no secret or may not be reached: its deliveries wait."""
        cursor = await connection.execute("select name, base_url from private.service_endpoints")
        signed = [(name, url) for name, url in await cursor.fetchall() if name in self.signers]
        urls = {name: url for name, url in signed if self.may_reach(name, url)}
        for name, route in list(self.known.items()):
            if urls.get(name) != route.url:
                del self.known[name]
                await route.transport.close()
        for name, url in urls.items():
            if name not in self.known:
                self.known[name] = Route(url, self.signers[name], self.transport(url))

    def may_reach(self, name: str, url: str) -> bool:
        problem = url_problem(url, self.allowed_hosts)
        if problem and self.said.get(name) != problem:
            log.error("deliveries to %s wait: %s", name, problem)
            self.said[name] = problem
        return problem is None

    async def close(self) -> None:
        for route in self.known.values():
            await route.transport.close()
        self.known.clear()
