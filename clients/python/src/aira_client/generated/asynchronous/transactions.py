"""Operations of transactions, with asyncio or trio."""

from typing import Unpack

from aira_client.generated.models import Results, Transaction
from aira_client.generated.operations import transactions as operations
from aira_client.generated.options import ActionOptions, Id
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncTransactionsResource(AsyncResource):
    """The operations `transactions.…`.

    A transaction credits or debits a wallet when it is completed. A debit with `hold` first reserves its amount.
    Refunds and disputes change the amounts of the transaction, and post to the ledger. Amounts are text.
    """

    def list(self, **options: Unpack[operations.TransactionsList]) -> AsyncPages[Transaction]:
        """List transactions.

        Return one page of transactions. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `transactions:read`
        """
        return self._transport.pages(operations.LIST, Transaction, options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.TransactionsRetrieve]) -> Transaction:
        """Get a transaction.

        Return a transaction with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `transactions:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)

    async def complete(self, id: Id, /, **options: Unpack[operations.TransactionsComplete]) -> Transaction:
        """Complete a transaction, which posts it to the ledger.

        Idempotent. `amount` captures a part of a hold.

        Scope: `transactions:complete`
        """
        return await self._transport.call(operations.COMPLETE, (id,), options)

    async def dispute(self, id: Id, /, **options: Unpack[operations.TransactionsDispute]) -> Transaction:
        """Record that the customer's bank took a payment back.

        If the wallet has less, the account owes the rest.

        Scope: `transactions:dispute`
        """
        return await self._transport.call(operations.DISPUTE, (id,), options)

    async def fail(self, id: Id, /, **options: Unpack[ActionOptions]) -> Transaction:
        """Set a pending transaction to failed, which releases a hold.

        Scope: `transactions:fail`
        """
        return await self._transport.call(operations.FAIL, (id,), options)

    async def refund(self, id: Id, /, **options: Unpack[operations.TransactionsRefund]) -> Transaction:
        """Refund part of a completed transaction, or all that is left.

        Scope: `transactions:refund`
        """
        return await self._transport.call(operations.REFUND, (id,), options)

    async def adjust(self, **options: Unpack[operations.TransactionsAdjust]) -> Transaction:
        """Record an adjustment: a credit or debit by hand that corrects an earlier posting.

        Scope: `transactions:adjust`
        """
        return await self._transport.call(operations.ADJUST, (), options)

    async def bulk(self, **options: Unpack[operations.TransactionsBulk]) -> Results:
        """Create up to 100 transactions.

        One refused row does not stop the others, unless `atomic` is true. The status is 201 if all were created, and
        207 otherwise. If `atomic` is true and a row is refused, the status is 409, and nothing is saved.

        Scope: `transactions:record`
        """
        return await self._transport.call(operations.BULK, (), options)

    async def record(self, **options: Unpack[operations.TransactionsRecord]) -> Transaction:
        """Record a transaction.

        An account records each idempotency key once.

        Scope: `transactions:record`
        """
        return await self._transport.call(operations.RECORD, (), options)
