"""Arguments that many methods share, and objects inside bodies."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Required, TypedDict
from uuid import UUID

from aira_client.generated.models import AppointmentSource, NumberType

# The id of a row, in the path.
Id = UUID | int | str


class ActionOptions(TypedDict, total=False):
    """Arguments of actions on one row."""

    reason: str | None
    """Reason, recorded with the change."""
    idempotency_key: str
    """Key that makes a repetition within 24 hours harmless."""
    if_match: str
    """ETag of the state that you read, or *."""
    request_id: str
    """Id for response, logs and audit. One above 128 characters is replaced."""


class RowOptions(TypedDict, total=False):
    """Arguments of each POST about one row."""

    idempotency_key: str
    """Key that makes a repetition within 24 hours harmless."""
    if_match: str
    """ETag of the state that you read, or *."""
    request_id: str
    """Id for response, logs and audit. One above 128 characters is replaced."""


class PostOptions(TypedDict, total=False):
    """Arguments of each POST."""

    idempotency_key: str
    """Key that makes a repetition within 24 hours harmless."""
    request_id: str
    """Id for response, logs and audit. One above 128 characters is replaced."""


class ChangeOptions(TypedDict, total=False):
    """Arguments of each update and deletion."""

    if_match: Required[str]
    """ETag of the state that you read, or *."""
    request_id: str
    """Id for response, logs and audit. One above 128 characters is replaced."""


class Options(TypedDict, total=False):
    """Arguments of each call."""

    request_id: str
    """Id for response, logs and audit. One above 128 characters is replaced."""


class PatchedDocumentRequest(TypedDict, total=False):
    """A document."""

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


class ReasonRequest(TypedDict, total=False):
    """Body of an action that takes no values."""

    reason: str | None
    """Reason, recorded with the change."""


class PatchedBusinessNumberRequest(TypedDict, total=False):
    """A phone number."""

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


class PatchedBusinessRequest(TypedDict, total=False):
    """A business."""

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


class PatchedBookingRulesRequest(TypedDict, total=False):
    """Booking rules."""

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


class PatchedAppointmentRequest(TypedDict, total=False):
    """An appointment."""

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


class CancelRequest(TypedDict, total=False):
    """Body of a cancellation."""

    reason: str


class DocumentBulkUpdateItemRequest(TypedDict, total=False):
    """Part of DocumentBulkUpdateRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: Required[str]
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: Required[PatchedDocumentRequest]


class DocumentBulkTrashItemRequest(TypedDict, total=False):
    """Part of DocumentBulkTrashRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: str
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: ReasonRequest


class DocumentBulkRetryItemRequest(TypedDict, total=False):
    """Part of DocumentBulkRetryRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: str
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: ReasonRequest


class DocumentBulkProcessAgainItemRequest(TypedDict, total=False):
    """Part of DocumentBulkProcessAgainRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: str
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: ReasonRequest


class BusinessNumberBulkUpdateItemRequest(TypedDict, total=False):
    """Part of BusinessNumberBulkUpdateRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: Required[str]
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: Required[PatchedBusinessNumberRequest]


class BusinessNumberBulkTrashItemRequest(TypedDict, total=False):
    """Part of BusinessNumberBulkTrashRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: str
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: ReasonRequest


class BusinessBulkUpdateItemRequest(TypedDict, total=False):
    """Part of BusinessBulkUpdateRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: Required[str]
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: Required[PatchedBusinessRequest]


class BookingRulesBulkUpdateItemRequest(TypedDict, total=False):
    """Part of BookingRulesBulkUpdateRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: Required[str]
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: Required[PatchedBookingRulesRequest]


class AppointmentBulkUpdateItemRequest(TypedDict, total=False):
    """Part of AppointmentBulkUpdateRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: Required[str]
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: Required[PatchedAppointmentRequest]


class AppointmentBulkTrashItemRequest(TypedDict, total=False):
    """Part of AppointmentBulkTrashRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: str
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: ReasonRequest


class AppointmentBulkNoShowItemRequest(TypedDict, total=False):
    """Part of AppointmentBulkNoShowRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: str
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: ReasonRequest


class AppointmentBulkCompleteItemRequest(TypedDict, total=False):
    """Part of AppointmentBulkCompleteRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: str
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: ReasonRequest


class AppointmentBulkCancelItemRequest(TypedDict, total=False):
    """Part of AppointmentBulkCancelRequest."""

    id: Required[UUID | str]
    """Id of the row."""
    if_match: str
    """ETag of the state that you read, or `*`, like the header If-Match of a request about this row."""
    body: CancelRequest
