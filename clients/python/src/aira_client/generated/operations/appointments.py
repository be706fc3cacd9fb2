"""Operations of appointments, and the arguments of their methods."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, Required
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import (
    ApiJob,
    Appointment,
    AppointmentSource,
    BookingCheck,
    Changes,
    JobStarted,
    Results,
    Slot,
)
from aira_client.generated.options import (
    ActionOptions,
    AppointmentBulkCancelItemRequest,
    AppointmentBulkCompleteItemRequest,
    AppointmentBulkNoShowItemRequest,
    AppointmentBulkTrashItemRequest,
    AppointmentBulkUpdateItemRequest,
    ChangeOptions,
    Options,
    PostOptions,
    RowOptions,
)


class AppointmentsList(Options, total=False):
    """Arguments of `appointments.list`."""

    business: UUID | str
    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    customer_phone: str
    external_id: str
    ordering: Literal["-created_at", "created_at", "-scheduled_at", "scheduled_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    q: str
    """Id, e-mail, phone number, Twilio SID, payment intent or words. Finds at most 100 rows. Without personal:read,
    people are found only by a whole e-mail, phone number or word of the name.
    """
    scheduled_at__gte: datetime | str
    scheduled_at__lt: datetime | str
    source: str
    """One of manual, voice_agent, web, sms, or several with commas between them."""
    status: str
    """One of confirmed, cancelled, completed, no_show, or several with commas between them."""
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


class AppointmentsCreate(PostOptions, total=False):
    """Arguments of `appointments.create`."""

    customer_name: Required[str]
    """The customer's name. At most 200 characters, one line."""
    scheduled_at: Required[datetime | str]
    """When the appointment starts."""
    business: Required[UUID | str]
    """The business that the customer visits."""
    customer_phone: str | None
    """The customer's phone number in any spelling. At most 40 characters."""
    customer_email: str | None
    """The customer's e-mail address. At most 254 characters."""
    duration: int
    """Duration in minutes, 1 to 1440."""
    source: AppointmentSource
    """The channel through which the appointment was made."""
    external_id: str | None
    """Id that the source gave the appointment, such as the id of the call (Twilio CallSid). Each id makes one
    appointment.
    """
    notes: str | None
    """Notes that the business can read. A cancellation adds its reason. At most 10,000 characters."""
    service_type: str | None
    """The service that is booked, such as Haircut."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class AppointmentsRetrieve(Options, total=False):
    """Arguments of `appointments.retrieve`."""

    expand: str
    """Rows to add below `expanded`, with commas between them: business, user. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


