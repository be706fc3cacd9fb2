"""Operations of numbers, and the arguments of their methods."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Required
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import ApiJob, BusinessNumber, Changes, JobStarted, NumberType, Results
from aira_client.generated.options import (
    BusinessNumberBulkTrashItemRequest,
    BusinessNumberBulkUpdateItemRequest,
    ChangeOptions,
    Options,
    PostOptions,
)


class NumbersList(Options, total=False):
    """Arguments of `numbers.list`."""

    business: UUID | str
    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    is_active: bool
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    phone_number: str
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


class NumbersCreate(PostOptions, total=False):
    """Arguments of `numbers.create`."""

    phone_number: Required[str]
    """The phone number with its country code, such as +14155550123 (E.164)."""
    display_name: Required[str]
    """Name by which staff and the owner recognise the phone number."""
    country_code: Required[str]
    """Code of the country, such as US (ISO 3166)."""
    number_type: Required[NumberType]
    """Type of the phone number: local, toll-free, mobile, international or vanity (spells a word)."""
    twilio_sid: str | None
    """Twilio's id of the phone number."""
    twilio_account_sid: str | None
    """Id of the account at Twilio that bought the phone number."""
    voice_url: str | None
    """Web address of the Voice Agent, to which Twilio passes calls. If it is left empty, the database fills it in."""
    sms_url: str | None
    """Web address to which Twilio passes text messages from customers."""
    status_callback_url: str | None
    """Web address to which Twilio reports the result of each call."""
    capabilities: Any
    """What the phone number can do, as JSON: {"voice": true, "sms": false}. Keys: voice, sms, mms, fax."""
    is_primary: bool
    """The business shows its primary number first. It has at most one."""
    is_active: bool
    """The Voice Agent answers calls to the phone number only if it is active."""
    provider: str
    """The company that provides the phone number."""
    purchase_date: datetime | str | None
    """When the phone number was bought."""
    monthly_cost: Decimal | str | None
    """Price of a month, in the currency of the provider."""
    features: Any
    """Extra features from the provider, as a JSON list such as ["call recording"]. At most 64 kB."""
    notes: str | None
    """Notes that the owner and staff can read. At most 10,000 characters."""
    user: UUID | str
    """The account that owns the phone number. If it is left empty, the owner of the business owns it."""
    business: UUID | str | None
    """The business that customers reach by this phone number. Empty if no business uses it."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class NumbersRetrieve(Options, total=False):
    """Arguments of `numbers.retrieve`."""

    expand: str
    """Rows to add below `expanded`, with commas between them: business, user. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


