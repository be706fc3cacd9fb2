"""Operations of analytics, with asyncio or trio."""

import builtins
from typing import Unpack

from aira_client.generated.models import (
    Figures,
    Report,
)
from aira_client.generated.operations import analytics as operations
from aira_client.generated.options import Id, Options
from aira_client.resource import AsyncResource


class AsyncAnalyticsResource(AsyncResource):
    """The operations `analytics.…`.

    Reports over all accounts, from figures that are refreshed regularly. `refreshed_at` says when.
    """

    async def list(self, **options: Unpack[Options]) -> builtins.list[Report]:
        """List the reports, with the time of their figures.

        Scope: `analytics:read`
        """
        return await self._transport.call(operations.LIST, (), options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.AnalyticsRetrieve]) -> Figures:
        """Return one report over all accounts.

        Scope: `analytics:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)
