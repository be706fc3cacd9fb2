"""Operations of payments, with asyncio or trio."""

from typing import Unpack

from aira_client.generated.models import Payment
from aira_client.generated.operations import payments as operations
from aira_client.generated.options import Id
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncPaymentsResource(AsyncResource):
    """The operations `payments.…`.

    Payments at Stripe. `state` says whether the ledger agrees with Stripe's reports, and `problem` why.
    """

    def list(self, **options: Unpack[operations.PaymentsList]) -> AsyncPages[Payment]:
        """List payments.

        Return one page of payments. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `payments:read`
        """
        return self._transport.pages(operations.LIST, Payment, options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.PaymentsRetrieve]) -> Payment:
        """Get a payment.

        Return a payment with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `payments:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)
