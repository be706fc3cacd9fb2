"""Operations of endpoints."""

import builtins
from typing import Unpack

from aira_client.generated.models import (
    Endpoint,
)
from aira_client.generated.operations import endpoints as operations
from aira_client.generated.options import ActionOptions, Id
from aira_client.resource import Resource


class EndpointsResource(Resource):
    """The operations `endpoints.…`.

    The addresses to which webhooks of the platform go. A held endpoint keeps its deliveries pending.
    """

    def list(self, **options: Unpack[operations.EndpointsList]) -> builtins.list[Endpoint]:
        """List service endpoints.

        Return one page of service endpoints. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `endpoints:read`
        """
        return self._transport.call(operations.LIST, (), options)

    def retrieve(self, name: Id, /, **options: Unpack[operations.EndpointsRetrieve]) -> Endpoint:
        """Get a service endpoint.

        Return a service endpoint with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `endpoints:read`
        """
        return self._transport.call(operations.RETRIEVE, (name,), options)

    def hold(self, name: Id, /, **options: Unpack[operations.EndpointsHold]) -> Endpoint:
        """Hold an endpoint, so that its deliveries stay pending.

        Scope: `endpoints:hold`
        """
        return self._transport.call(operations.HOLD, (name,), options)

    def resume(self, name: Id, /, **options: Unpack[ActionOptions]) -> Endpoint:
        """Resume an endpoint and send its pending deliveries.

        Scope: `endpoints:resume`
        """
        return self._transport.call(operations.RESUME, (name,), options)
