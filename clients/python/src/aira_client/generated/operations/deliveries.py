"""Operations of deliveries, and the arguments of their methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import Attempt, Delivery
from aira_client.generated.options import Options


class DeliveriesList(Options, total=False):
    """Arguments of `deliveries.list`."""

    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    delivered_at__isnull: bool
    endpoint: str
    event: str
    next_attempt_at__isnull: bool
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    record_id: UUID | str
    user: UUID | str
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class DeliveriesRetrieve(Options, total=False):
    """Arguments of `deliveries.retrieve`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


LIST = operations.Operation(
    "deliveries.list",
    "GET",
    "/api/v1/deliveries",
    query=(
        "created_at__gte",
        "created_at__lt",
        "cursor",
        "delivered_at__isnull",
        "endpoint",
        "event",
        "next_attempt_at__isnull",
        "ordering",
        "page_size",
        "record_id",
        "user",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
RETRIEVE = operations.Operation(
    "deliveries.retrieve",
    "GET",
    "/api/v1/deliveries/{id}",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Delivery},
)
ATTEMPTS = operations.Operation(
    "deliveries.attempts",
    "GET",
    "/api/v1/deliveries/{id}/attempts",
    headers={"request_id": "X-Request-Id"},
    answers={200: list[Attempt]},
)
REPLAY = operations.Operation(
    "deliveries.replay",
    "POST",
    "/api/v1/deliveries/{id}/replay",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Delivery},
)
