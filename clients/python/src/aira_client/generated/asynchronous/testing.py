"""Operations of testing, with asyncio or trio."""

from typing import Unpack

from aira_client.generated.models import Testing
from aira_client.generated.operations import testing as operations
from aira_client.generated.options import Options
from aira_client.resource import AsyncResource


class AsyncTestingResource(AsyncResource):
    """The operations `testing.…`.

    An operation with which a client tests how it notices a deprecation. It reads and changes nothing.
    """

    async def deprecated(self, **options: Unpack[Options]) -> Testing:
        """Answer like a deprecated operation.

        Deprecated since 2026-12-01. It works until 2099-01-01. Use any other operation: this one is only for tests.

        It reads and changes nothing. It stays deprecated, and works until its far sunset.

        Scope: `testing:read`
        """
        return await self._transport.call(operations.DEPRECATED, (), options)
