"""Send requests and read their answers, with asyncio or trio."""

from collections.abc import Callable, Mapping
from typing import Any

import anyio
import httpx

from aira_client.errors import ConnectionFailed
from aira_client.operations import Operation, Request, request_for
from aira_client.pages import AsyncPages
from aira_client.settings import Settings, arguments


class AsyncTransport:
    """Connections to the API, with retries."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.http = httpx.AsyncClient(**settings.options())

    async def call(self, operation: Operation, path: tuple[Any, ...], values: Mapping[str, Any]) -> Any:
        """Call an operation and return its answer."""
        request = request_for(operation, path, values)
        return self.settings.answer(request, await self.send(request))

    def pages(self, operation: Operation, kind: Any, values: Mapping[str, Any]) -> AsyncPages[Any]:
        """Return the list of an operation."""
        return AsyncPages(self, operation, kind, values)

    async def send(self, request: Request) -> httpx.Response:
        """Send the request until its answer is final. Raises the error of the answer."""
        attempts = self.settings.attempts(request)
        wait = attempts.wait_first()
        while True:
            await anyio.sleep(wait)
            try:
                response = await self.http.request(**arguments(request))
            except httpx.TransportError as error:
                wait = attempts.wait_after_error(error)
                continue
            again = attempts.wait_after(response.status_code, response.content, response.headers)
            if again is None:
                return response
            wait = again

    async def stream(self, request: Request, media_type: str, write: Callable[[bytes], Any]) -> None:
        """Pass a file on in pieces. Raises ConnectionFailed if it breaks off."""
        attempts = self.settings.attempts(request)
        wait = attempts.wait_first()
        options = arguments(request) | {"headers": request.headers | {"Accept": media_type.encode()}}
        is_begun = False
        while True:
            await anyio.sleep(wait)
            try:
                async with self.http.stream(**options) as response:
                    body = b"" if response.is_success else await response.aread()
                    again = attempts.wait_after(response.status_code, body, response.headers)
                    if is_begun := again is None:
                        async for piece in response.aiter_bytes():
                            write(piece)
                        return
                    wait = again
            except httpx.TransportError as error:
                if is_begun:
                    raise ConnectionFailed(f"{request.operation.name}: the file is incomplete. Ask again.") from error
                wait = attempts.wait_after_error(error)
