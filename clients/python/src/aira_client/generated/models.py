"""Objects of answers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from aira_client.model import Model

__all__ = [
    "AboveCapacity",
    "Account",
    "ApiJob",
    "ApiJobKind",
    "Appointment",
    "AppointmentExpanded",
    "AppointmentSource",
    "AppointmentStatus",
    "Attempt",
    "AuditEvent",
    "BookingCheck",
    "BookingRules",
    "BookingRulesExpanded",
    "Business",
    "BusinessExpanded",
    "BusinessNumber",
    "BusinessNumberExpanded",
    "BusinessType",
    "Change",
    "Changes",
    "Currency",
    "Day",
    "Delivery",
    "Document",
    "DocumentExpanded",
    "Endpoint",
    "Event",
    "EventObjectType",
    "Export",
    "Figures",
    "Format",
    "Item",
    "JobStarted",
    "JobState",
    "LedgerEntry",
    "LedgerEntryExpanded",
    "LedgerEntryKind",
    "LedgerProblem",
    "Money",
    "NewSubscription",
    "NumberType",
    "Operation",
    "Payment",
    "PaymentFact",
    "PaymentFactKind",
    "PaymentState",
    "Pinged",
    "ProcessingStatus",
    "Replayed",
    "Report",
    "RestoredBusiness",
    "Result",
    "Results",
    "Slot",
    "Subscription",
    "SubscriptionState",
    "Testing",
    "Transaction",
    "TransactionExpanded",
    "TransactionStatus",
    "TransactionType",
    "Usage",
    "Wallet",
    "WalletExpanded",
    "WalletStatement",
]

ApiJobKind = Literal["export", "bulk", "search"]

AppointmentSource = Literal["manual", "voice_agent", "web", "sms"]


AppointmentStatus = Literal["confirmed", "cancelled", "completed", "no_show"]


BusinessType = Literal["restaurant", "retail", "service"]

Currency = Literal["USD", "INR"]


EventObjectType = Literal["business", "number", "appointment", "transaction", "wallet", "document"]


Format = Literal["csv", "ndjson", "xlsx"]


JobState = Literal["waiting", "running", "finished", "failed", "cancelled", "expired"]


LedgerEntryKind = Literal["opening", "post", "refund", "reinstate", "close"]

NumberType = Literal["local", "toll_free", "mobile", "international", "vanity"]


PaymentFactKind = Literal["payment", "refund", "dispute", "total"]

PaymentState = Literal["settled", "waiting", "attention", "ignored"]

ProcessingStatus = Literal["pending", "processing", "completed", "failed"]


SubscriptionState = Literal["active", "failing", "paused"]


TransactionStatus = Literal["pending", "completed", "failed", "refunded"]


TransactionType = Literal["credit", "debit"]


class AboveCapacity(Model):
    """An appointment above the capacity."""

    appointment: UUID
    scheduled_at: datetime


class Account(Model):
    """Account as the API shows it."""

    id: UUID
    """Unique id, which never changes."""
    email: str | None
    phone: str | None
    created_at: datetime | None
    """When the row was created."""
    last_sign_in_at: datetime | None


class ApiJob(Model):
    """A job."""

    id: UUID
    """Unique id, which never changes."""
    kind: ApiJobKind | str
    operation: str
    """Operation that the caller asked for, such as a bulk request or an export."""
    state: JobState | str
    """State. The last four are final."""
    total: int | None
    """Number of rows. Empty until they are counted."""
    done: int
    """Number of rows that were handled."""
    problem: dict[str, Any] | None
    """Why the job failed, as a problem."""
    created_at: datetime
    """When the row was created."""
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None
    """When the file and the result are removed."""
    result: Result | None
    """Answer of the operation, for 24 hours."""


class Appointment(Model):
    """An appointment."""

    id: UUID
    """Unique id, which never changes."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
    deleted_at: datetime | None
    """When the row was moved to the trash. Null if it is not there."""
    customer_name: str
    """The customer's name. At most 200 characters, one line."""
    customer_phone: str | None
    """The customer's phone number in any spelling. At most 40 characters."""
    customer_email: str | None
    """The customer's e-mail address. At most 254 characters."""
    scheduled_at: datetime
    """When the appointment starts."""
    duration: int
    """Duration in minutes, 1 to 1440."""
    status: AppointmentStatus | str
    """Only confirmed appointments take up time."""
    source: AppointmentSource | str
    """The channel through which the appointment was made."""
    external_id: str | None
    """Id that the source gave the appointment, such as the id of the call (Twilio CallSid). Each id makes one
    appointment.
    """
    notes: str | None
    """Notes that the business can read. A cancellation adds its reason. At most 10,000 characters."""
    service_type: str | None
    """The service that is booked, such as Haircut."""
    buffer_before: int
    """Minutes that stay free before the appointment. The database copies them from the booking rules."""
    buffer_after: int
    """Minutes that stay free after the appointment. The database copies them from the booking rules."""
    slot_number: int | None
    """Place among the appointments of the same time, from 1 on. Only confirmed appointments have one. Set by the
    database.
    """
    busy_from: datetime
    """Start of the time that the appointment takes up, with the buffer before it. Set by the database."""
    busy_to: datetime
    """End of the time that the appointment takes up, with the buffer after it. Set by the database."""
    business: UUID
    """The business that the customer visits."""
    user: UUID
    """The account that owns the business. The database fills it in."""
    expanded: AppointmentExpanded
    """Only with `expand`: the rows that this one refers to."""


