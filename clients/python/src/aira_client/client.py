"""Clients of the API."""

from typing import Self

from aira_client.async_transport import AsyncTransport
from aira_client.generated.asynchronous import AsyncResources
from aira_client.generated.synchronous import Resources
from aira_client.retries import Policy
from aira_client.settings import Settings
from aira_client.transport import Transport


class Client(Resources):
    """Client of the API. Use it in a `with` statement, or close it. Threads may share it.

    Args:
        url: address of the site, such as https://aira.example, with or without /api/v1.
        key: secret of an API key, which begins with aira_.
        timeout: seconds to wait for an answer.
        retries: how often and how long to try.
    """

    def __init__(self, url: str, key: str, *, timeout: float = 30, retries: Policy | None = None) -> None:
        self._transport = Transport(Settings(url, key, timeout, retries or Policy()))
        super().__init__(self._transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.http.close()


class AsyncClient(AsyncResources):
    """Client of the API for asyncio and trio. Use it in an `async with` statement, or close it.

    Args:
        url: address of the site, such as https://aira.example, with or without /api/v1.
        key: secret of an API key, which begins with aira_.
        timeout: seconds to wait for an answer.
        retries: how often and how long to try.
    """

    def __init__(self, url: str, key: str, *, timeout: float = 30, retries: Policy | None = None) -> None:
        self._transport = AsyncTransport(Settings(url, key, timeout, retries or Policy()))
        super().__init__(self._transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.http.aclose()
