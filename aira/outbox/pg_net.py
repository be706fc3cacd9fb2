"""Send webhooks through the extension pg_net, as on hosted Supabase. It stores the responses in a table."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from aira.outbox.addresses import is_public
from aira.outbox.http import ANSWER_BYTES, TOTAL_SECONDS, Answer, answered
from aira.outbox.http_answer import as_text
from aira.outbox.safe_connect import Host

POLL_SECONDS = 0.25


class PgNet:
    """Client of one endpoint through pg_net.

    pg_net sends at most once and loses requests when it is restarted, so a missing response is a failed attempt.

    Attributes:
        connect: opens a connection in autocommit, as console. One is kept, and opened when it is needed.
        allowed: the host may have a private address. Otherwise the host's addresses are checked before pg_net gets the
            request. pg_net looks the host up again and follows redirects, which can't be checked here.
        seconds: how long to wait for a response, less than the lease of a delivery.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[AsyncConnection[Any]]],
        url: str,
        *,
        allowed: bool,
        seconds: float = TOTAL_SECONDS + 5,
    ) -> None:
        self.connect = connect
        self.url = url
        parts = urlsplit(url)
        self.host = Host(parts.hostname or "", parts.port or 443, allowed=allowed)
        self.seconds = seconds
        self.kept: AsyncConnection[Any] | None = None
        self.opening = asyncio.Lock()
        self.waiting: dict[int, asyncio.Future[Answer]] = {}
        self.poller: asyncio.Task[None] | None = None

    async def post(self, headers: dict[str, str], body: str) -> Answer:
        """Send a webhook.

        Errors become the result, including those of the connection to the database. This method never raises.
        """
        try:
            async with asyncio.timeout(self.seconds):
                await self.check()
                return await (await self.send(headers, body))
        except TimeoutError:
            return Answer(error=f"no answer from pg_net within {self.seconds:g} s")
        except psycopg.Error as error:
            message = error.diag.message_primary or f"{type(error).__name__}: {error}"
            return Answer(error=". ".join(filter(None, (message, error.diag.message_hint)))[:1000])
        except Exception as error:
            return Answer(error=f"{type(error).__name__}: {error}"[:1000])

    async def check(self) -> None:
        """Raise PermissionError if one of the host's addresses is private, since pg_net chooses among them."""
        if self.host.allowed:
            return
        try:
            infos = await self.host.addresses()
        except socket.gaierror as error:
            raise PermissionError(f"The address of {self.host.name} can't be checked: {error.strerror}") from None
        for *_, address in infos:
            if not is_public(address[0]):
                raise PermissionError(f"{self.host.name} is {address[0]}, which is not a public address")

    async def close(self) -> None:
        """Close the connection. Pending requests fail."""
        if self.poller:
            self.poller.cancel()
            await asyncio.wait([self.poller])
        self.give_up(psycopg.OperationalError("The client was closed before pg_net had a response"))
        if self.kept:
            await self.kept.close()

    async def send(self, headers: dict[str, str], body: str) -> asyncio.Future[Answer]:
        """Hand a request to pg_net. Return the future of its result."""
        connection = await self.connection()
        cursor = await connection.execute(
            "select private.send_by_pg_net(%s, %s, %s, %s)", [self.url, body, Jsonb(headers), TOTAL_SECONDS * 1000]
        )
        [(request,)] = await cursor.fetchall()
        answer = self.waiting[request] = asyncio.get_running_loop().create_future()
        if self.poller is None or self.poller.done():
            self.poller = asyncio.create_task(self.poll())
        return answer

    async def connection(self) -> AsyncConnection[Any]:
        """Return the connection, opened again if it was lost."""
        async with self.opening:
            if self.kept is None or self.kept.closed:
                # After a crash of PostgreSQL, pg_net counts from 1 again, so a response could belong to another
                # request.
                self.give_up(psycopg.OperationalError("The connection was lost before pg_net had a response"))
                self.kept = await self.connect()
            return self.kept

    async def poll(self) -> None:
        """Poll until no request is pending."""
        try:
            while self.waiting:
                await asyncio.sleep(POLL_SECONDS)
                connection = await self.connection()
                cursor = await connection.execute("select * from private.pg_net_answers(%s)", [list(self.waiting)])
                for request, *parts in await cursor.fetchall():
                    if (waiting := self.waiting.get(request)) and not waiting.done():
                        waiting.set_result(as_answer(*parts))
                # Remove finished requests, and cancelled ones.
                self.waiting = {request: waiting for request, waiting in self.waiting.items() if not waiting.done()}
        except Exception as error:
            self.give_up(error)

    def give_up(self, error: Exception) -> None:
        """Fail all pending requests."""
        for waiting in self.waiting.values():
            if not waiting.done():
                waiting.set_exception(error)
        self.waiting = {}


def as_answer(status: int | None, head: bytes | None, body: bytes | None, error: str | None) -> Answer:
    """Return the result of a row of pg_net. Its status decides."""
    if status is None:
        return Answer(error=f"pg_net: {error or 'no status'}"[:1000])
    return answered(status, None, headers(head or b""), as_text((body or b"")[:ANSWER_BYTES]))


def headers(head: bytes) -> list[tuple[str, str]]:
    """Return the headers that pg_net stored, as far as they are a JSON object."""
    try:
        kept = json.loads(as_text(head))
    except (ValueError, RecursionError):
        return []
    pairs = kept.items() if isinstance(kept, dict) else ()
    return [(name, each if isinstance(each, str) else json.dumps(each)) for name, each in pairs]
