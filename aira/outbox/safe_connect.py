"""Open a TCP connection to a receiver after its address was checked."""

import asyncio
import socket
import time
from collections.abc import Sequence
from typing import Any

from aira.outbox.addresses import public_socket

LOOKUP_KEPT_SECONDS = 60
# RFC 8305: try the next address if the previous one has not responded within this time.
STAGGER_SECONDS = 0.25


class Host:
    """Host and port with a recent DNS result.

    Attributes:
        allowed: private addresses are allowed.
    """

    def __init__(self, name: str, port: int, *, allowed: bool) -> None:
        self.name = name
        self.port = port
        self.allowed = allowed
        self.looked_up = float("-inf")
        self.lookup: asyncio.Task[Sequence[Any]] | None = None

    async def addresses(self) -> Sequence[Any]:
        """Return the addresses from getaddrinfo.

        One lookup serves all callers within a minute. Lookups share few threads, which a dead name server would fill.
        """
        stale = time.monotonic() - self.looked_up > LOOKUP_KEPT_SECONDS
        failed = self.lookup and self.lookup.done() and (self.lookup.cancelled() or self.lookup.exception())
        if self.lookup is None or failed or stale:
            self.looked_up = time.monotonic()
            loop = asyncio.get_running_loop()
            self.lookup = asyncio.ensure_future(loop.getaddrinfo(self.name, self.port, type=socket.SOCK_STREAM))
            # If all callers have given up, nobody retrieves the error, so retrieve it here.
            self.lookup.add_done_callback(lambda lookup: lookup.cancelled() or lookup.exception())
        # A caller that runs out of time must not cancel the lookup for the others.
        return await asyncio.shield(self.lookup)

    async def connect(self) -> socket.socket:
        """Return the first connection that one of the host's addresses accepts.

        Raises OSError with the reason of the last address if none accepts, and PermissionError for a private address.
        """
        infos = await self.addresses()
        dials = [asyncio.create_task(self.dial(info, n * STAGGER_SECONDS)) for n, info in enumerate(infos)]
        connected: socket.socket | None = None
        refused: OSError = OSError(f"DNS has no address for {self.name}")
        try:
            for dial in asyncio.as_completed(dials):
                try:
                    connected = await dial
                    return connected
                except OSError as error:
                    refused = error
            raise refused
        finally:
            for task in dials:
                task.cancel()
            for ended in await asyncio.gather(*dials, return_exceptions=True):
                if isinstance(ended, socket.socket) and ended is not connected:
                    ended.close()

    async def dial(self, info: Any, delay: float) -> socket.socket:
        """Connect to one address after a delay."""
        await asyncio.sleep(delay)
        opened = socket.socket(*info[:3]) if self.allowed else public_socket(info)
        try:
            opened.setblocking(False)
            await asyncio.get_running_loop().sock_connect(opened, info[4])
        except BaseException:
            opened.close()
            raise
        return opened
