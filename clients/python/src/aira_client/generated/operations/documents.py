"""Operations of documents, and the arguments of their methods."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import ApiJob, Changes, Document, JobStarted, Results
from aira_client.generated.options import (
    ChangeOptions,
    DocumentBulkProcessAgainItemRequest,
    DocumentBulkRetryItemRequest,
    DocumentBulkTrashItemRequest,
    DocumentBulkUpdateItemRequest,
    Options,
    PostOptions,
)


class DocumentsList(Options, total=False):
    """Arguments of `documents.list`."""

    business: UUID | str
    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    processing_status: str
    """One of pending, processing, completed, failed, or several with commas between them."""
    q: str
    """Id, e-mail, phone number, Twilio SID, payment intent or words. Finds at most 100 rows. Without personal:read,
    people are found only by a whole e-mail, phone number or word of the name.
    """
    trashed: Literal["true", "false", "any"]
    """Rows in the trash: excluded (false), only these (true), or included (any). With updated_since: any."""
    updated_since: datetime | str
    """Rows that changed since this time, also those in the trash, in an order that misses none: see the guide Pages.
    Follow `resume`.
    """
    user: UUID | str
    expand: str
    """Rows to add below `expanded`, with commas between them: business, user. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class DocumentsCreate(PostOptions, total=False):
    """Arguments of `documents.create`."""

    file_name: Required[str]
    """Name of the uploaded file. At most 255 characters, one line."""
    file_path: Required[str]
    """Where the file is in the storage. For uploads, it begins with the id of the business and “/”."""
    business: Required[UUID | str]
    """The business that the document is about."""
    file_size: int | None
    """Size of the file in bytes."""
    mime_type: str | None
    """Type of the file, such as application/pdf."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class DocumentsRetrieve(Options, total=False):
    """Arguments of `documents.retrieve`."""

    expand: str
    """Rows to add below `expanded`, with commas between them: business, user. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


class DocumentsUpdate(ChangeOptions, total=False):
    """Arguments of `documents.update`."""

    file_name: str
    """Name of the uploaded file. At most 255 characters, one line."""
    file_path: str
    """Where the file is in the storage. For uploads, it begins with the id of the business and “/”."""
    file_size: int | None
    """Size of the file in bytes."""
    mime_type: str | None
    """Type of the file, such as application/pdf."""
    business: UUID | str
    """The business that the document is about."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class DocumentsDelete(ChangeOptions, total=False):
    """Arguments of `documents.delete`."""

    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class DocumentsBulk(PostOptions, total=False):
    """Arguments of `documents.bulk`."""

    items: Required[Sequence[Mapping[str, Any]]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class DocumentsBulkProcessAgain(PostOptions, total=False):
    """Arguments of `documents.bulk_process_again`."""

    items: Required[Sequence[DocumentBulkProcessAgainItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


class DocumentsBulkRetry(PostOptions, total=False):
    """Arguments of `documents.bulk_retry`."""

    items: Required[Sequence[DocumentBulkRetryItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


class DocumentsBulkTrash(PostOptions, total=False):
    """Arguments of `documents.bulk_trash`."""

    items: Required[Sequence[DocumentBulkTrashItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


class DocumentsBulkUpdate(PostOptions, total=False):
    """Arguments of `documents.bulk_update`."""

    items: Required[Sequence[DocumentBulkUpdateItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


LIST = operations.Operation(
    "documents.list",
    "GET",
    "/api/v1/documents",
    query=(
        "business",
        "created_at__gte",
        "created_at__lt",
        "cursor",
        "ordering",
        "page_size",
        "processing_status",
        "q",
        "trashed",
        "updated_since",
        "user",
        "expand",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
CREATE = operations.Operation(
    "documents.create",
    "POST",
    "/api/v1/documents",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=("file_name", "file_path", "file_size", "mime_type", "business", "reason"),
    answers={201: Document},
)
RETRIEVE = operations.Operation(
    "documents.retrieve",
    "GET",
    "/api/v1/documents/{id}",
    query=("expand", "fields"),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Document},
)
UPDATE = operations.Operation(
    "documents.update",
    "PATCH",
    "/api/v1/documents/{id}",
    headers={"request_id": "X-Request-Id", "if_match": "If-Match"},
    body=("file_name", "file_path", "file_size", "mime_type", "business", "reason"),
    answers={200: Document},
)
DELETE = operations.Operation(
    "documents.delete",
    "DELETE",
    "/api/v1/documents/{id}",
    headers={"request_id": "X-Request-Id", "reason": "X-Reason", "if_match": "If-Match"},
    answers={204: None, 202: JobStarted},
)
PROCESS_AGAIN = operations.Operation(
    "documents.process_again",
    "POST",
    "/api/v1/documents/{id}/process_again",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Document},
)
RESTORE = operations.Operation(
    "documents.restore",
    "POST",
    "/api/v1/documents/{id}/restore",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Document, 202: JobStarted},
)
RETRY = operations.Operation(
    "documents.retry",
    "POST",
    "/api/v1/documents/{id}/retry",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Document},
)
TRASH = operations.Operation(
    "documents.trash",
    "POST",
    "/api/v1/documents/{id}/trash",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Document, 202: JobStarted},
)
BULK = operations.Operation(
    "documents.bulk",
    "POST",
    "/api/v1/documents/bulk",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=("items", "atomic", "reason"),
    answers={201: Results, 207: Results},
)
BULK_PROCESS_AGAIN = operations.Operation(
    "documents.bulk_process_again",
    "POST",
    "/api/v1/documents/bulk_process_again",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
BULK_RETRY = operations.Operation(
    "documents.bulk_retry",
    "POST",
    "/api/v1/documents/bulk_retry",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
BULK_TRASH = operations.Operation(
    "documents.bulk_trash",
    "POST",
    "/api/v1/documents/bulk_trash",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
BULK_UPDATE = operations.Operation(
    "documents.bulk_update",
    "POST",
    "/api/v1/documents/bulk_update",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
