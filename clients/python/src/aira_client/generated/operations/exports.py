"""Operations of exports, and the arguments of their methods."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required

from aira_client import operations
from aira_client.generated.models import Export, Format
from aira_client.generated.options import Options, PostOptions


class ExportsList(Options, total=False):
    """Arguments of `exports.list`."""

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


class ExportsCreate(PostOptions, total=False):
    """Arguments of `exports.create`."""

    resource: Required[str]
    """Resource whose list is exported, such as `appointments`."""
    format: Format
    filters: Mapping[str, Any]
    """Query parameters of the list: its filters, `fields`, `ordering`, `trashed` and `q`."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class ExportsRetrieve(Options, total=False):
    """Arguments of `exports.retrieve`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


LIST = operations.Operation(
    "exports.list",
    "GET",
    "/api/v1/exports",
    query=("created_at__gte", "created_at__lt", "cursor", "ordering", "page_size", "fields"),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
CREATE = operations.Operation(
    "exports.create",
    "POST",
    "/api/v1/exports",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=("resource", "format", "filters", "reason"),
    answers={202: Export},
)
RETRIEVE = operations.Operation(
    "exports.retrieve",
    "GET",
    "/api/v1/exports/{id}",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Export},
)
CANCEL = operations.Operation(
    "exports.cancel",
    "POST",
    "/api/v1/exports/{id}/cancel",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Export},
)
NEW_LINK = operations.Operation(
    "exports.new_link",
    "POST",
    "/api/v1/exports/{id}/new_link",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Export},
)
