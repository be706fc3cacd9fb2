"""Operations of webhook_subscriptions, and the arguments of their methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Required

from aira_client import operations
from aira_client.generated.models import Attempt, NewSubscription, Pinged, Replayed, Subscription
from aira_client.generated.options import ActionOptions, ChangeOptions, Options, PostOptions


class WebhookSubscriptionsList(Options, total=False):
    """Arguments of `webhook_subscriptions.list`."""

    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class WebhookSubscriptionsCreate(PostOptions, total=False):
    """Arguments of `webhook_subscriptions.create`."""

    url: Required[str]
    """Address that receives the events: https only."""
    types: Required[Sequence[str]]
    """Types of events. * means every type, also those that are added later."""
    description: str
    personal_data: bool
    """Send names, phone numbers, e-mails and notes unmasked. Needs personal:read."""
    contact: str
    """Gets a message if the subscription is paused because it fails. Default: your own address."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class WebhookSubscriptionsRetrieve(Options, total=False):
    """Arguments of `webhook_subscriptions.retrieve`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


class WebhookSubscriptionsUpdate(ChangeOptions, total=False):
    """Arguments of `webhook_subscriptions.update`."""

    url: str
    types: Sequence[str]
    description: str
    personal_data: bool
    contact: str | None
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class WebhookSubscriptionsDelete(ChangeOptions, total=False):
    """Arguments of `webhook_subscriptions.delete`."""

    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class WebhookSubscriptionsReplay(ActionOptions, total=False):
    """Arguments of `webhook_subscriptions.replay`."""

    since: Required[datetime | str]
    """Events from this time on are sent again, at most those of the last 30 days."""


LIST = operations.Operation(
    "webhook_subscriptions.list",
    "GET",
    "/api/v1/webhook-subscriptions",
    query=("created_at__gte", "created_at__lt", "cursor", "ordering", "page_size", "fields"),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
CREATE = operations.Operation(
    "webhook_subscriptions.create",
    "POST",
    "/api/v1/webhook-subscriptions",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=("url", "types", "description", "personal_data", "contact", "reason"),
    answers={201: NewSubscription},
)
RETRIEVE = operations.Operation(
    "webhook_subscriptions.retrieve",
    "GET",
    "/api/v1/webhook-subscriptions/{id}",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Subscription},
)
UPDATE = operations.Operation(
    "webhook_subscriptions.update",
    "PATCH",
    "/api/v1/webhook-subscriptions/{id}",
    headers={"request_id": "X-Request-Id", "if_match": "If-Match"},
    body=("url", "types", "description", "personal_data", "contact", "reason"),
    answers={200: Subscription},
)
DELETE = operations.Operation(
    "webhook_subscriptions.delete",
    "DELETE",
    "/api/v1/webhook-subscriptions/{id}",
    headers={"request_id": "X-Request-Id", "reason": "X-Reason", "if_match": "If-Match"},
    answers={204: None},
)
ATTEMPTS = operations.Operation(
    "webhook_subscriptions.attempts",
    "GET",
    "/api/v1/webhook-subscriptions/{id}/attempts",
    headers={"request_id": "X-Request-Id"},
    answers={200: list[Attempt]},
)
PAUSE = operations.Operation(
    "webhook_subscriptions.pause",
    "POST",
    "/api/v1/webhook-subscriptions/{id}/pause",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Subscription},
)
REPLAY = operations.Operation(
    "webhook_subscriptions.replay",
    "POST",
    "/api/v1/webhook-subscriptions/{id}/replay",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("since", "reason"),
    answers={202: Replayed},
)
RESUME = operations.Operation(
    "webhook_subscriptions.resume",
    "POST",
    "/api/v1/webhook-subscriptions/{id}/resume",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Subscription},
)
ROTATE = operations.Operation(
    "webhook_subscriptions.rotate",
    "POST",
    "/api/v1/webhook-subscriptions/{id}/rotate",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: NewSubscription},
)
TEST = operations.Operation(
    "webhook_subscriptions.test",
    "POST",
    "/api/v1/webhook-subscriptions/{id}/test",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={202: Pinged},
)