class Attempt(Model):
    """Attempt as the API shows it."""

    id: UUID
    """Unique id, which never changes."""
    at: datetime
    attempt: int
    duration: int
    """Milliseconds until the response, or until the attempt failed."""
    status: int | None
    """HTTP status of the response. Empty without a response."""
    error: str | None
    request_head: str
    response_head: str | None
    response_body: str | None
    """First 4 kB of the response."""


class AuditEvent(Model):
    """Audit event with personal data masked for the reader."""

    id: int
    """Unique id, which never changes."""
    at: datetime
    xact_id: int
    """The same number for all changes that were made together."""
    table_name: str
    row_id: str
    business_id: UUID | None
    verb: str
    before: Any
    after: Any
    actor_kind: str
    """staff, api_key, user (an account), service, or database (a program)."""
    actor_id: str | None
    actor_name: str | None
    request_id: str | None
    reason: str | None
    user: UUID | None
    """The account that owns the row."""


class BookingCheck(Model):
    """Answer of a check."""

    answer: str
    """ok, or the first reason against the time."""


class BookingRules(Model):
    """Booking rules."""

    id: UUID
    """Unique id, which never changes."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
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
    business: UUID
    """The business that the rules are for. Each business has one set of rules."""
    user: UUID
    """The account that owns the business. The database fills it in."""
    expanded: BookingRulesExpanded
    """Only with `expand`: the rows that this one refers to."""


class Business(Model):
    """A business."""

    id: UUID
    """Unique id, which never changes."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
    deleted_at: datetime | None
    """When the row was moved to the trash. Null if it is not there."""
    name: str
    """Name of the business. At most 200 characters, one line."""
    business_type: BusinessType | str
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
    user: UUID
    """The account that owns the business. If an account adds a business itself, it becomes the owner."""
    expanded: BusinessExpanded
    """Only with `expand`: the rows that this one refers to."""


class BusinessNumber(Model):
    """A phone number."""

    id: UUID
    """Unique id, which never changes."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
    deleted_at: datetime | None
    """When the row was moved to the trash. Null if it is not there."""
    phone_number: str
    """The phone number with its country code, such as +14155550123 (E.164)."""
    display_name: str
    """Name by which staff and the owner recognise the phone number."""
    country_code: str
    """Code of the country, such as US (ISO 3166)."""
    number_type: NumberType | str
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
    purchase_date: datetime | None
    """When the phone number was bought."""
    monthly_cost: Decimal | None
    """Price of a month, in the currency of the provider."""
    features: Any
    """Extra features from the provider, as a JSON list such as ["call recording"]. At most 64 kB."""
    notes: str | None
    """Notes that the owner and staff can read. At most 10,000 characters."""
    user: UUID
    """The account that owns the phone number. If it is left empty, the owner of the business owns it."""
    business: UUID | None
    """The business that customers reach by this phone number. Empty if no business uses it."""
    expanded: BusinessNumberExpanded
    """Only with `expand`: the rows that this one refers to."""


class Change(Model):
    """Outcome of one item: either `item` or `problem`. Neither if the item was rolled back with status 424."""

    index: int
    """Index of the item in the request."""
    id: str | None
    """Id of the row, as it was sent."""
    status: int
    """Status that a request about this row alone would have had."""
    etag_: str
    """ETag of the row's state."""
    item: dict[str, Any]
    """The row after the change."""
    problem: dict[str, Any]
    """The refusal as a problem."""


