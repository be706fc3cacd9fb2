"""Operations of booking_rules, and the arguments of their methods."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import ApiJob, BookingRules, Changes, Results
from aira_client.generated.options import BookingRulesBulkUpdateItemRequest, ChangeOptions, Options, PostOptions


class BookingRulesList(Options, total=False):
    """Arguments of `booking_rules.list`."""

    business: UUID | str
    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
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


class BookingRulesCreate(PostOptions, total=False):
    """Arguments of `booking_rules.create`."""

    business: Required[UUID | str]
    """The business that the rules are for. Each business has one set of rules."""
    capacity: int
    """How many appointments the business takes at the same time, 1 to 1000."""
    buffer_before: int
    """Minutes that stay free before each appointment, 0 to 1440."""
    buffer_after: int
    """Minutes that stay free after each appointment, 0 to 1440."""
    min_notice: int
    """Customers must book at least this many minutes before the start, 0 to 525600."""
    slot_step: int | None
    """Minutes from the start of one free time to the next, 1 to 1440. Empty: the duration that is booked."""
    max_days_ahead: int
    """How many days ahead customers can book, 0 to 3650."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class BookingRulesRetrieve(Options, total=False):
    """Arguments of `booking_rules.retrieve`."""

    expand: str
    """Rows to add below `expanded`, with commas between them: business, user. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


class BookingRulesUpdate(ChangeOptions, total=False):
    """Arguments of `booking_rules.update`."""

    capacity: int
    """How many appointments the business takes at the same time, 1 to 1000."""
    buffer_before: int
    """Minutes that stay free before each appointment, 0 to 1440."""
    buffer_after: int
    """Minutes that stay free after each appointment, 0 to 1440."""
    min_notice: int
    """Customers must book at least this many minutes before the start, 0 to 525600."""
    slot_step: int | None
    """Minutes from the start of one free time to the next, 1 to 1440. Empty: the duration that is booked."""
    max_days_ahead: int
    """How many days ahead customers can book, 0 to 3650."""
    business: UUID | str
    """The business that the rules are for. Each business has one set of rules."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class BookingRulesDelete(ChangeOptions, total=False):
    """Arguments of `booking_rules.delete`."""

    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class BookingRulesBulk(PostOptions, total=False):
    """Arguments of `booking_rules.bulk`."""

    items: Required[Sequence[Mapping[str, Any]]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class BookingRulesBulkUpdate(PostOptions, total=False):
    """Arguments of `booking_rules.bulk_update`."""

    items: Required[Sequence[BookingRulesBulkUpdateItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


LIST = operations.Operation(
    "booking_rules.list",
    "GET",
    "/api/v1/booking-rules",
    query=(
        "business",
        "created_at__gte",
        "created_at__lt",
        "cursor",
        "ordering",
        "page_size",
        "updated_since",
        "user",
        "expand",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
CREATE = operations.Operation(
    "booking_rules.create",
    "POST",
    "/api/v1/booking-rules",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=(
        "capacity",
        "buffer_before",
        "buffer_after",
        "min_notice",
        "slot_step",
        "max_days_ahead",
        "business",
        "reason",
    ),
    answers={201: BookingRules},
)
RETRIEVE = operations.Operation(
    "booking_rules.retrieve",
    "GET",
    "/api/v1/booking-rules/{id}",
    query=("expand", "fields"),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: BookingRules},
)
UPDATE = operations.Operation(
    "booking_rules.update",
    "PATCH",
    "/api/v1/booking-rules/{id}",
    headers={"request_id": "X-Request-Id", "if_match": "If-Match"},
    body=(
        "capacity",
        "buffer_before",
        "buffer_after",
        "min_notice",
        "slot_step",
        "max_days_ahead",
        "business",
        "reason",
    ),
    answers={200: BookingRules},
)
DELETE = operations.Operation(
    "booking_rules.delete",
    "DELETE",
    "/api/v1/booking-rules/{id}",
    headers={"request_id": "X-Request-Id", "reason": "X-Reason", "if_match": "If-Match"},
    answers={204: None},
)
BULK = operations.Operation(
    "booking_rules.bulk",
    "POST",
    "/api/v1/booking-rules/bulk",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=("items", "atomic", "reason"),
    answers={201: Results, 207: Results},
)
BULK_UPDATE = operations.Operation(
    "booking_rules.bulk_update",
    "POST",
    "/api/v1/booking-rules/bulk_update",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
