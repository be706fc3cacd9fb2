"""Operations of wallets."""

from typing import Unpack

from aira_client.generated.models import Wallet, WalletStatement
from aira_client.generated.operations import wallets as operations
from aira_client.generated.options import Id
from aira_client.pages import Pages
from aira_client.resource import Resource


class WalletsResource(Resource):
    """The operations `wallets.…`.

    Each account has one wallet. Its balance is the result of the ledger, and changes only by transactions. A statement
    shows the entries of a period.
    """

    def list(self, **options: Unpack[operations.WalletsList]) -> Pages[Wallet]:
        """List wallets.

        Return one page of wallets. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `wallets:read`
        """
        return self._transport.pages(operations.LIST, Wallet, options)

    def retrieve(self, id: Id, /, **options: Unpack[operations.WalletsRetrieve]) -> Wallet:
        """Get a wallet.

        Return a wallet with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `wallets:read`
        """
        return self._transport.call(operations.RETRIEVE, (id,), options)

    def statement(self, id: Id, /, **options: Unpack[operations.WalletsStatement]) -> WalletStatement:
        """Return the opening balance, the entries and the closing balance of a period, in one currency.

        Scope: `wallets:read`
        """
        return self._transport.call(operations.STATEMENT, (id,), options)
