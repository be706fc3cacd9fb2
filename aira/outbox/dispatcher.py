"""Send due deliveries. Any number of dispatchers can run at once, and each can be killed at any time."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg import AsyncConnection, InterfaceError, OperationalError
from psycopg.types.json import Jsonb

from aira.outbox.http import TOTAL_SECONDS, Answer, storable
from aira.outbox.routes import Route, Routes

log = logging.getLogger("aira.dispatcher")

# This is longer than any attempt, so that no other dispatcher sends the same delivery.
LEASE = timedelta(seconds=TOTAL_SECONDS + 10)
POLL_SECONDS = 0.1
REFRESH_SECONDS = 2
# With more endpoints than this, one query asks first which of them have something to send.
FEW = 3
DUE = """
    select n.name from unnest(%s::text[]) n (name)
    where exists (select from private.webhook_deliveries d where d.endpoint = n.name and d.next_attempt_at <= now())
"""
LOST_CONNECTION = (OperationalError, InterfaceError)


class Dispatcher:
    """Dispatcher of webhooks.

    Attributes:
        connect: opens a connection to the database in autocommit, as console.
        looped_at: when it last looked for deliveries.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[AsyncConnection[Any]]],
        routes: Routes,
        *,
        observe: Callable[[str, Answer, float], None] = lambda *_: None,
    ) -> None:
        self.connect = connect
        self.routes = routes
        self.observe = observe
        self.in_flight: dict[str, int] = defaultdict(int)
        self.tasks: set[asyncio.Task[None]] = set()
        self.results: list[dict[str, Any]] = []
        self.wakeup = asyncio.Event()
        self.looped_at: datetime | None = None

    async def run(self, stop: asyncio.Event, *, once: bool = False) -> None:
        """Send until `stop` is set and current attempts have ended.

        With `once`, send until nothing is due.

        If the connection to the database is lost, wait for it, and report the results then. Other errors are raised.
        """
        wait = 0.5
        try:
            while True:
                try:
                    async with await self.connect() as connection:
                        wait = 0.5
                        return await self.pump(connection, stop, once=once)
                except LOST_CONNECTION as error:
                    if once or stop.is_set():
                        raise
                    log.warning("dispatcher lost the database and retries in %s s: %s", wait, error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, 10)
        finally:
            await self.routes.close()

    async def pump(self, connection: AsyncConnection[Any], stop: asyncio.Event, *, once: bool) -> None:
        """Claim, send and report in turn."""
        refreshed = 0.0
        while True:
            self.wakeup.clear()
            self.looped_at = datetime.now(UTC)
            if time.monotonic() - refreshed > REFRESH_SECONDS:
                await self.routes.refresh(connection)
                refreshed = time.monotonic()
            await self.report(connection)
            claimed = 0 if stop.is_set() else await self.claim(connection)
            if not claimed and not self.results:
                if not self.tasks and (stop.is_set() or once):
                    return
                await self.rest(POLL_SECONDS)

    async def rest(self, seconds: float) -> None:
        """Wait until an attempt has ended, or for this long."""
        try:
            await asyncio.wait_for(self.wakeup.wait(), seconds)
        except TimeoutError:
            return

    async def claim(self, connection: AsyncConnection[Any]) -> int:
        """Start attempts for due deliveries within the limit of connections. Return how many."""
        started = 0
        due = await self.due(connection)
        for endpoint, route in self.routes.known.items():
            if endpoint not in due:
                continue
            room = self.routes.connections - self.in_flight[endpoint]
            if room < 1:
                continue
            cursor = await connection.execute(
                "select id, attempt, body from private.claim_deliveries(%s, %s, %s)", [endpoint, room, LEASE]
            )
            for delivery, attempt, body in await cursor.fetchall():
                self.in_flight[endpoint] += 1
                task = asyncio.create_task(self.attempt(endpoint, route, delivery, attempt, body))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
                started += 1
        return started

    async def due(self, connection: AsyncConnection[Any]) -> set[str]:
        """Return the endpoints that may have something to send."""
        names = list(self.routes.known)
        if len(names) <= FEW:
            return set(names)
        cursor = await connection.execute(DUE, [names])
        return {name for (name,) in await cursor.fetchall()}

    async def attempt(self, endpoint: str, route: Route, delivery: UUID, attempt: int, body: str) -> None:
        """Send one delivery and keep the result for the next report."""
        at, started = datetime.now(UTC), time.perf_counter()
        headers = route.signer.headers(delivery, at, body)
        try:
            answer = storable(await route.transport.post(headers, body))
        except Exception as error:
            # Log unexpected errors and continue with the other deliveries.
            log.exception("delivery %s failed unexpectedly", delivery)
            answer = Answer(error=f"{type(error).__name__}: {error}"[:1000])
        finally:
            self.in_flight[endpoint] -= 1
        seconds = time.perf_counter() - started
        if answer.error:
            log.warning(
                "delivery %s to %s, attempt %s: %s", delivery, endpoint, attempt, answer.error,
                extra={"delivery": str(delivery), "endpoint": endpoint, "attempt": attempt, "status": answer.status},
            )  # fmt: skip
        self.observe(endpoint, answer, seconds)
        self.results.append(
            {
                "id": str(uuid4()),
                "at": at.isoformat(),
                "delivery": str(delivery),
                "endpoint": endpoint,
                "attempt": attempt,
                "duration": round(seconds * 1000),
                "status": answer.status,
                "error": answer.error,
                "retry_after": answer.retry_after,
                "request_head": "\n".join(f"{name}: {value}" for name, value in headers.items()),
                "response_head": answer.head,
                "response_body": answer.body,
            }
        )
        self.wakeup.set()

    async def report(self, connection: AsyncConnection[Any]) -> None:
        """Report the results to the database."""
        batch = self.results[:]
        if not batch:
            return
        cursor = await connection.execute("select private.finish_attempts(%s)", [Jsonb(batch)])
        # Keep results until the database has them. After a lost connection they are reported again, which is harmless.
        del self.results[: len(batch)]
        for (alarm,) in await cursor.fetchall():
            log.error(alarm)
