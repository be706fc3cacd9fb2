"""Provide a KB Updater for tests: a small HTTP server in a thread with chosen answers, which stores the requests."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Received:
    id: str
    headers: dict[str, str]
    body: str
    at: float


Answer = Callable[[Received], Awaitable[bytes]]


def plain(status: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def accept(_: Received) -> bytes:
    return plain("200 OK")


@dataclass
class Receiver:
    answer: Answer = accept
    got: list[Received] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.server: asyncio.Server | None = None
        self.tasks: set[asyncio.Task[Any]] = set()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/process-document"

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.got]

    def start(self) -> None:
        self.server = self.do(asyncio.start_server(self.serve, "127.0.0.1", self.port))
        self.port = self.server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Refuse connections until the next start on the same port."""
        if self.server:
            self.do(self.hang_up(self.server))
            self.server = None

    async def hang_up(self, server: asyncio.Server) -> None:
        # Close the socket in this thread. From another thread, the close would race with connections that end at the
        # same moment.
        server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def close(self) -> None:
        self.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def do(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.tasks.add(task)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")[1:-2]
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                received = Received(headers.get("webhook-id", ""), headers, body.decode(), self.loop.time())
                self.got.append(received)
                writer.write(await self.answer(received))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self.tasks.discard(task)
