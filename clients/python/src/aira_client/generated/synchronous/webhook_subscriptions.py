"""Operations of webhook_subscriptions."""

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
from aira_client.pages import Pages
from aira_client.resource import Resource


class WebhookSubscriptionsResource(Resource):
    """The operations `webhook_subscriptions.…`.

    A subscription sends events of chosen types to a web address. Its secret signs them. It can be paused, tested, and
    asked to send events again.
    """

    def list(self, **options: Unpack[operations.WebhookSubscriptionsList]) -> Pages[Subscription]:
        """List webhook subscriptions.

        Return one page of webhook subscriptions. Iterate over it for all pages. `download` writes all of them to a
        file.

        Scope: `webhook-subscriptions:read`
        """
        return self._transport.pages(operations.LIST, Subscription, options)

    def create(self, **options: Unpack[operations.WebhookSubscriptionsCreate]) -> NewSubscription:
        """Subscribe to events from now on.

        The answer has the secret, which is not shown again.

        Scope: `webhook-subscriptions:create`
        """
        return self._transport.call(operations.CREATE, (), options)

    def retrieve(self, id: Id, /, **options: Unpack[operations.WebhookSubscriptionsRetrieve]) -> Subscription:
        """Get a webhook subscription.

        Return a webhook subscription with its `ETag`. If `If-None-Match` has that `ETag`, the status is 304 without a
        body.

        Scope: `webhook-subscriptions:read`
        """
        return self._transport.call(operations.RETRIEVE, (id,), options)

    def update(self, id: Id, /, **options: Unpack[operations.WebhookSubscriptionsUpdate]) -> Subscription:
        """Change a subscription.

        Scope: `webhook-subscriptions:update`
        """
        return self._transport.call(operations.UPDATE, (id,), options)

    def delete(self, id: Id, /, **options: Unpack[operations.WebhookSubscriptionsDelete]) -> None:
        """Remove a subscription and its deliveries permanently.

        Scope: `webhook-subscriptions:delete`
        """
        self._transport.call(operations.DELETE, (id,), options)

    def attempts(self, id: Id, /, **options: Unpack[Options]) -> builtins.list[Attempt]:
        """List the attempts of the newest deliveries, the newest first.

        Scope: `webhook-subscriptions:read`
        """
        return self._transport.call(operations.ATTEMPTS, (id,), options)

    def pause(self, id: Id, /, **options: Unpack[ActionOptions]) -> Subscription:
        """Send nothing until the subscription is resumed.

        Its events wait for 30 days.

        Scope: `webhook-subscriptions:pause`
        """
        return self._transport.call(operations.PAUSE, (id,), options)

    def replay(self, id: Id, /, **options: Unpack[operations.WebhookSubscriptionsReplay]) -> Replayed:
        """Send the events since a time again.

        Each keeps its webhook-id.

        Scope: `webhook-subscriptions:replay`
        """
        return self._transport.call(operations.REPLAY, (id,), options)

    def resume(self, id: Id, /, **options: Unpack[ActionOptions]) -> Subscription:
        """Send what waits, and further events.

        Scope: `webhook-subscriptions:resume`
        """
        return self._transport.call(operations.RESUME, (id,), options)

    def rotate(self, id: Id, /, **options: Unpack[ActionOptions]) -> NewSubscription:
        """Replace the secret.

        For 24 hours, the previous one signs, too.

        Scope: `webhook-subscriptions:rotate`
        """
        return self._transport.call(operations.ROTATE, (id,), options)

    def test(self, id: Id, /, **options: Unpack[ActionOptions]) -> Pinged:
        """Send a webhook of the type test.ping.

        Scope: `webhook-subscriptions:test`
        """
        return self._transport.call(operations.TEST, (id,), options)