class AppointmentsUpdate(ChangeOptions, total=False):
    """Arguments of `appointments.update`."""

    customer_name: str
    """The customer's name. At most 200 characters, one line."""
    customer_phone: str | None
    """The customer's phone number in any spelling. At most 40 characters."""
    customer_email: str | None
    """The customer's e-mail address. At most 254 characters."""
    scheduled_at: datetime | str
    """When the appointment starts."""
    duration: int
    """Duration in minutes, 1 to 1440."""
    source: AppointmentSource
    """The channel through which the appointment was made."""
    external_id: str | None
    """Id that the source gave the appointment, such as the id of the call (Twilio CallSid). Each id makes one
    appointment.
    """
    notes: str | None
    """Notes that the business can read. A cancellation adds its reason. At most 10,000 characters."""
    service_type: str | None
    """The service that is booked, such as Haircut."""
    business: UUID | str
    """The business that the customer visits."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class AppointmentsDelete(ChangeOptions, total=False):
    """Arguments of `appointments.delete`."""

    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class AppointmentsCancel(RowOptions, total=False):
    """Arguments of `appointments.cancel`."""

    reason: str


class AppointmentsReschedule(ActionOptions, total=False):
    """Arguments of `appointments.reschedule`."""

    scheduled_at: Required[datetime | str]
    duration: int | None
    """Minutes. Default: unchanged."""


class AppointmentsBook(PostOptions, total=False):
    """Arguments of `appointments.book`."""

    business: Required[UUID | str]
    scheduled_at: Required[datetime | str]
    customer_name: Required[str]
    duration: int
    """Minutes."""
    customer_phone: str
    customer_email: str
    source: AppointmentSource
    external_id: str
    """The same id and time return the first appointment."""
    service_type: str
    notes: str
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class AppointmentsBulk(PostOptions, total=False):
    """Arguments of `appointments.bulk`."""

    items: Required[Sequence[Mapping[str, Any]]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class AppointmentsBulkCancel(PostOptions, total=False):
    """Arguments of `appointments.bulk_cancel`."""

    items: Required[Sequence[AppointmentBulkCancelItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


class AppointmentsBulkComplete(PostOptions, total=False):
    """Arguments of `appointments.bulk_complete`."""

    items: Required[Sequence[AppointmentBulkCompleteItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


class AppointmentsBulkNoShow(PostOptions, total=False):
    """Arguments of `appointments.bulk_no_show`."""

    items: Required[Sequence[AppointmentBulkNoShowItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


class AppointmentsBulkTrash(PostOptions, total=False):
    """Arguments of `appointments.bulk_trash`."""

    items: Required[Sequence[AppointmentBulkTrashItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


class AppointmentsBulkUpdate(PostOptions, total=False):
    """Arguments of `appointments.bulk_update`."""

    items: Required[Sequence[AppointmentBulkUpdateItemRequest]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""
    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


class AppointmentsCheck(Options, total=False):
    """Arguments of `appointments.check`."""

    business: Required[UUID | str]
    scheduled_at: Required[datetime | str]
    duration: int
    """Minutes."""
    exclude: UUID | str
    """The appointment that is to move to this time."""


class AppointmentsNearest(Options, total=False):
    """Arguments of `appointments.nearest`."""

    business: Required[UUID | str]
    near: Required[datetime | str | date]
    """A time with an offset, or a date such as 2026-12-24 in the business's time zone."""
    duration: int
    """Minutes."""
    limit: int


class AppointmentsSlots(Options, total=False):
    """Arguments of `appointments.slots`."""

    business: Required[UUID | str]
    end: Required[datetime | str | date]
    """A time with an offset, or a date such as 2026-12-24 in the business's time zone. Excluded, at most 62 days
    later.
    """
    start: Required[datetime | str | date]
    """A time with an offset, or a date such as 2026-12-24 in the business's time zone."""
    duration: int
    """Minutes."""
    limit: int
    step: int | None
    """Minutes between two starts. Default: the step of the business."""


