"""Operations of accounts, with asyncio or trio."""

from typing import Unpack

from aira_client.generated.models import Account
from aira_client.generated.operations import accounts as operations
from aira_client.generated.options import Id
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncAccountsResource(AsyncResource):
    """The operations `accounts.…`.

    The people who use the product. Every other row belongs to an account, which is its `user`. Accounts are created by
    the product's sign-up, so the API only reads them.
    """

    def list(self, **options: Unpack[operations.AccountsList]) -> AsyncPages[Account]:
        """List accounts.

        Return one page of accounts. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `accounts:read`
        """
        return self._transport.pages(operations.LIST, Account, options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.AccountsRetrieve]) -> Account:
        """Get an account.

        Return an account with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `accounts:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)
