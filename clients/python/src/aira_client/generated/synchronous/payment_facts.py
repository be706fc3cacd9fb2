"""Operations of payment_facts."""

from typing import Unpack

from aira_client.generated.models import PaymentFact
from aira_client.generated.operations import payment_facts as operations
from aira_client.generated.options import Id
from aira_client.pages import Pages
from aira_client.resource import Resource


class PaymentFactsResource(Resource):
    """The operations `payment_facts.…`.

    Stripe's reports about a payment, its refunds and its disputes. One row for each state.
    """

    def list(self, **options: Unpack[operations.PaymentFactsList]) -> Pages[PaymentFact]:
        """List payment facts.

        Return one page of payment facts. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `payment-facts:read`
        """
        return self._transport.pages(operations.LIST, PaymentFact, options)

    def retrieve(self, id: Id, /, **options: Unpack[operations.PaymentFactsRetrieve]) -> PaymentFact:
        """Get a payment fact.

        Return a payment fact with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `payment-facts:read`
        """
        return self._transport.call(operations.RETRIEVE, (id,), options)
