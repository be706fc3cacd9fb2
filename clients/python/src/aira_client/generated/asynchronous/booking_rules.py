"""Operations of booking_rules, with asyncio or trio."""

from typing import Unpack

from aira_client.generated.models import ApiJob, BookingRules, Changes, Results
from aira_client.generated.operations import booking_rules as operations
from aira_client.generated.options import Id
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncBookingRulesResource(AsyncResource):
    """The operations `booking_rules.…`.

    Rules for the bookings of a business: how many at once, with which gaps, and how early or late.
    """

    def list(self, **options: Unpack[operations.BookingRulesList]) -> AsyncPages[BookingRules]:
        """List booking rules.

        Return one page of booking rules. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `booking-rules:read`
        """
        return self._transport.pages(operations.LIST, BookingRules, options)

    async def create(self, **options: Unpack[operations.BookingRulesCreate]) -> BookingRules:
        """Create the booking rules of a business.

        Create the booking rules of a business, and return it as it is stored, with its `ETag`.

        Scope: `booking-rules:create`
        """
        return await self._transport.call(operations.CREATE, (), options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.BookingRulesRetrieve]) -> BookingRules:
        """Get the booking rules of a business.

        Return the booking rules of a business with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304
        without a body.

        Scope: `booking-rules:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)

    async def update(self, id: Id, /, **options: Unpack[operations.BookingRulesUpdate]) -> BookingRules:
        """Change the booking rules of a business.

        Change the members that the body has. The others stay as they are. `If-Match` is required.

        Scope: `booking-rules:update`
        """
        return await self._transport.call(operations.UPDATE, (id,), options)

    async def delete(self, id: Id, /, **options: Unpack[operations.BookingRulesDelete]) -> None:
        """Delete the booking rules of a business.

        Delete the booking rules of a business permanently. `If-Match` is required.

        Scope: `booking-rules:delete`
        """
        await self._transport.call(operations.DELETE, (id,), options)

    async def bulk(self, **options: Unpack[operations.BookingRulesBulk]) -> Results:
        """Create up to 100 booking rules.

        One refused row does not stop the others, unless `atomic` is true. The status is 201 if all were created, and
        207 otherwise. If `atomic` is true and a row is refused, the status is 409, and nothing is saved.

        Scope: `booking-rules:create`
        """
        return await self._transport.call(operations.BULK, (), options)

    async def bulk_update(self, **options: Unpack[operations.BookingRulesBulkUpdate]) -> Changes | ApiJob:
        """Change up to 100 booking rules.

        Each item has the rules of the operation on one row. A refused item does not stop the others, unless `atomic` is
        true. The status is 200 if all were done, and 207 otherwise. If `atomic` is true and an item is refused, the
        status is 409, and nothing is saved. With `Prefer: respond-async`, the status is 202, and a job handles up to
        1,000 items.

        Scope: `booking-rules:update`
        """
        return await self._transport.call(operations.BULK_UPDATE, (), options)