class Changes(Model):
    """Outcomes of all items."""

    done: int
    refused: int
    results: list[Change]


class Day(Model):
    """Use on one day."""

    requests: int
    """Requests that reached an operation."""
    client_errors: int
    """Those with an answer of 400 to 499."""
    server_errors: int
    """Those with an answer of 500 or more."""
    day: date
    """Day in UTC."""


class Delivery(Model):
    """Delivery as the API shows it."""

    id: UUID
    """Unique id, which never changes."""
    state: str
    """pending, delivered or dead."""
    endpoint: str
    """The service that receives the webhook."""
    event: str
    """INSERT: the service processes the document. DELETE: the service forgets it. Or the type of an event."""
    table_name: str
    record_id: UUID
    body: str
    """The text that is sent, as JSON."""
    attempts: int
    attempts_before: int
    """Attempts that were made before the last replay."""
    next_attempt_at: datetime | None
    """During an attempt, this is its time limit. Empty: no further attempt."""
    delivered_at: datetime | None
    last_status: int | None
    """HTTP status of the service's last response."""
    last_error: str | None
    created_at: datetime
    """When the row was created."""
    user: UUID | None
    """The account that owns the row."""


class Document(Model):
    """A document."""

    id: UUID
    """Unique id, which never changes."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
    deleted_at: datetime | None
    """When the row was moved to the trash. Null if it is not there."""
    file_name: str
    """Name of the uploaded file. At most 255 characters, one line."""
    file_path: str
    """Where the file is in the storage. For uploads, it begins with the id of the business and “/”."""
    file_size: int | None
    """Size of the file in bytes."""
    mime_type: str | None
    """Type of the file, such as application/pdf."""
    processing_status: ProcessingStatus | str
    """How far the KB Updater has processed the document."""
    processing_error: str | None
    """Why the document could not be processed, in words for the owner. At most 10,000 characters."""
    attempts: int
    """Number of the current attempt to process the document. Set by the database."""
    rescues: int
    """How often processing got stuck since staff last queued the document. Set by the database."""
    processing_started_at: datetime | None
    """When the current attempt started. Set by the database."""
    processed_at: datetime | None
    """When processing was completed or failed. Set by the database."""
    vector_db_id: str | None
    """Id under which the Voice Agent finds the content of the document. Set by the KB Updater."""
    chunk_count: int
    """Number of parts (chunks) into which the KB Updater divided the document. Set by the KB Updater."""
    business: UUID
    """The business that the document is about."""
    user: UUID
    """The account that owns the business. The database fills it in."""
    expanded: DocumentExpanded
    """Only with `expand`: the rows that this one refers to."""


class Endpoint(Model):
    """Endpoint as the API shows it."""

    name: str
    base_url: str
    """Web address to which webhooks are sent."""
    held_at: datetime | None
    """Deliveries stay pending during a hold."""
    held_reason: str | None
    failing_since: datetime | None
    """First failed attempt after the last successful one."""
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_error: str | None
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""


class Event(Model):
    """Event as the API shows it, and as webhooks send it."""

    id: int
    """Unique id, which never changes."""
    type: str
    """Type of the event, such as appointment.booked."""
    version: int
    """Version of the API whose shape the object has."""
    at: datetime
    """When it happened."""
    position: int | None
    """Place in the order of all events. An event that was saved later has a greater one."""
    user: UUID
    """The account that owns the object."""
    business: UUID | None
    """The business that the object belongs to."""
    object_type: EventObjectType | str
    """Kind of the object."""
    object_id: UUID
    """Id of the object that changed."""

    @property
    def object(self) -> Business | BusinessNumber | Appointment | Transaction | Wallet | Document | Model:
        """The object after the change, as its own resource shows it."""
        kinds: dict[Any, type[Model]] = {
            "business": Business,
            "number": BusinessNumber,
            "appointment": Appointment,
            "transaction": Transaction,
            "wallet": Wallet,
            "document": Document,
        }
        return kinds.get(self.object_type, Model)(self.to_dict()["object"])

    previous: dict[str, Any] | None
    """The members that changed, with their values before. Null if the object is new."""


class Export(Model):
    """An export."""

    id: UUID
    """Unique id, which never changes."""
    resource: str | None
    format: str | None
    filters: dict[str, Any] | None
    """Query parameters of the list. Null after the file was removed."""
    state: JobState | str
    """State. The last four are final."""
    total: int | None
    """Number of rows. Empty until they are counted."""
    done: int
    """Number of rows that were handled."""
    problem: dict[str, Any] | None
    """Why the export failed, as a problem."""
    created_at: datetime
    """When the row was created."""
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None
    """When the file and the result are removed."""
    size: int | None
    """Bytes of the file."""
    link: str | None
    """Address of the file, which needs no key, until `expires_at`. Null while there is no file."""


class Figures(Model):
    """Report with its rows."""

    name: str
    title: str
    note: str
    refreshed_at: datetime | None
    """Time of the figures."""
    error: str | None
    """Error of the last refresh, if it failed."""
    days: int
    """Length of the period."""
    rows: list[dict[str, Any]]
    """Amounts and rates are text."""


class Item(Model):
    """Outcome of one row: either `item` or `problem`."""

    index: int
    """Index of the row in the request."""
    status: int
    """Status that a request with this row alone would have had."""
    item: dict[str, Any]
    """The stored row."""
    problem: dict[str, Any]
    """The refusal as a problem."""


class LedgerEntry(Model):
    """A ledger entry."""

    id: UUID
    """Unique id, which never changes."""
    amount_money: Money
    """By how much the balance changed. Negative if money went out."""
    balance_after_money: Money
    """Balance after the change."""
    hash: str
    """SHA-256 in hexadecimal, chained for each wallet."""
    seq: int
    """Number of the entry in its wallet, from 1 on, without gaps."""
    kind: LedgerEntryKind | str
    """Why the balance changed: opening, post (a transaction), refund, reinstate (posted again) or close."""
    currency: Currency | str
    """Currency of the amount: USD or INR."""
    amount: Decimal
    """By how much the balance changed. Negative if money went out. Deprecated: use `amount_money`."""
    balance_after: Decimal
    """Balance in the currency of the entry after the change. Deprecated: use `balance_after_money`."""
    contra: str
    """Where the money came from or went to, such as stripe, number, adjustment or account_closed."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
    user: UUID
    """The account that owned the money. If the account is deleted, its ledger entries stay."""
    wallet: UUID
    """The wallet whose balance changed. If the wallet is deleted, its ledger entries stay."""
    transaction: UUID | None
    """The transaction that changed the balance. Empty for opening and closing entries."""
    expanded: LedgerEntryExpanded
    """Only with `expand`: the rows that this one refers to."""


