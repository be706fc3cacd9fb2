"""Operations of audit_events, and the arguments of their methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import AuditEvent
from aira_client.generated.options import Options


class AuditEventsList(Options, total=False):
    """Arguments of `audit_events.list`."""

    actor_id: str
    actor_kind: str
    at__gte: datetime | str
    at__lt: datetime | str
    business_id: UUID | str
    cursor: str
    """Cursor from `next` or `previous`."""
    ordering: Literal["-at", "at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    row_id: str
    table_name: str
    user: UUID | str
    verb: str
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class AuditEventsRetrieve(Options, total=False):
    """Arguments of `audit_events.retrieve`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


LIST = operations.Operation(
    "audit_events.list",
    "GET",
    "/api/v1/audit-events",
    query=(
        "actor_id",
        "actor_kind",
        "at__gte",
        "at__lt",
        "business_id",
        "cursor",
        "ordering",
        "page_size",
        "request_id",
        "row_id",
        "table_name",
        "user",
        "verb",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
RETRIEVE = operations.Operation(
    "audit_events.retrieve",
    "GET",
    "/api/v1/audit-events/{id}",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: AuditEvent},
)
