"""Operations of businesses, with asyncio or trio."""

from typing import Unpack

from aira_client.generated.models import ApiJob, Business, Changes, JobStarted, RestoredBusiness, Results
from aira_client.generated.operations import businesses as operations
from aira_client.generated.options import ActionOptions, Id
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncBusinessesResource(AsyncResource):
    """The operations `businesses.…`.

    A business has opening hours, a time zone, phone numbers, appointments and documents. If it moves to the trash, they
    move with it, and come back when it is restored.
    """

    def list(self, **options: Unpack[operations.BusinessesList]) -> AsyncPages[Business]:
        """List businesses.

        Return one page of businesses. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `businesses:read`
        """
        return self._transport.pages(operations.LIST, Business, options)

    async def create(self, **options: Unpack[operations.BusinessesCreate]) -> Business:
        """Create a business.

        Create a business, and return it as it is stored, with its `ETag`.

        Scope: `businesses:create`
        """
        return await self._transport.call(operations.CREATE, (), options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.BusinessesRetrieve]) -> Business:
        """Get a business.

        Return a business with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `businesses:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)

    async def update(self, id: Id, /, **options: Unpack[operations.BusinessesUpdate]) -> Business:
        """Change a business.

        Change the members that the body has. The others stay as they are. `If-Match` is required.

        Scope: `businesses:update`
        """
        return await self._transport.call(operations.UPDATE, (id,), options)

    async def delete(self, id: Id, /, **options: Unpack[operations.BusinessesDelete]) -> JobStarted | None:
        """Move a business to the trash.

        Move a business to the trash, like `POST …/trash`. `If-Match` is required. The status is 202 if a job moves
        thousands of rows.

        Scope: `businesses:trash`
        """
        return await self._transport.call(operations.DELETE, (id,), options)

    async def restore(
        self, id: Id, /, **options: Unpack[operations.BusinessesRestore]
    ) -> RestoredBusiness | JobStarted:
        """Restore a business from the trash.

        Restore a business and the rows that went to the trash with it. Appointments may then exceed a capacity that was
        lowered: `above_capacity` lists them. 202 if a job restores more than 5,000 rows.

        Scope: `businesses:restore`
        """
        return await self._transport.call(operations.RESTORE, (id,), options)

    async def trash(self, id: Id, /, **options: Unpack[ActionOptions]) -> Business | JobStarted:
        """Move a business to the trash.

        Move a business to the trash, with the rows that belong to it. A repeated call changes nothing. The status is
        202 if a job moves thousands of rows.

        Scope: `businesses:trash`
        """
        return await self._transport.call(operations.TRASH, (id,), options)

    async def bulk(self, **options: Unpack[operations.BusinessesBulk]) -> Results:
        """Create up to 100 businesses.

        One refused row does not stop the others, unless `atomic` is true. The status is 201 if all were created, and
        207 otherwise. If `atomic` is true and a row is refused, the status is 409, and nothing is saved.

        Scope: `businesses:create`
        """
        return await self._transport.call(operations.BULK, (), options)

    async def bulk_update(self, **options: Unpack[operations.BusinessesBulkUpdate]) -> Changes | ApiJob:
        """Change up to 100 businesses.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `businesses:update`
        """
        return await self._transport.call(operations.BULK_UPDATE, (), options)
