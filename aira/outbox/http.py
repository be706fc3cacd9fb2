"""Post webhooks to receivers that may be slow, broken, hostile or gone."""

import asyncio
import contextlib
import re
import ssl
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from urllib.parse import quote, urlsplit

from aira.outbox.http_answer import Connection, Ended, NoStatus, Reply, as_text, values
from aira.outbox.safe_connect import Host

CONNECT_SECONDS = 5
TOTAL_SECONDS = 20
IDLE_SECONDS = 15
ANSWER_BYTES = 4096
LONGEST_WAIT = 24 * 60 * 60


@dataclass(frozen=True)
class Answer:
    """Result of an attempt.

    Attributes:
        status: the HTTP status, or None without a response.
        error: None for a 2xx status.
        retry_after: seconds.
    """

    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    head: str | None = None
    body: str | None = None


def answered(status: int, reason: str | None, headers: list[tuple[str, str]], body: str) -> Answer:
    """Return the result of an HTTP response. Only the status decides. The other parts are for the log."""
    waits = [wait for value in values(headers, "retry-after") if (wait := retry_after(value)) is not None]
    return Answer(
        status=status,
        error=None if 200 <= status <= 299 else f"answered {status} {reason or ''}"[:1000].rstrip(),
        retry_after=max(waits, default=None),
        head="\n".join(f"{name}: {value}" for name, value in headers)[:ANSWER_BYTES],
        body=body,
    )


def retry_after(value: str) -> float | None:
    """Return the seconds of a Retry-After header with seconds or a date, at most a day. None for other values."""
    value = value.strip()
    if re.fullmatch("[0-9]+", value):
        return float(min(int(value[:10]), LONGEST_WAIT))
    try:
        at = parsedate_to_datetime(value[:100])
        wait = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, IndexError, ArithmeticError):
        # For example, a year that no C integer can hold raises OverflowError.
        return None
    return min(max(0.0, wait), LONGEST_WAIT)


class Http:
    """Client of one endpoint that reuses its connections.

    Attributes:
        allowed: its host may have a private address.
        seconds: the limit for a whole request, including the connect.
    """

    def __init__(self, url: str, *, allowed: bool, seconds: float = TOTAL_SECONDS) -> None:
        parts = urlsplit(url)
        name = parts.hostname or ""
        self.secure = parts.scheme == "https"
        self.host = Host(name, parts.port or (443 if self.secure else 80), allowed=allowed)
        self.target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
            f"?{quote(parts.query, safe="/?%:@!$&'()*+,;=~")}" if parts.query else ""
        )
        self.authority = (f"[{name}]" if ":" in name else name) + (f":{parts.port}" if parts.port else "")
        self.seconds = seconds
        self.idle: list[Connection] = []
        self.closed = False

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """TLS settings of the connections."""
        return ssl.create_default_context()

    async def close(self) -> None:
        """Close idle connections now, and the other ones after their request."""
        self.closed = True
        while self.idle:
            self.idle.pop().close()

    async def post(self, headers: dict[str, str], body: str) -> Answer:
        """Send a webhook. Errors become the result. This method never raises."""
        reply, error = Reply(), ""
        try:
            async with asyncio.timeout(self.seconds):
                await self.exchange(self.request(headers, body.encode()), reply)
        except TimeoutError:
            error = f"no answer within {self.seconds:g} s ({CONNECT_SECONDS} s to connect)"
        except Exception as problem:
            error = str(problem) if isinstance(problem, NoStatus) else f"{type(problem).__name__}: {problem}"
        if reply.status is None:
            return Answer(error=error[:1000])
        return answered(reply.status, reply.reason, reply.headers, as_text(reply.body))

    def request(self, headers: dict[str, str], body: bytes) -> bytes:
        """Return the bytes of a request."""
        lines = [
            f"POST {self.target} HTTP/1.1",
            f"host: {self.authority.encode('idna').decode()}",
            f"content-length: {len(body)}",
            "accept: */*",
            "accept-encoding: identity",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body

    async def exchange(self, request: bytes, reply: Reply) -> None:
        """Send the request over a kept connection, or over a new one."""
        if connection := self.kept():
            # A receiver may close an idle connection just when it is used. This is not an error of the receiver.
            with contextlib.suppress(Ended):
                await self.send(connection, request, reply)
                return
        await self.send(await self.connect(), request, reply)

    async def send(self, connection: Connection, request: bytes, reply: Reply) -> None:
        """Send the request over this connection, and keep the connection if possible."""
        try:
            connection.send(request)
            await connection.read(reply)
        finally:
            if reply.complete and not self.closed:
                connection.idle_since = time.monotonic()
                self.idle.append(connection)
            else:
                connection.close()

    def kept(self) -> Connection | None:
        """Return an idle connection that has received nothing since its last response."""
        while self.idle:
            connection = self.idle.pop()
            young = time.monotonic() - connection.idle_since < IDLE_SECONDS
            if young and not connection.ended and not connection.buffer:
                return connection
            connection.close()
        return None

    async def connect(self) -> Connection:
        """Open a connection."""
        async with asyncio.timeout(CONNECT_SECONDS):
            opened = await self.host.connect()
            _, connection = await asyncio.get_running_loop().create_connection(
                Connection,
                sock=opened,
                ssl=self.tls if self.secure else None,
                server_hostname=self.host.name if self.secure else None,
            )
            return connection


def storable(answer: Answer) -> Answer:
    """Return the result with texts that logs and PostgreSQL accept, without lone surrogates and NULs."""

    def clean(text: str | None) -> str | None:
        return None if text is None else as_text(text.encode("utf-8", "surrogatepass"))

    return replace(answer, error=clean(answer.error), head=clean(answer.head), body=clean(answer.body))
