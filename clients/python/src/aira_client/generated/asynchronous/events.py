"""Operations of events, with asyncio or trio."""

from typing import Unpack

from aira_client.generated.models import Event
from aira_client.generated.operations import events as operations
from aira_client.generated.options import Id
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncEventsResource(AsyncResource):
    """The operations `events.…`.

    Changes of businesses, numbers, bookings, money and documents in the last 30 days, in a fixed order. The guide
    *Events and webhooks* lists the types.
    """

    def list(self, **options: Unpack[operations.EventsList]) -> AsyncPages[Event]:
        """List events.

        Return one page of events. Iterate over it for all pages. `download` writes all of them to a file.

        Scope: `events:read`
        """
        return self._transport.pages(operations.LIST, Event, options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.EventsRetrieve]) -> Event:
        """Get an event.

        Return an event with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a body.

        Scope: `events:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)
