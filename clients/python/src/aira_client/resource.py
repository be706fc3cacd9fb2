"""Base of the generated resources."""

from aira_client.async_transport import AsyncTransport
from aira_client.transport import Transport


class Resource:
    """Operations of one resource."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport


class AsyncResource:
    """Operations of one resource, with asyncio or trio."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
