"""Operations of ledger_entries, with asyncio or trio."""

import builtins
from typing import Unpack

from aira_client.generated.models import (
    ApiJob,
    LedgerEntry,
    LedgerProblem,
)
from aira_client.generated.operations import ledger_entries as operations
from aira_client.generated.options import Id
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncLedgerEntriesResource(AsyncResource):
    """The operations `ledger_entries.…`.

    Each change of a balance is an entry that nobody can change. The entries of a wallet form a chain of hashes. The
    proof looks for contradictions over all accounts.
    """

    def list(self, **options: Unpack[operations.LedgerEntriesList]) -> AsyncPages[LedgerEntry]:
        """List ledger entries.

        Return one page of ledger entries. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `ledger-entries:read`
        """
        return self._transport.pages(operations.LIST, LedgerEntry, options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.LedgerEntriesRetrieve]) -> LedgerEntry:
        """Get a ledger entry.

        Return a ledger entry with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `ledger-entries:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)

    async def proof(self, **options: Unpack[operations.LedgerEntriesProof]) -> builtins.list[LedgerProblem] | ApiJob:
        """Run the ledger proof over all accounts.

        An empty list means that there are no contradictions.

        It takes minutes if there are many entries. With `Prefer: respond-async`, a job runs it.

        Scope: `ledger-entries:read`
        """
        return await self._transport.call(operations.PROOF, (), options)
