"""Send requests and read their answers."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from aira_client.errors import ConnectionFailed
from aira_client.operations import Operation, Request, request_for
from aira_client.pages import Pages
from aira_client.settings import Settings, arguments


class Transport:
    """Connections to the API, with retries."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.http = httpx.Client(**settings.options())

    def call(self, operation: Operation, path: tuple[Any, ...], values: Mapping[str, Any]) -> Any:
        """Call an operation and return its answer."""
        request = request_for(operation, path, values)
        return self.settings.answer(request, self.send(request))

    def pages(self, operation: Operation, kind: Any, values: Mapping[str, Any]) -> Pages[Any]:
        """Return the list of an operation."""
        return Pages(self, operation, kind, values)

    def send(self, request: Request) -> httpx.Response:
        """Send the request until its answer is final. Raises the error of the answer."""
        attempts = self.settings.attempts(request)
        wait = attempts.wait_first()
        while True:
            time.sleep(wait)
            try:
                response = self.http.request(**arguments(request))
            except httpx.TransportError as error:
                wait = attempts.wait_after_error(error)
                continue
            again = attempts.wait_after(response.status_code, response.content, response.headers)
            if again is None:
                return response
            wait = again

    def stream(self, request: Request, media_type: str, write: Callable[[bytes], Any]) -> None:
        """Pass a file on in pieces. Raises ConnectionFailed if it breaks off."""
        attempts = self.settings.attempts(request)
        wait = attempts.wait_first()
        options = arguments(request) | {"headers": request.headers | {"Accept": media_type.encode()}}
        is_begun = False
        while True:
            time.sleep(wait)
            try:
                with self.http.stream(**options) as response:
                    body = b"" if response.is_success else response.read()
                    again = attempts.wait_after(response.status_code, body, response.headers)
                    if is_begun := again is None:
                        for piece in response.iter_bytes():
                            write(piece)
                        return
                    wait = again
            except httpx.TransportError as error:
                if is_begun:
                    raise ConnectionFailed(f"{request.operation.name}: the file is incomplete. Ask again.") from error
                wait = attempts.wait_after_error(error)
