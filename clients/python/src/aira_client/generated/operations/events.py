"""Operations of events, and the arguments of their methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import Event
from aira_client.generated.options import Options


class EventsList(Options, total=False):
    """Arguments of `events.list`."""

    at__gte: datetime | str
    at__lt: datetime | str
    business: UUID | str
    """Id of a business."""
    cursor: str
    """Cursor from `next` or `previous`."""
    object_id: UUID | str
    """Id of the object."""
    object_type: Literal["appointment", "business", "document", "number", "transaction", "wallet"]
    """Kind of the object."""
    ordering: Literal["-position", "position"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    position__gte: int
    """Events from this position on."""
    position__lt: int
    """Events before this position."""
    type: str
    user: UUID | str
    """Id of the account that owns the object."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class EventsRetrieve(Options, total=False):
    """Arguments of `events.retrieve`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


LIST = operations.Operation(
    "events.list",
    "GET",
    "/api/v1/events",
    query=(
        "at__gte",
        "at__lt",
        "business",
        "cursor",
        "object_id",
        "object_type",
        "ordering",
        "page_size",
        "position__gte",
        "position__lt",
        "type",
        "user",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
RETRIEVE = operations.Operation(
    "events.retrieve",
    "GET",
    "/api/v1/events/{id}",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Event},
)