LIST = operations.Operation(
    "appointments.list",
    "GET",
    "/api/v1/appointments",
    query=(
        "business",
        "created_at__gte",
        "created_at__lt",
        "cursor",
        "customer_phone",
        "external_id",
        "ordering",
        "page_size",
        "q",
        "scheduled_at__gte",
        "scheduled_at__lt",
        "source",
        "status",
        "trashed",
        "updated_since",
        "user",
        "expand",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
CREATE = operations.Operation(
    "appointments.create",
    "POST",
    "/api/v1/appointments",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=(
        "customer_name",
        "customer_phone",
        "customer_email",
        "scheduled_at",
        "duration",
        "source",
        "external_id",
        "notes",
        "service_type",
        "business",
        "reason",
    ),
    answers={201: Appointment},
)
RETRIEVE = operations.Operation(
    "appointments.retrieve",
    "GET",
    "/api/v1/appointments/{id}",
    query=("expand", "fields"),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Appointment},
)
UPDATE = operations.Operation(
    "appointments.update",
    "PATCH",
    "/api/v1/appointments/{id}",
    headers={"request_id": "X-Request-Id", "if_match": "If-Match"},
    body=(
        "customer_name",
        "customer_phone",
        "customer_email",
        "scheduled_at",
        "duration",
        "source",
        "external_id",
        "notes",
        "service_type",
        "business",
        "reason",
    ),
    answers={200: Appointment},
)
DELETE = operations.Operation(
    "appointments.delete",
    "DELETE",
    "/api/v1/appointments/{id}",
    headers={"request_id": "X-Request-Id", "reason": "X-Reason", "if_match": "If-Match"},
    answers={204: None, 202: JobStarted},
)
CANCEL = operations.Operation(
    "appointments.cancel",
    "POST",
    "/api/v1/appointments/{id}/cancel",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Appointment},
)
COMPLETE = operations.Operation(
    "appointments.complete",
    "POST",
    "/api/v1/appointments/{id}/complete",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Appointment},
)
CONFIRM = operations.Operation(
    "appointments.confirm",
    "POST",
    "/api/v1/appointments/{id}/confirm",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Appointment},
)
NO_SHOW = operations.Operation(
    "appointments.no_show",
    "POST",
    "/api/v1/appointments/{id}/no_show",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Appointment},
)
RESCHEDULE = operations.Operation(
    "appointments.reschedule",
    "POST",
    "/api/v1/appointments/{id}/reschedule",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("scheduled_at", "duration", "reason"),
    answers={200: Appointment},
)
RESTORE = operations.Operation(
    "appointments.restore",
    "POST",
    "/api/v1/appointments/{id}/restore",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Appointment, 202: JobStarted},
)
TRASH = operations.Operation(
    "appointments.trash",
    "POST",
    "/api/v1/appointments/{id}/trash",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Appointment, 202: JobStarted},
)
BOOK = operations.Operation(
    "appointments.book",
    "POST",
    "/api/v1/appointments/book",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=(
        "business",
        "scheduled_at",
        "customer_name",
        "duration",
        "customer_phone",
        "customer_email",
        "source",
        "external_id",
        "service_type",
        "notes",
        "reason",
    ),
    answers={201: Appointment, 200: Appointment},
)
BULK = operations.Operation(
    "appointments.bulk",
    "POST",
    "/api/v1/appointments/bulk",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=("items", "atomic", "reason"),
    answers={201: Results, 207: Results},
)
BULK_CANCEL = operations.Operation(
    "appointments.bulk_cancel",
    "POST",
    "/api/v1/appointments/bulk_cancel",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
BULK_COMPLETE = operations.Operation(
    "appointments.bulk_complete",
    "POST",
    "/api/v1/appointments/bulk_complete",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
BULK_NO_SHOW = operations.Operation(
    "appointments.bulk_no_show",
    "POST",
    "/api/v1/appointments/bulk_no_show",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
BULK_TRASH = operations.Operation(
    "appointments.bulk_trash",
    "POST",
    "/api/v1/appointments/bulk_trash",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
BULK_UPDATE = operations.Operation(
    "appointments.bulk_update",
    "POST",
    "/api/v1/appointments/bulk_update",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "prefer": "Prefer"},
    body=("items", "atomic", "reason"),
    answers={200: Changes, 202: ApiJob, 207: Changes},
)
CHECK = operations.Operation(
    "appointments.check",
    "GET",
    "/api/v1/appointments/check",
    query=("business", "duration", "exclude", "scheduled_at"),
    headers={"request_id": "X-Request-Id"},
    answers={200: BookingCheck},
)
NEAREST = operations.Operation(
    "appointments.nearest",
    "GET",
    "/api/v1/appointments/nearest",
    query=("business", "duration", "limit", "near"),
    headers={"request_id": "X-Request-Id"},
    answers={200: list[Slot]},
)
SLOTS = operations.Operation(
    "appointments.slots",
    "GET",
    "/api/v1/appointments/slots",
    query=("business", "duration", "end", "limit", "start", "step"),
    headers={"request_id": "X-Request-Id"},
    answers={200: list[Slot]},
)