class NumbersUpdate(ChangeOptions, total=False):
    """Arguments of `numbers.update`."""

    phone_number: str
    """The phone number with its country code, such as +14155550123 (E.164)."""
    display_name: str
    """Name by which staff and the owner recognise the phone number."""
    country_code: str
    """Code of the country, such as US (ISO 3166)."""
    number_type: NumberType
    """Type of the phone number: local, toll-free, mobile, international or vanity (spells a word)."""
    twilio_sid: str | None
    """Twilio's id of the phone number."""
    twilio_account_sid: str | None
    """Id of the account at Twilio that bought the phone number."""
    voice_url: str | None
    """Web address of the Voice Agent, to which Twilio passes calls. If it is left empty, the database fills it in."""
    sms_url: str | None
    """Web address to which Twilio passes text messages from customers."""
    status_callback_url: str | None
    """Web address to which Twilio reports the result of each call."""
    capabilities: Any
    """What the phone number can do, as JSON: {"voice": true, "sms": false}. Keys: voice, sms, mms, fax."""
    is_primary: bool
    """The business shows its primary number first. It has at most one."""
    is_active: bool
    """The Voice Agent answers calls to the phone number only if it is active."""
    provider: str
    """The company that provides the phone number."""
    purchase_date: datetime | str | None
    """When the phone number was bought."""
    monthly_cost: Decimal | str | None
    """Price of a month, in the currency of the provider."""
    features: Any
    """Extra features from the provider, as a JSON list such as ["call recording"]. At most 64 kB."""
    notes: str | None
    """Notes that the owner and staff can read. At most 10,000 characters."""
    user: UUID | str
    """The account that owns the phone number. If it is left empty, the owner of the business owns it."""
    business: UUID | str | None
    """The business that customers reach by this phone number. Empty if no business uses it."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class NumbersDelete(ChangeOptions, total=False):
    """Arguments of `numbers.delete`."""

    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class NumbersBulk(PostOptions, total=False):
    """Arguments of `numbers.bulk`."""

    items: Required[Sequence[Mapping[str, Any]]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class NumbersBulkTrash(PostOptions, total=False):
    """Arguments of `numbers.bulk_trash`."""

    items: Required[Sequence[BusinessNumberBulkTrashItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


class NumbersBulkUpdate(PostOptions, total=False):
    """Arguments of `numbers.bulk_update`."""

    items: Required[Sequence[BusinessNumberBulkUpdateItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


LIST = operations.Operation(
    "numbers.list",
    "GET",
    "/api/v1/numbers",
    query=(
        "business",
        "created_at__gte",
        "created_at__lt",
        "cursor",
        "is_active",
        "ordering",
        "page_size",
        "phone_number",
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
    "numbers.create",
    "POST",
    "/api/v1/numbers",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=(
        "phone_number",
        "display_name",
        "country_code",
        "number_type",
        "twilio_sid",
        "twilio_account_sid",
        "voice_url",
        "sms_url",
        "status_callback_url",
        "capabilities",
        "is_primary",
        "is_active",
        "provider",
        "purchase_date",
        "monthly_cost",
        "features",
        "notes",
        "user",
        "business",
        "reason",
    ),
    answers={201: BusinessNumber},
)
RETRIEVE = operations.Operation(
    "numbers.retrieve",
    "GET",
    "/api/v1/numbers/{id}",
    query=("expand", "fields"),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: BusinessNumber},
)
UPDATE = operations.Operation(
    "numbers.update",
    "PATCH",
    "/api/v1/numbers/{id}",
    headers={"request_id": "X-Request-Id", "if_match": "If-Match"},
    body=(
        "phone_number",
        "display_name",
        "country_code",
        "number_type",
        "twilio_sid",
        "twilio_account_sid",
        "voice_url",
        "sms_url",
        "status_callback_url",
        "capabilities",
        "is_primary",
        "is_active",
        "provider",
        "purchase_date",
        "monthly_cost",
        "features",
        "notes",
        "user",
        "business",
        "reason",
    ),
    answers={200: BusinessNumber},
)
DELETE = operations.Operation(
    "numbers.delete",
    "DELETE",
    "/api/v1/numbers/{id}",
    headers={"request_id": "X-Request-Id", "reason": "X-Reason", "if_match": "If-Match"},
    answers={204: None, 202: JobStarted},
)
RESTORE = operations.Operation(
    "numbers.restore",
    "POST",
    "/api/v1/numbers/{id}/restore",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: BusinessNumber, 202: JobStarted},
)
TRASH = operations.Operation(
    "numbers.trash",
    "POST",
    "/api/v1/numbers/{id}/trash",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: BusinessNumber, 202: JobStarted},
)
BULK = operations.Operation(
    "numbers.bulk",
    "POST",
    "/api/v1/numbers/bulk",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=("items", "atomic", "reason"),
    answers={201: Results, 207: Results},
)
BULK_TRASH = operations.Operation(
    "numbers.bulk_trash",
    "POST",
    "/api/v1/numbers/bulk_trash",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
BULK_UPDATE = operations.Operation(
    "numbers.bulk_update",
    "POST",
    "/api/v1/numbers/bulk_update",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
