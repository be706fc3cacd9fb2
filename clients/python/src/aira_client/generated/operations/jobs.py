"""Operations of jobs, and the arguments of their methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from aira_client import operations
from aira_client.generated.models import ApiJob
from aira_client.generated.options import Options


class JobsList(Options, total=False):
    """Arguments of `jobs.list`."""

    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    kind: str
    """One of export, bulk, search, or several with commas between them."""
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class JobsRetrieve(Options, total=False):
    """Arguments of `jobs.retrieve`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


LIST = operations.Operation(
    "jobs.list",
    "GET",
    "/api/v1/jobs",
    query=("created_at__gte", "created_at__lt", "cursor", "kind", "ordering", "page_size", "fields"),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
RETRIEVE = operations.Operation(
    "jobs.retrieve",
    "GET",
    "/api/v1/jobs/{id}",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: ApiJob},
)
CANCEL = operations.Operation(
    "jobs.cancel",
    "POST",
    "/api/v1/jobs/{id}/cancel",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: ApiJob},
)