class LedgerProblem(Model):
    """A contradiction that the ledger proof found."""

    problem: str
    subject: str
    """Id of the wallet, transaction or payment."""
    detail: str
    """The values that differ."""


class Money(Model):
    """An amount of money."""

    amount: str
    """In major units, with two decimals."""
    currency: str
    """Currency as ISO 4217 names it."""


class NewSubscription(Model):
    """Subscription with its secret, which is shown this once."""

    id: UUID
    """Unique id, which never changes."""
    url: str
    """Address that receives events."""
    description: str
    """Program that receives the events, in words for staff."""
    types: list[str]
    """Types of the events that are sent. * means every type."""
    personal_data: bool
    """Names, phone numbers, e-mails and notes are sent unmasked."""
    contact: str | None
    """E-mail address that gets a message if the subscription is paused because it fails."""
    state: SubscriptionState | str
    """Failing: the last attempt failed."""
    paused_at: datetime | None
    paused_reason: str | None
    failing_since: datetime | None
    last_success_at: datetime | None
    last_error: str | None
    position: int
    """Position of the last event that was passed on to the deliveries."""
    previous_until: datetime | None
    """Until then, both secrets sign."""
    made_by: str
    """Who created the subscription."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
    secret: str | None
    """Verifies the webhooks. It is not shown again: an Idempotency-Key repeats the answer with null."""


class Operation(Model):
    """Use of one operation."""

    requests: int
    """Requests that reached an operation."""
    client_errors: int
    """Those with an answer of 400 to 499."""
    server_errors: int
    """Those with an answer of 500 or more."""
    operation: str
    """Id of the operation, such as `appointments.book`."""
    last_at: datetime
    """Its last request."""


class Payment(Model):
    """A payment."""

    id: str
    """Unique id, which never changes."""
    lost_amount: Decimal
    """Refunds and disputes above the payment: a loss of AiRa."""
    state: PaymentState | str
    problem: str | None
    """Why the ledger does not agree with the provider's reports."""
    since: datetime
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
    transaction: UUID | None
    """The credit that adds the payment to the wallet."""
    user: UUID | None
    """The account that paid."""


