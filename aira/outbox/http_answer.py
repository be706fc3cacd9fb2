"""Read an HTTP/1.1 response from a receiver that may send anything, endlessly or not at all."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import cast, override

# Limit of everything before the body, including interim responses.
HEAD_BYTES = 65_536
BODY_BYTES = 4096
# The code is complete only if another character follows it.
STATUS = re.compile(rb"HTTP/1\.[0-9] ([1-9][0-9][0-9])(?=[ \r\n])")
INTERIM = range(100, 200)
SWITCHING_PROTOCOLS = 101
WITHOUT_BODY = (204, 304)
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?")


class NoStatus(Exception):
    """Raised with the beginning of a response that has no status line."""


class Ended(NoStatus):
    """Raised if the receiver ended the connection before it sent anything."""


@dataclass
class Reply:
    """Response as far as it was read.

    Attributes:
        head: its lines, the status line first.
        complete: its end was read, and the connection can carry another request.
    """

    status: int | None = None
    head: list[bytes] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    complete: bool = False

    @property
    def reason(self) -> str:
        """Reason of the status line."""
        return as_text(b"".join(self.head[:1])[len(b"HTTP/1.1 200 ") :]).strip()

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names as they were sent, with their values. A line without a colon is a name without a value."""
        split = (line.partition(b":") for line in self.head[1:])
        return [(as_text(name).strip(), as_text(value).strip()) for name, _, value in split]

    def values(self, name: str) -> list[str]:
        """Return the values of a header."""
        return values(self.headers, name)


def values(headers: list[tuple[str, str]], name: str) -> list[str]:
    """Return the values of a header, given in lower case, in their order."""
    return [value for each, value in headers if each.lower() == name]


class Connection(asyncio.Protocol):
    """Connection whose buffer stays small: it stops reading while the buffer exceeds HEAD_BYTES."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.ended = False
        self.error: Exception | None = None
        self.arrived = asyncio.Event()
        self.transport: asyncio.Transport | None = None
        self.idle_since = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    @override
    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if len(self.buffer) > HEAD_BYTES and self.transport:
            self.transport.pause_reading()
        self.arrived.set()

    @override
    def eof_received(self) -> None:
        self.ended = True
        self.arrived.set()

    @override
    def connection_lost(self, error: Exception | None) -> None:
        self.ended = True
        self.error = error
        self.arrived.set()

    def send(self, request: bytes) -> None:
        """Send a request."""
        if self.transport and not self.ended:
            self.transport.write(request)

    def close(self) -> None:
        """Close the connection."""
        if self.transport:
            self.transport.abort()

    async def more(self) -> bool:
        """Wait for data. Return False if the connection has ended."""
        before = len(self.buffer)
        while len(self.buffer) == before and not self.ended:
            self.arrived.clear()
            if self.transport:
                self.transport.resume_reading()
            await self.arrived.wait()
        return len(self.buffer) > before

    async def line(self, room: int) -> bytes | None:
        """Return the next line without its end. None if it exceeds `room` bytes or the connection ends."""
        searched = 0
        while (end := self.buffer.find(b"\n", searched, room)) < 0:
            searched = len(self.buffer)
            if searched >= room or not await self.more():
                return None
        taken = bytes(self.buffer[:end])
        del self.buffer[: end + 1]
        return taken.removesuffix(b"\r")

    async def take(self, count: int, into: bytearray) -> bool:
        """Move `count` bytes as they arrive. Return False if the connection ended earlier."""
        while count:
            if not self.buffer and not await self.more():
                return False
            part = self.buffer[:count]
            del self.buffer[: len(part)]
            into += part
            count -= len(part)
        return True

    async def read(self, reply: Reply) -> None:
        """Fill the reply as data arrives, so that a caller who stops waiting has what was read.

        Raises NoStatus if the data does not begin with a status line. Later problems are not errors.
        """
        room = HEAD_BYTES
        while reply.status is None:
            status = await self.status()
            if status not in INTERIM or status == SWITCHING_PROTOCOLS:
                reply.status = status
            reply.head = []
            while (line := await self.line(room)) != b"":
                if line is None:
                    reply.head.append(bytes(self.buffer[:BODY_BYTES]))
                    if reply.status is None:
                        raise NoStatus(f"it sent {status} and no final status")
                    return
                reply.head.append(line)
                room = max(0, room - len(line) - 2)
        reply.complete = await self.body(reply) and not self.buffer

    async def status(self) -> int:
        """Return the code of the status line as soon as it is complete. The line stays in the buffer."""
        while not (found := STATUS.match(self.buffer)):
            if b"\n" in self.buffer or len(self.buffer) >= BODY_BYTES or not await self.more():
                # The end of the connection also ends the code.
                if self.ended and (found := STATUS.match(self.buffer + b"\n")):
                    break
                if self.buffer:
                    raise NoStatus(f"it sent no HTTP status: {as_text(self.buffer[:100])!r}")
                raise Ended(f"it ended the connection without an answer{f': {self.error}' if self.error else ''}")
        return int(found[1])

    async def body(self, reply: Reply) -> bool:
        """Read the beginning of the body. Return whether its end was read and the connection stays open."""
        lengths, codings = set(reply.values("content-length")), reply.values("transfer-encoding")
        stays = (
            not reply.head[0].startswith(b"HTTP/1.0") and "close" not in ",".join(reply.values("connection")).lower()
        )
        if reply.status in WITHOUT_BODY or (lengths == {"0"} and not codings):
            return stays
        if not codings and len(lengths) == 1 and (length := lengths.pop()).isdecimal() and len(length) < 19:
            return await self.take(min(int(length), BODY_BYTES), reply.body) and int(length) <= BODY_BYTES and stays
        if [coding.lower() for coding in codings] == ["chunked"] and not lengths:
            return await self.chunks(reply.body) and stays
        await self.take(BODY_BYTES, reply.body)
        return False

    async def chunks(self, into: bytearray) -> bool:
        """Read chunks up to the limit. Return whether their end was read."""
        while (line := await self.line(BODY_BYTES)) is not None and (size := CHUNK.fullmatch(line)):
            length = int(size[1], 16)
            if length == 0:
                # Don't wait for a trailer.
                return await self.line(BODY_BYTES) == b""
            room = BODY_BYTES - len(into)
            if not await self.take(min(length, room), into) or length > room:
                return False
            if await self.line(2) != b"":
                return False
        return False


def as_text(read: bytes | bytearray) -> str:
    """Decode bytes that may not be UTF-8. Replace NULs, which PostgreSQL's text can't hold."""
    return read.decode("utf-8", "replace").replace("\0", "\ufffd")
