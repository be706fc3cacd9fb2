"""Pass events on to the deliveries of subscriptions. Any number of workers can do so, and each can be killed."""

import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.module_loading import import_string
from rest_framework.utils.encoders import JSONEncoder

from aira.events import numbering, subscriptions
from aira.events.event_types import EVERY_TYPE
from aira.events.models import Event, WebhookSubscription
from aira.personal.masks import viewed_by
from aira.schema.sql_calls import rows
from aira.sync import numbering as sync_numbering

log = logging.getLogger("aira.events")

# The most events that one transaction passes on.
BATCH = 200


class Receiver:
    """Viewer of a subscription: it sees personal data or masks."""

    def __init__(self, *, personal_data: bool) -> None:
        self.personal_data = personal_data

    def sees(self, label: str, pk: Any) -> bool:
        """Tell whether the personal data of this row is shown."""
        return self.personal_data


def delivery_id(subscription: UUID, event: int) -> UUID:
    """Return the id of a delivery, which is its `webhook-id`. A replay has the same."""
    return uuid5(NAMESPACE_URL, f"aira:{subscription}:{event}")


def fan_out() -> int:
    """Pass on all events that are committed. Return the number of deliveries."""
    numbering.number_all()
    # Number the changes, too. Otherwise, their notes would pile up while nobody syncs.
    sync_numbering.number_all()
    newest = subscriptions.newest_position()
    behind = WebhookSubscription.objects.filter(endpoint__held_at=None, position__lt=newest)
    made = 0
    for subscription in behind.order_by("created_at", "id"):
        try:
            for count in passed_on(subscription, newest):
                made += count
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # An event that can't be shown must not stop the other subscriptions. This one tries again.
            log.exception("subscription %s: an event after %s can't be shown", subscription.pk, subscription.position)
    return made


def passed_on(subscription: WebhookSubscription, newest: int) -> Iterator[int]:
    """Pass on the events up to a position in batches, and yield the number of deliveries of each."""
    after = subscription.position
    while after < newest:
        events = Event.objects.filter(position__gt=after, position__lte=newest)
        if EVERY_TYPE not in subscription.types:
            events = events.filter(type__in=subscription.types)
        batch = list(events.order_by("position")[:BATCH])
        upto = (batch[-1].position if len(batch) == BATCH else None) or newest
        with viewed_by(Receiver(personal_data=subscription.personal_data)):
            deliveries = [delivery(subscription, event) for event in batch]
        text = json.dumps(deliveries, cls=JSONEncoder)
        made = rows("select private.deliver_events(%s, %s::jsonb, %s, %s)", subscription.pk, text, after, upto)[0][0]
        if made is None:
            # Another worker passed them on, or a replay moved the position back.
            return
        yield made
        after = upto


def delivery(subscription: WebhookSubscription, event: Event) -> dict[str, Any]:
    """Return a delivery as the database reads it."""
    # Webhooks show the event as the API does. Import by name, since the API imports this package.
    show = import_string("aira.api.events.EventSerializer")
    return {
        "id": delivery_id(subscription.pk, event.pk),
        "event": event.pk,
        "type": event.type,
        "object": event.object_id,
        "user": event.user_id,
        "table": "events",
        "body": show().to_representation(event),
    }
