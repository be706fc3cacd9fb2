"""Operations of businesses, and the arguments of their methods."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import ApiJob, Business, Changes, JobStarted, RestoredBusiness, Results
from aira_client.generated.options import BusinessBulkUpdateItemRequest, ChangeOptions, Options, PostOptions, RowOptions


class BusinessesList(Options, total=False):
    """Arguments of `businesses.list`."""

    business_type: str
    """One of restaurant, retail, service, or several with commas between them."""
    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    is_active: bool
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
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
    """Rows to add below `expanded`, with commas between them: user. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class BusinessesCreate(PostOptions, total=False):
    """Arguments of `businesses.create`."""

    name: Required[str]
    """Name of the business. At most 200 characters, one line."""
    business_type: Required[str]
    """Type of the business: restaurant, retail or service."""
    user: Required[UUID | str]
    """The account that owns the business. If an account adds a business itself, it becomes the owner."""
    description: str | None
    """Description of the business and its services. At most 10,000 characters."""
    email: str | None
    """E-mail address to which customers can write."""
    phone_number: str | None
    """The business's own phone number, with the country code, such as +14155550123 (E.164)."""
    address: str | None
    """Postal address, on one or more lines. At most 500 characters."""
    website: str | None
    """Web address of the business, such as https://example.com."""
    logo_url: str | None
    """Web address of the logo, such as https://example.com/logo.png."""
    is_active: bool
    """The Voice Agent answers calls to the business's phone numbers only if the business is active."""
    timezone: str
    """Time zone of the business, such as Europe/Berlin. Its opening hours and reports use it."""
    business_hours: Any
    """Opening hours in the time zone of the business. Empty means 09:00–18:00 every day."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class BusinessesRetrieve(Options, total=False):
    """Arguments of `businesses.retrieve`."""

    expand: str
    """Rows to add below `expanded`, with commas between them: user. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


class BusinessesUpdate(ChangeOptions, total=False):
    """Arguments of `businesses.update`."""

    name: str
    """Name of the business. At most 200 characters, one line."""
    business_type: str
    """Type of the business: restaurant, retail or service."""
    description: str | None
    """Description of the business and its services. At most 10,000 characters."""
    email: str | None
    """E-mail address to which customers can write."""
    phone_number: str | None
    """The business's own phone number, with the country code, such as +14155550123 (E.164)."""
    address: str | None
    """Postal address, on one or more lines. At most 500 characters."""
    website: str | None
    """Web address of the business, such as https://example.com."""
    logo_url: str | None
    """Web address of the logo, such as https://example.com/logo.png."""
    is_active: bool
    """The Voice Agent answers calls to the business's phone numbers only if the business is active."""
    timezone: str
    """Time zone of the business, such as Europe/Berlin. Its opening hours and reports use it."""
    business_hours: Any
    """Opening hours in the time zone of the business. Empty means 09:00–18:00 every day."""
    user: UUID | str
    """The account that owns the business. If an account adds a business itself, it becomes the owner."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class BusinessesDelete(ChangeOptions, total=False):
    """Arguments of `businesses.delete`."""

    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class BusinessesRestore(RowOptions, total=False):
    """Arguments of `businesses.restore`."""

    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class BusinessesBulk(PostOptions, total=False):
    """Arguments of `businesses.bulk`."""

    items: Required[Sequence[Mapping[str, Any]]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class BusinessesBulkUpdate(PostOptions, total=False):
    """Arguments of `businesses.bulk_update`."""

    items: Required[Sequence[BusinessBulkUpdateItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


LIST = operations.Operation(
    "businesses.list",
    "GET",
    "/api/v1/businesses",
    query=(
        "business_type",
        "created_at__gte",
        "created_at__lt",
        "cursor",
        "is_active",
        "ordering",
        "page_size",
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
    "businesses.create",
    "POST",
    "/api/v1/businesses",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=(
        "name",
        "business_type",
        "description",
        "email",
        "phone_number",
        "address",
        "website",
        "logo_url",
        "is_active",
        "timezone",
        "business_hours",
        "user",
        "reason",
    ),
    answers={201: Business},
)
RETRIEVE = operations.Operation(
    "businesses.retrieve",
    "GET",
    "/api/v1/businesses/{id}",
    query=("expand", "fields"),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Business},
)
UPDATE = operations.Operation(
    "businesses.update",
    "PATCH",
    "/api/v1/businesses/{id}",
    headers={"request_id": "X-Request-Id", "if_match": "If-Match"},
    body=(
        "name",
        "business_type",
        "description",
        "email",
        "phone_number",
        "address",
        "website",
        "logo_url",
        "is_active",
        "timezone",
        "business_hours",
        "user",
        "reason",
    ),
    answers={200: Business},
)
DELETE = operations.Operation(
    "businesses.delete",
    "DELETE",
    "/api/v1/businesses/{id}",
    headers={"request_id": "X-Request-Id", "reason": "X-Reason", "if_match": "If-Match"},
    answers={204: None, 202: JobStarted},
)
RESTORE = operations.Operation(
    "businesses.restore",
    "POST",
    "/api/v1/businesses/{id}/restore",
    headers={
        "request_id": "X-Request-Id",
        "reason": "X-Reason",
        "idempotency_key": "Idempotency-Key",
        "if_match": "If-Match",
    },
    answers={200: RestoredBusiness, 202: JobStarted},
)
TRASH = operations.Operation(
    "businesses.trash",
    "POST",
    "/api/v1/businesses/{id}/trash",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Business, 202: JobStarted},
)
BULK = operations.Operation(
    "businesses.bulk",
    "POST",
    "/api/v1/businesses/bulk",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=("items", "atomic", "reason"),
    answers={201: Results, 207: Results},
)
BULK_UPDATE = operations.Operation(
    "businesses.bulk_update",
    "POST",
    "/api/v1/businesses/bulk_update",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
