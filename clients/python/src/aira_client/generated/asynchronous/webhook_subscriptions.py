"""Operations of webhook_subscriptions, with asyncio or trio."""

import builtins
from typing import Unpack

from aira_client.generated.models import (
    Attempt,
    NewSubscription,
    Pinged,
    Replayed,
    Subscription,
)
from aira_client.generated.operations import webhook_subscriptions as operations
from aira_client.generated.options import ActionOptions, Id, Options
from aira_client.pages import AsyncPages
from aira_client.resource import AsyncResource


class AsyncWebhookSubscriptionsResource(AsyncResource):
    """The operations `webhook_subscriptions.…`.

    A subscription sends events of chosen types to a web address. Its secret signs them. It can be paused, tested, and
    asked to send events again.
    """

    def list(self, **options: Unpack[operations.WebhookSubscriptionsList]) -> AsyncPages[Subscription]:
        """List webhook subscriptions.

        Return one page of webhook subscriptions. Iterate over it for all pages. `download` writes all of them to a
        file.

        Scope: `webhook-subscriptions:read`
        """
        return self._transport.pages(operations.LIST, Subscription, options)

    async def create(self, **options: Unpack[operations.WebhookSubscriptionsCreate]) -> NewSubscription:
        """Subscribe to events from now on.

        The answer has the secret, which is not shown again.

        Scope: `webhook-subscriptions:create`
        """
        return await self._transport.call(operations.CREATE, (), options)

    async def retrieve(self, id: Id, /, **options: Unpack[operations.WebhookSubscriptionsRetrieve]) -> Subscription:
        """Get a webhook subscription.

        Return a webhook subscription with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a
        body.

        Scope: `webhook-subscriptions:read`
        """
        return await self._transport.call(operations.RETRIEVE, (id,), options)

    async def update(self, id: Id, /, **options: Unpack[operations.WebhookSubscriptionsUpdate]) -> Subscription:
        """Change a subscription.

        Scope: `webhook-subscriptions:update`
        """
        return await self._transport.call(operations.UPDATE, (id,), options)

    async def delete(self, id: Id, /, **options: Unpack[operations.WebhookSubscriptionsDelete]) -> None:
        """Remove a subscription and its deliveries permanently.

        Scope: `webhook-subscriptions:delete`
        """
        await self._transport.call(operations.DELETE, (id,), options)

    async def attempts(self, id: Id, /, **options: Unpack[Options]) -> builtins.list[Attempt]:
        """List the attempts of the newest deliveries, the newest first.

        Scope: `webhook-subscriptions:read`
        """
        return await self._transport.call(operations.ATTEMPTS, (id,), options)

    async def pause(self, id: Id, /, **options: Unpack[ActionOptions]) -> Subscription:
        """Send nothing until the subscription is resumed.

        Its events wait for 30 days.

        Scope: `webhook-subscriptions:pause`
        """
        return await self._transport.call(operations.PAUSE, (id,), options)

    async def replay(self, id: Id, /, **options: Unpack[operations.WebhookSubscriptionsReplay]) -> Replayed:
        """Send the events since a time again.

        Each keeps its webhook-id.

        Scope: `webhook-subscriptions:replay`
        """
        return await self._transport.call(operations.REPLAY, (id,), options)

    async def resume(self, id: Id, /, **options: Unpack[ActionOptions]) -> Subscription:
        """Send what waits, and further events.

        Scope: `webhook-subscriptions:resume`
        """
        return await self._transport.call(operations.RESUME, (id,), options)

    async def rotate(self, id: Id, /, **options: Unpack[ActionOptions]) -> NewSubscription:
        """Replace the secret.

        For 24 hours, the previous one signs, too.

        Scope: `webhook-subscriptions:rotate`
        """
        return await self._transport.call(operations.ROTATE, (id,), options)

    async def test(self, id: Id, /, **options: Unpack[ActionOptions]) -> Pinged:
        """Send a webhook of the type test.ping.

        Scope: `webhook-subscriptions:test`
        """
        return await self._transport.call(operations.TEST, (id,), options)
