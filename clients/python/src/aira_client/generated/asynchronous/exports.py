"""Operations of exports, with asyncio or trio."""

from typing import Unpack

from aira_client.generated.models import Export
from aira_client.generated.operations import exports as operations
from aira_client.generated.options import ActionOptions, Id
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncExportsResource(AsyncResource):
    """The operations `exports.…`.

    A list as a file, which a job writes. Start one, read it until its `state` is final, and get the file from its
    `link`. The link needs no key, continues after an interruption, and ends after 24 hours.
    """

    def list(self, **options: Unpack[operations.ExportsList]) -> AsyncPages[Export]:
        """List exports.

        Return one page of exports. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `exports:read`
        """
        return self._transport.pages(operations.LIST, Export, options)

    async def create(self, **options: Unpack[operations.ExportsCreate]) -> Export:
        """Export a list as a file.

        A job writes it. Read the export until its `state` is final, then get the file from its `link`. It takes the
        scopes to read and to export the list. The reason is recorded.

        Scope: `exports:create`
        """
        return await self._transport.call(operations.CREATE, (), options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.ExportsRetrieve]) -> Export:
        """Get an export.

        Return an export with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `exports:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)

    async def cancel(self, id: Id, /, **options: Unpack[ActionOptions]) -> Export:
        """Cancel a job, or remove the file of an export.

        Idempotent.

        Items that are done stay changed, and `result` has their outcomes.

        Scope: `exports:cancel`
        """
        return await self._transport.call(operations.CANCEL, (id,), options)

    async def new_link(self, id: Id, /, **options: Unpack[ActionOptions]) -> Export:
        """Revoke the link of a file, and return the export with a new one.

        Scope: `exports:new_link`
        """
        return await self._transport.call(operations.NEW_LINK, (id,), options)