class PaymentFact(Model):
    """A payment fact."""

    id: UUID
    """Unique id, which never changes."""
    payment: str
    amount: Decimal
    kind: PaymentFactKind | str
    object_id: str
    """For example pi_…, re_…, dp_… or ch_…."""
    state: str
    currency: str | None
    """Empty: the currency of the payment."""
    reason: str | None
    evidence_due_by: datetime | None
    occurred_at: datetime | None
    """When it happened, by the provider's clock."""
    created_at: datetime
    """When the row was created."""


class Pinged(Model):
    """Answer of a test."""

    delivery: UUID
    """Id of the delivery, see /deliveries/."""


class Replayed(Model):
    """Answer of a replay."""

    events: int
    """How many events are read again. Those of other types are not sent."""


class Report(Model):
    """Report without its rows."""

    name: str
    title: str
    note: str
    refreshed_at: datetime | None
    """Time of the figures."""
    error: str | None
    """Error of the last refresh, if it failed."""


class RestoredBusiness(Model):
    """A restored business."""

    id: UUID
    """Unique id, which never changes."""
    above_capacity: list[AboveCapacity]
    """Future appointments that exceed the capacity."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
    deleted_at: datetime | None
    """When the row was moved to the trash. Null if it is not there."""
    name: str
    """Name of the business. At most 200 characters, one line."""
    business_type: BusinessType | str
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
    user: UUID
    """The account that owns the business. If an account adds a business itself, it becomes the owner."""


class Result(Model):
    """Answer that the operation would have given at once."""

    status: int
    """Status."""
    body: Any
    """Body. The outcomes of a bulk request have no `item`."""


class Results(Model):
    """Outcomes of all rows."""

    made: int
    refused: int
    results: list[Item]


class Slot(Model):
    """A slot."""

    starts_at: datetime
    ends_at: datetime
    local_start: str
    """Start in the business's time zone, with its offset."""
    free: int
    """How many more appointments fit."""


class Subscription(Model):
    """Subscription as the API shows it."""

    id: UUID
    """Unique id, which never changes."""
    url: str
    """Address that receives events."""
    description: str
    """Program that receives the events, in words for staff."""
    types: list[str]
    """Types of the events that are sent. * means every type."""
    personal_data: bool
    """Names, phone numbers, e-mails and notes are sent unmasked."""
    contact: str | None
    """E-mail address that gets a message if the subscription is paused because it fails."""
    state: SubscriptionState | str
    """Failing: the last attempt failed."""
    paused_at: datetime | None
    paused_reason: str | None
    failing_since: datetime | None
    last_success_at: datetime | None
    last_error: str | None
    position: int
    """Position of the last event that was passed on to the deliveries."""
    previous_until: datetime | None
    """Until then, both secrets sign."""
    made_by: str
    """Who created the subscription."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""


class Testing(Model):
    """Answer of the test endpoint."""

    message: str
    """Names of the headers that the response shows."""


class Transaction(Model):
    """A transaction."""

    id: UUID
    """Unique id, which never changes."""
    amount_money: Money
    """Amount of the transaction, greater than 0."""
    refunded_money: Money
    """Refunded so far, by disputes as well."""
    disputed_money: Money
    """How much open and lost disputes claim."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
    amount: Decimal
    """Amount in the currency of the transaction, greater than 0, with two decimals. Deprecated: use `amount_money`."""
    currency: Currency | str
    """Currency of the amount: USD or INR."""
    type: TransactionType | str
    """A credit adds to the wallet, a debit takes from it."""
    status: TransactionStatus | str
    """The balance changes, once, when the transaction is completed."""
    hold: bool
    """While a debit with a hold is pending, its amount is reserved in the wallet."""
    expires_at: datetime | None
    """When the hold is released, unless it was captured before. Empty: never."""
    refunded_amount: Decimal
    """Amount refunded so far, by disputes as well. A service that raises it refunds the difference. Deprecated: use
    `refunded_money`.
    """
    disputed_amount: Decimal
    """Part of the payment that open and lost disputes claim. Set by the database. Deprecated: use `disputed_money`."""
    completed_at: datetime | None
    """When the transaction was completed. Set by the database."""
    description: str | None
    """Purpose of the transaction, in words for the customer. At most 10,000 characters."""
    metadata: Any
    """Further data from the service that recorded the transaction, as JSON. At most 64 kB."""
    stripe_payment_intent_id: str | None
    """Stripe's id of the payment. At most one credit and one debit can have it."""
    idempotency_key: str | None
    """Text that a service sends to have a repeated request recorded only once for an account."""
    user: UUID
    """The account whose wallet receives or pays the amount."""
    business_number: UUID | None
    """The phone number that the charge is for."""
    expanded: TransactionExpanded
    """Only with `expand`: the rows that this one refers to."""


