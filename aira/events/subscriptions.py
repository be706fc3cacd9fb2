"""Change subscriptions: make, rotate, pause, resume, test, replay and remove them."""

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.db.models.functions import Now
from django.utils import timezone

from aira.events import numbering
from aira.events.event_types import EVENT_TYPES, EVERY_TYPE, TEST_PING
from aira.events.models import NUMBERED, Event, WebhookSubscription
from aira.events.sealing import seal
from aira.outbox import actions as outbox
from aira.outbox.addresses import url_problem
from aira.outbox.models import SUBSCRIPTION, ServiceEndpoint
from aira.schema.errors import Refused
from aira.schema.sql_calls import rows

# Both secrets sign for this long after a rotation.
OVERLAP = timedelta(hours=24)


class SubscriptionRefused(Refused):
    """Raised with the reason if a subscription can't be made or changed as requested.

    Attributes:
        member: the name of the value that is refused.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.member = field


@dataclass(frozen=True)
class NewSecret:
    """Subscription with its secret, which must be shown now."""

    subscription: WebhookSubscription
    secret: str


def new_secret() -> str:
    """Return a new secret as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def check_url(url: str) -> None:
    """Raise SubscriptionRefused for an address to which no webhook may go."""
    if problem := url_problem(url, settings.WEBHOOK_ALLOWED_HOSTS):
        raise SubscriptionRefused("url", f"{problem}.")


def checked_types(types: Sequence[str]) -> list[str]:
    """Return the types in their order. Raises SubscriptionRefused for unknown, repeated or missing ones."""
    if not types:
        raise SubscriptionRefused("types", f"Give at least one type of events, or {EVERY_TYPE} for all.")
    if unknown := sorted(set(types) - {*EVENT_TYPES, EVERY_TYPE}):
        known = ", ".join([EVERY_TYPE, *EVENT_TYPES])
        raise SubscriptionRefused("types", f"No type is called {', '.join(unknown)}. Known: {known}.")
    if len(set(types)) < len(types):
        raise SubscriptionRefused("types", "A type occurs twice. Give each once.")
    if EVERY_TYPE in types and len(types) > 1:
        raise SubscriptionRefused("types", f"{EVERY_TYPE} means every type. Give it alone.")
    return sorted(types)


@transaction.atomic
def subscribe(
    *, url: str, types: Sequence[str], made_by: str, description: str = "", personal_data: bool = False,
    contact: str | None = None,
) -> NewSecret:  # fmt: skip
    """Make a subscription of the events from now on. Raises SubscriptionRefused."""
    check_url(url)
    kinds = checked_types(types)
    numbering.number_all()
    pk, secret = uuid4(), new_secret()
    endpoint = ServiceEndpoint.objects.create(name=f"{SUBSCRIPTION}{pk}", base_url=url)
    subscription = WebhookSubscription.objects.create(
        id=pk,
        endpoint=endpoint,
        description=description,
        types=kinds,
        personal_data=personal_data,
        contact=contact,
        position=newest_position(),
        secret=seal(secret),
        made_by=made_by,
    )
    return NewSecret(subscription, secret)


def newest_position() -> int:
    """Return the position of the newest event."""
    return Event.objects.filter(NUMBERED).order_by("-position").values_list("position", flat=True).first() or 0


@transaction.atomic
def change(*, subscription: WebhookSubscription, url: str | None = None, **values: Any) -> None:
    """Change the address or other values. Raises SubscriptionRefused."""
    if "types" in values:
        values["types"] = checked_types(values["types"])
    if url is not None:
        check_url(url)
        ServiceEndpoint.objects.filter(pk=subscription.endpoint_id).update(base_url=url)
    if values:
        WebhookSubscription.objects.filter(pk=subscription.pk).update(**values)


@transaction.atomic
def rotate(*, subscription: UUID) -> NewSecret:
    """Give the subscription a new secret. The previous one also signs for 24 hours. Older ones end now."""
    row = WebhookSubscription.objects.select_for_update(of=("self",)).get(pk=subscription)
    secret = new_secret()
    row.previous_secret, row.previous_until = row.secret, timezone.now() + OVERLAP
    row.secret = seal(secret)
    row.save(update_fields=["secret", "previous_secret", "previous_until"])
    return NewSecret(row, secret)


@transaction.atomic
def pause(*, subscription: WebhookSubscription, by: str) -> None:
    """Send nothing until the subscription is resumed. Its events wait, for 30 days at most."""
    outbox.hold(endpoint=subscription.endpoint, reason=f"paused by {by}")
    # Send the contact no mail about a pause that a person made.
    WebhookSubscription.objects.filter(pk=subscription.pk).update(told_at=Now())


def resume(*, subscription: WebhookSubscription) -> None:
    """Send what waits, and further events."""
    outbox.resume(endpoint=subscription.endpoint)


def replay(*, subscription: WebhookSubscription, since: datetime) -> int:
    """Send the events since a time again, under the same ids. Return about how many events are read again."""
    first = Event.objects.filter(NUMBERED, at__gte=since).aggregate(first=Min("position"))["first"]
    if first is None:
        return 0
    with transaction.atomic():
        row = WebhookSubscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
        again = Event.objects.filter(position__gte=first, position__lte=row.position).count()
        if again:
            WebhookSubscription.objects.filter(pk=row.pk).update(position=first - 1)
    return again


def ping(*, subscription: WebhookSubscription) -> UUID:
    """Send a webhook of the type test.ping, which is about the subscription. Return the id of the delivery."""
    pk = uuid4()
    body = {
        "id": None,
        "type": TEST_PING,
        "version": 1,
        "at": timezone.now().isoformat().replace("+00:00", "Z"),
        "position": None,
        "user": None,
        "business": None,
        "object_type": "webhook_subscription",
        "object_id": str(subscription.pk),
        "object": {"id": str(subscription.pk), "description": subscription.description},
        "previous": None,
    }
    delivery = {
        "id": str(pk), "event": None, "type": TEST_PING, "object": str(subscription.pk), "user": None,
        "table": "webhook_subscriptions", "body": body,
    }  # fmt: skip
    rows("select private.deliver_events(%s, %s::jsonb)", subscription.pk, json.dumps([delivery]))
    return pk


def unsubscribe(*, subscription: UUID) -> None:
    """Remove a subscription and its deliveries."""
    rows("select private.unsubscribe(%s)", subscription)
