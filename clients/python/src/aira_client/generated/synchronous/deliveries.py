"""Operations of deliveries."""

import builtins
from typing import Unpack

from aira_client.generated.models import (
    Attempt,
    Delivery,
)
from aira_client.generated.operations import deliveries as operations
from aira_client.generated.options import ActionOptions, Id, Options
from aira_client.pages import Pages
from aira_client.resource import Resource


class DeliveriesResource(Resource):
    """The operations `deliveries.…`.

    Webhooks to the services of the platform, with their attempts. A failed delivery can be sent again.
    """

    def list(self, **options: Unpack[operations.DeliveriesList]) -> Pages[Delivery]:
        """List webhook deliveries.

        Return one page of webhook deliveries. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `deliveries:read`
        """
        return self._transport.pages(operations.LIST, Delivery, options)

    def retrieve(self, id: Id, /, **options: Unpack[operations.DeliveriesRetrieve]) -> Delivery:
        """Get a webhook delivery.

        Return a webhook delivery with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `deliveries:read`
        """
        return self._transport.call(operations.RETRIEVE, (id,), options)

    def attempts(self, id: Id, /, **options: Unpack[Options]) -> builtins.list[Attempt]:
        """List the attempts of a delivery, the newest first.

        Scope: `deliveries:read`
        """
        return self._transport.call(operations.ATTEMPTS, (id,), options)

    def replay(self, id: Id, /, **options: Unpack[ActionOptions]) -> Delivery:
        """Send a dead or delivered webhook again.

        It keeps its webhook-id. A pending one does not change.

        Scope: `deliveries:replay`
        """
        return self._transport.call(operations.REPLAY, (id,), options)
