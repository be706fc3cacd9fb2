"""Operations of endpoints, with asyncio or trio."""

import builtins
from typing import Unpack

from aira_client.generated.models import (
    Endpoint,
)
from aira_client.generated.operations import endpoints as operations
from aira_client.generated.options import ActionOptions, Id
from aira_client.resource import AsyncResource


class AsyncEndpointsResource(AsyncResource):
    """The operations `endpoints.…`.

    The addresses to which webhooks of the platform go. A held endpoint keeps its deliveries pending.
    """

    async def list(self, **options: Unpack[operations.EndpointsList]) -> builtins.list[Endpoint]:
        """List service endpoints.

        Return one page of service endpoints. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `endpoints:read`
        """
        return await self._transport.call(operations.LIST, (), options)

    async def retrieve(self, name: Id, /, **options: Unpack[operations.EndpointsRetrieve]) -> Endpoint:
        """Get a service endpoint.

        Return a service endpoint with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `endpoints:read`
        """
        return await self._transport.call(operations.RETRIEVE, (name,), options)

    async def hold(self, name: Id, /, **options: Unpack[operations.EndpointsHold]) -> Endpoint:
        """Hold an endpoint, so that its deliveries stay pending.

        Scope: `endpoints:hold`
        """
        return await self._transport.call(operations.HOLD, (name,), options)

    async def resume(self, name: Id, /, **options: Unpack[ActionOptions]) -> Endpoint:
        """Resume an endpoint and send its pending deliveries.

        Scope: `endpoints:resume`
        """
        return await self._transport.call(operations.RESUME, (name,), options)