class Usage(Model):
    """Use of a key in the last 30 days."""

    requests: int
    """Requests that reached an operation."""
    client_errors: int
    """Those with an answer of 400 to 499."""
    server_errors: int
    """Those with an answer of 500 or more."""
    last_at: datetime | None
    """The last request."""
    by_day: list[Day]
    by_operation: list[Operation]


class Wallet(Model):
    """A wallet."""

    id: UUID
    """Unique id, which never changes."""
    balances: list[Money]
    """Balance in each currency, including holds."""
    held: list[Money]
    """Money that pending debits reserve, in each currency."""
    created_at: datetime
    """When the row was created."""
    updated_at: datetime
    """When the row was last changed."""
    balance_usd: Decimal
    """Balance in US dollars, including holds. Each change of it has a ledger entry. Deprecated: use `balances`."""
    balance_inr: Decimal
    """Balance in Indian rupees, including holds. Each change of it has a ledger entry. Deprecated: use `balances`."""
    held_usd: Decimal
    """US dollars that pending debits reserve. Set by the database. Deprecated: use `held`."""
    held_inr: Decimal
    """Indian rupees that pending debits reserve. Set by the database. Deprecated: use `held`."""
    currency: Currency | str
    """Currency in which new charges are made: USD or INR."""
    ledger_seq: int
    """Number of the wallet's newest ledger entry. Set by the database."""
    ledger_at: datetime | None
    """Time of the wallet's newest ledger entry. Set by the database."""
    is_active: bool
    """A wallet that is not active is stopped: it takes credits, but no debits."""
    stopped_by_provider: bool
    """Whether the database stopped the wallet, because the payment provider took back more than it had."""
    user: UUID
    """The account that owns the money. An account has one wallet."""
    expanded: WalletExpanded
    """Only with `expand`: the rows that this one refers to."""


class WalletStatement(Model):
    """A statement."""

    currency: Currency | str
    opening_balance: Decimal
    entries: list[dict[str, Any]]
    """Ledger entries in their order, amounts as text."""
    closing_balance: Decimal


class JobStarted(Model):
    """A job moves the rows."""

    detail: str
    """The job's work, for people."""


class AppointmentExpanded(Model):
    """Only with `expand`: the rows that this one refers to."""

    business: Business | None
    user: Account | None


class BookingRulesExpanded(Model):
    """Only with `expand`: the rows that this one refers to."""

    business: Business | None
    user: Account | None


class BusinessExpanded(Model):
    """Only with `expand`: the rows that this one refers to."""

    user: Account | None


class BusinessNumberExpanded(Model):
    """Only with `expand`: the rows that this one refers to."""

    business: Business | None
    user: Account | None


class DocumentExpanded(Model):
    """Only with `expand`: the rows that this one refers to."""

    business: Business | None
    user: Account | None


class LedgerEntryExpanded(Model):
    """Only with `expand`: the rows that this one refers to."""

    user: Account | None
    transaction: Transaction | None
    wallet: Wallet | None


class TransactionExpanded(Model):
    """Only with `expand`: the rows that this one refers to."""

    user: Account | None
    business_number: BusinessNumber | None


class WalletExpanded(Model):
    """Only with `expand`: the rows that this one refers to."""

    user: Account | None
