"""Operations of slots, with asyncio or trio."""

import builtins
from typing import Unpack

from aira_client.generated.models import (
    Slot,
)
from aira_client.generated.operations import slots as operations
from aira_client.resource import AsyncResource


class AsyncSlotsResource(AsyncResource):
    """The operations `slots.…`.

    The free times of a business, within its opening hours and booking rules.
    """

    async def list(self, **options: Unpack[operations.SlotsList]) -> builtins.list[Slot]:
        """Return the slots of a business from start to end.

        Return the slots of a business from `start` to `end`.

        Scope: `slots:read`
        """
        return await self._transport.call(operations.LIST, (), options)

    async def nearest(self, **options: Unpack[operations.SlotsNearest]) -> builtins.list[Slot]:
        """Return the slots nearest to a time.

        Scope: `slots:read`
        """
        return await self._transport.call(operations.NEAREST, (), options)
