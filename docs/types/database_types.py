"""Written by `manage.py types` from a migrated database; a test compares. For Python 3.11 and newer.

Rows as the data API carries them, in JSON: ids and times are text. Amounts are numeric(10,2), which arrives as a float:
`Decimal(str(value))` before you add them up. psycopg gives UUID, datetime and Decimal instead.

The docstring of a table's row says which of its columns each role may select, insert and update; the rest is refused
with 42501.
"""

from typing import Any, Literal, NotRequired, TypedDict

AppointmentSource = Literal["manual", "voice_agent", "web", "sms"]
AppointmentStatus = Literal["confirmed", "cancelled", "completed", "no_show"]
BusinessNumberType = Literal["local", "toll_free", "mobile", "international", "vanity"]
ProcessingStatus = Literal["pending", "processing", "completed", "failed"]
TransactionStatus = Literal["pending", "completed", "failed", "refunded"]
TransactionType = Literal["credit", "debit"]


class AppointmentsRow(TypedDict):
    """authenticated: select all; insert business_id, customer_email, customer_name, customer_phone, duration,
      external_id, id, notes, scheduled_at, service_type, source, status; update business_id, customer_email,
      customer_name, customer_phone, duration, external_id, notes, scheduled_at, service_type, source, status
    voice_agent: select all; insert business_id, customer_email, customer_name, customer_phone, duration,
      external_id, id, notes, scheduled_at, service_type, source, status; update business_id, customer_email,
      customer_name, customer_phone, duration, external_id, notes, scheduled_at, service_type, source, status
    service_role: select all; insert all; update all
    """

    buffer_after: int
    buffer_before: int
    business_id: str
    busy_from: str | None
    busy_to: str | None
    created_at: str
    customer_email: str | None
    customer_name: str
    customer_phone: str | None
    deleted_at: str | None
    duration: int
    external_id: str | None
    id: str
    notes: str | None
    scheduled_at: str
    search: Any
    service_type: str | None
    slot_number: int | None
    source: AppointmentSource
    status: AppointmentStatus
    updated_at: str
    user_id: str


class AppointmentsInsert(TypedDict):
    business_id: str
    created_at: NotRequired[str]
    customer_email: NotRequired[str | None]
    customer_name: str
    customer_phone: NotRequired[str | None]
    duration: NotRequired[int]
    external_id: NotRequired[str | None]
    id: NotRequired[str]
    notes: NotRequired[str | None]
    scheduled_at: str
    service_type: NotRequired[str | None]
    source: NotRequired[AppointmentSource]
    status: NotRequired[AppointmentStatus]
    updated_at: NotRequired[str]
    user_id: NotRequired[str]


class AppointmentsUpdate(TypedDict, total=False):
    business_id: str
    created_at: str
    customer_email: str | None
    customer_name: str
    customer_phone: str | None
    duration: int
    external_id: str | None
    id: str
    notes: str | None
    scheduled_at: str
    service_type: str | None
    source: AppointmentSource
    status: AppointmentStatus
    updated_at: str
    user_id: str


class AppointmentsByDayRow(TypedDict):
    """authenticated: select all"""

    appointments: int | None
    business_id: str | None
    day: str | None
    minutes: int | None
    refreshed_at: str | None
    source: AppointmentSource | None
    status: AppointmentStatus | None


class BookingRulesRow(TypedDict):
    """authenticated: select all; insert buffer_after, buffer_before, business_id, capacity, id, max_days_ahead,
      min_notice, slot_step; update buffer_after, buffer_before, business_id, capacity, max_days_ahead, min_notice,
      slot_step
    voice_agent: select all
    service_role: select all; insert all; update all
    """

    buffer_after: int
    buffer_before: int
    business_id: str
    capacity: int
    created_at: str
    id: str
    max_days_ahead: int
    min_notice: int
    slot_step: int | None
    updated_at: str
    user_id: str


class BookingRulesInsert(TypedDict):
    buffer_after: NotRequired[int]
    buffer_before: NotRequired[int]
    business_id: str
    capacity: NotRequired[int]
    created_at: NotRequired[str]
    id: NotRequired[str]
    max_days_ahead: NotRequired[int]
    min_notice: NotRequired[int]
    slot_step: NotRequired[int | None]
    updated_at: NotRequired[str]
    user_id: NotRequired[str]


class BookingRulesUpdate(TypedDict, total=False):
    buffer_after: int
    buffer_before: int
    business_id: str
    capacity: int
    created_at: str
    id: str
    max_days_ahead: int
    min_notice: int
    slot_step: int | None
    updated_at: str
    user_id: str


class BusinessNumbersRow(TypedDict):
    """authenticated: select all; update business_id, display_name, is_primary, notes
    voice_agent: select all
    service_role: select all; insert all; update all
    """

    business_id: str | None
    capabilities: Any
    country_code: str
    created_at: str
    deleted_at: str | None
    display_name: str
    features: Any
    id: str
    is_active: bool
    is_primary: bool
    monthly_cost: float | None
    notes: str | None
    number_type: BusinessNumberType
    phone_number: str
    provider: str
    purchase_date: str | None
    sms_url: str | None
    status_callback_url: str | None
    twilio_account_sid: str | None
    twilio_sid: str | None
    updated_at: str
    user_id: str
    voice_url: str | None


class BusinessNumbersInsert(TypedDict):
    business_id: NotRequired[str | None]
    capabilities: NotRequired[Any]
    country_code: str
    created_at: NotRequired[str]
    display_name: str
    features: NotRequired[Any]
    id: NotRequired[str]
    is_active: NotRequired[bool]
    is_primary: NotRequired[bool]
    monthly_cost: NotRequired[float | None]
    notes: NotRequired[str | None]
    number_type: BusinessNumberType
    phone_number: str
    provider: NotRequired[str]
    purchase_date: NotRequired[str | None]
    sms_url: NotRequired[str | None]
    status_callback_url: NotRequired[str | None]
    twilio_account_sid: NotRequired[str | None]
    twilio_sid: NotRequired[str | None]
    updated_at: NotRequired[str]
    user_id: NotRequired[str]
    voice_url: NotRequired[str | None]


class BusinessNumbersUpdate(TypedDict, total=False):
    business_id: str | None
    capabilities: Any
    country_code: str
    created_at: str
    display_name: str
    features: Any
    id: str
    is_active: bool
    is_primary: bool
    monthly_cost: float | None
    notes: str | None
    number_type: BusinessNumberType
    phone_number: str
    provider: str
    purchase_date: str | None
    sms_url: str | None
    status_callback_url: str | None
    twilio_account_sid: str | None
    twilio_sid: str | None
    updated_at: str
    user_id: str
    voice_url: str | None


class BusinessV2Row(TypedDict):
    """authenticated: select all; insert address, business_hours, business_type, description, email, id, is_active,
      logo_url, name, phone_number, timezone, user_id, website; update address, business_hours, business_type,
      description, email, is_active, logo_url, name, phone_number, timezone, website
    voice_agent: select all
    kb_updater: select id, name
    service_role: select all; insert all; update all
    """

    address: str | None
    business_hours: Any
    business_type: str
    created_at: str
    deleted_at: str | None
    description: str | None
    email: str | None
    id: str
    is_active: bool
    logo_url: str | None
    name: str
    phone_number: str | None
    search: Any
    timezone: str
    updated_at: str
    user_id: str
    website: str | None


class BusinessV2Insert(TypedDict):
    address: NotRequired[str | None]
    business_hours: NotRequired[Any]
    business_type: str
    created_at: NotRequired[str]
    description: NotRequired[str | None]
    email: NotRequired[str | None]
    id: NotRequired[str]
    is_active: NotRequired[bool]
    logo_url: NotRequired[str | None]
    name: str
    phone_number: NotRequired[str | None]
    timezone: NotRequired[str]
    updated_at: NotRequired[str]
    user_id: str
    website: NotRequired[str | None]


class BusinessV2Update(TypedDict, total=False):
    address: str | None
    business_hours: Any
    business_type: str
    created_at: str
    description: str | None
    email: str | None
    id: str
    is_active: bool
    logo_url: str | None
    name: str
    phone_number: str | None
    timezone: str
    updated_at: str
    user_id: str
    website: str | None


class DocumentProcessingByDayRow(TypedDict):
    """authenticated: select all"""

    completed: int | None
    day: str | None
    failed: int | None
    median_seconds: float | None
    p95_seconds: float | None
    refreshed_at: str | None
    uploaded: int | None


class DocumentsRow(TypedDict):
    """authenticated: select all; insert business_id, file_name, file_path, file_size, id, mime_type; update file_name
    kb_updater: select all; update chunk_count, processing_error, processing_status, vector_db_id
    service_role: select all; insert all; update all
    """

    attempts: int
    business_id: str
    chunk_count: int
    created_at: str
    deleted_at: str | None
    file_name: str
    file_path: str
    file_size: int | None
    id: str
    mime_type: str | None
    processed_at: str | None
    processing_error: str | None
    processing_started_at: str | None
    processing_status: ProcessingStatus
    rescues: int
    search: Any
    updated_at: str
    user_id: str
    vector_db_id: str | None


class DocumentsInsert(TypedDict):
    attempts: NotRequired[int]
    business_id: str
    chunk_count: NotRequired[int]
    created_at: NotRequired[str]
    file_name: str
    file_path: str
    file_size: NotRequired[int | None]
    id: NotRequired[str]
    mime_type: NotRequired[str | None]
    processing_error: NotRequired[str | None]
    processing_started_at: NotRequired[str | None]
    processing_status: NotRequired[ProcessingStatus]
    updated_at: NotRequired[str]
    user_id: NotRequired[str]
    vector_db_id: NotRequired[str | None]


class DocumentsUpdate(TypedDict, total=False):
    attempts: int
    business_id: str
    chunk_count: int
    created_at: str
    file_name: str
    file_path: str
    file_size: int | None
    id: str
    mime_type: str | None
    processing_error: str | None
    processing_started_at: str | None
    processing_status: ProcessingStatus
    updated_at: str
    user_id: str
    vector_db_id: str | None


class LedgerEntriesRow(TypedDict):
    """authenticated: select all
    service_role: select all
    """

    amount: float
    balance_after: float
    contra: str
    created_at: str
    currency: str
    hash: str
    id: str
    kind: str
    seq: int
    transaction_id: str | None
    updated_at: str
    user_id: str
    wallet_id: str


class NumberCostsRow(TypedDict):
    """authenticated: select all"""

    monthly_cost: float | None
    number_type: BusinessNumberType | None
    numbers: int | None
    provider: str | None
    refreshed_at: str | None
    unknown: int | None


class SpendingByDayRow(TypedDict):
    """authenticated: select all"""

    carried: float | None
    change: float | None
    currency: str | None
    day: str | None
    paid_back: float | None
    refreshed_at: str | None
    refunded: float | None
    spent: float | None
    topped_up: float | None


class TransactionsRow(TypedDict):
    """authenticated: select all
    service_role: select all; insert all; update all
    """

    amount: float
    business_number_id: str | None
    completed_at: str | None
    created_at: str
    currency: str
    description: str | None
    expires_at: str | None
    hold: bool
    id: str
    idempotency_key: str | None
    metadata: Any
    refunded_amount: float
    status: TransactionStatus
    stripe_payment_intent_id: str | None
    type: TransactionType
    updated_at: str
    user_id: str


class TransactionsInsert(TypedDict):
    amount: float
    business_number_id: NotRequired[str | None]
    completed_at: NotRequired[str | None]
    created_at: NotRequired[str]
    currency: str
    description: NotRequired[str | None]
    expires_at: NotRequired[str | None]
    hold: NotRequired[bool]
    id: NotRequired[str]
    idempotency_key: NotRequired[str | None]
    metadata: NotRequired[Any]
    refunded_amount: NotRequired[float]
    status: NotRequired[TransactionStatus]
    stripe_payment_intent_id: NotRequired[str | None]
    type: TransactionType
    updated_at: NotRequired[str]
    user_id: str


class TransactionsUpdate(TypedDict, total=False):
    amount: float
    business_number_id: str | None
    completed_at: str | None
    created_at: str
    currency: str
    description: str | None
    expires_at: str | None
    hold: bool
    id: str
    idempotency_key: str | None
    metadata: Any
    refunded_amount: float
    status: TransactionStatus
    stripe_payment_intent_id: str | None
    type: TransactionType
    updated_at: str
    user_id: str


class UtilisationByDayRow(TypedDict):
    """authenticated: select all"""

    booked_minutes: float | None
    business_id: str | None
    capacity: int | None
    day: str | None
    open_minutes: float | None
    refreshed_at: str | None
    utilisation: float | None


class WalletsRow(TypedDict):
    """authenticated: select all
    service_role: select all; insert all; update all
    """

    balance_inr: float
    balance_usd: float
    created_at: str
    currency: str
    held_inr: float
    held_usd: float
    id: str
    is_active: bool
    ledger_at: str | None
    ledger_hash: str | None
    ledger_seq: int
    updated_at: str
    user_id: str


class WalletsInsert(TypedDict):
    currency: NotRequired[str]
    is_active: NotRequired[bool]
    user_id: str


class WalletsUpdate(TypedDict, total=False):
    currency: str
    is_active: bool


class AppointmentsAboveCapacityArgs(TypedDict):
    """For authenticated, service_role. A list of answers."""

    p_business_id: str


class AppointmentsAboveCapacityAnswer(TypedDict):
    appointment_id: str | None
    scheduled_at: str | None
    duration: int | None


class AvailableSlotsArgs(TypedDict):
    """For authenticated, voice_agent, service_role. A list of answers."""

    p_business_id: str
    p_from: str
    p_to: str
    p_duration: NotRequired[int]
    p_step: NotRequired[int | None]
    p_limit: NotRequired[int]


class AvailableSlotsAnswer(TypedDict):
    starts_at: str
    ends_at: str
    local_start: str
    free: int


class BookAppointmentArgs(TypedDict):
    """For authenticated, voice_agent, service_role. A list of answers."""

    p_business_id: str
    p_scheduled_at: str
    p_customer_name: str
    p_duration: NotRequired[int]
    p_customer_phone: NotRequired[str | None]
    p_customer_email: NotRequired[str | None]
    p_source: NotRequired[AppointmentSource]
    p_external_id: NotRequired[str | None]
    p_service_type: NotRequired[str | None]
    p_notes: NotRequired[str | None]


class BookAppointmentAnswer(TypedDict):
    outcome: str
    appointment_id: str | None


class CancelAppointmentArgs(TypedDict):
    """For authenticated, voice_agent, service_role. A list of answers."""

    p_appointment_id: str
    p_reason: NotRequired[str | None]


class CancelAppointmentAnswer(TypedDict):
    outcome: str
    appointment_id: str | None


class CheckAppointmentTimeArgs(TypedDict):
    """For authenticated, voice_agent, service_role."""

    p_business_id: str
    p_scheduled_at: str
    p_duration: NotRequired[int]
    p_exclude: NotRequired[str | None]


CheckAppointmentTimeAnswer = str


class DisputeTransactionArgs(TypedDict):
    """For service_role."""

    p_transaction_id: str
    p_amount: NotRequired[float | None]
    p_reason: NotRequired[str | None]
    p_idempotency_key: NotRequired[str | None]


DisputeTransactionAnswer = TransactionsRow


class DocumentCompletedArgs(TypedDict):
    """For kb_updater, service_role."""

    p_document_id: str
    p_attempt: int
    p_vector_db_id: str
    p_chunk_count: int


DocumentCompletedAnswer = str


class DocumentFailedArgs(TypedDict):
    """For kb_updater, service_role."""

    p_document_id: str
    p_attempt: int
    p_error: str


DocumentFailedAnswer = str


class DocumentStartedArgs(TypedDict):
    """For kb_updater, service_role."""

    p_document_id: str
    p_attempt: int


DocumentStartedAnswer = str


class FindBusinessByNumberArgs(TypedDict):
    """For voice_agent, service_role. A list of answers."""

    p_phone_number: str


class FindBusinessByNumberAnswer(TypedDict):
    business_id: str
    name: str
    business_type: str
    timezone: str
    is_open_now: bool
    business_hours: Any
    number_id: str


class MoveToTrashArgs(TypedDict):
    """For authenticated, service_role."""

    p_table: str
    p_id: str


MoveToTrashAnswer = str | None


class NearestSlotsArgs(TypedDict):
    """For authenticated, voice_agent, service_role. A list of answers."""

    p_business_id: str
    p_near: str
    p_duration: NotRequired[int]
    p_limit: NotRequired[int]


class NearestSlotsAnswer(TypedDict):
    starts_at: str
    ends_at: str
    local_start: str
    free: int


class RecordTransactionArgs(TypedDict):
    """For service_role."""

    p_user_id: str
    p_type: TransactionType
    p_amount: float
    p_currency: str
    p_status: NotRequired[TransactionStatus]
    p_description: NotRequired[str | None]
    p_metadata: NotRequired[Any]
    p_stripe_payment_intent_id: NotRequired[str | None]
    p_business_number_id: NotRequired[str | None]
    p_idempotency_key: NotRequired[str | None]
    p_hold: NotRequired[bool]
    p_expires_at: NotRequired[str | None]


RecordTransactionAnswer = TransactionsRow


class RefundTransactionArgs(TypedDict):
    """For service_role."""

    p_transaction_id: str
    p_amount: NotRequired[float | None]
    p_reason: NotRequired[str | None]
    p_idempotency_key: NotRequired[str | None]


RefundTransactionAnswer = TransactionsRow


class RescheduleAppointmentArgs(TypedDict):
    """For authenticated, voice_agent, service_role. A list of answers."""

    p_appointment_id: str
    p_scheduled_at: str
    p_duration: NotRequired[int | None]


class RescheduleAppointmentAnswer(TypedDict):
    outcome: str
    appointment_id: str | None


class RestoreFromTrashArgs(TypedDict):
    """For authenticated, service_role."""

    p_table: str
    p_id: str


RestoreFromTrashAnswer = str | None


class SearchAppointmentsArgs(TypedDict):
    """For authenticated, service_role. A list of answers."""

    p_query: str
    p_business_id: NotRequired[str | None]
    p_limit: NotRequired[int]


class SearchAppointmentsAnswer(TypedDict):
    id: str
    business_id: str
    customer_name: str
    customer_phone: str | None
    customer_email: str | None
    scheduled_at: str
    duration: int
    status: AppointmentStatus
    service_type: str | None
    external_id: str | None
    notes: str | None
    rank: float


class SearchDocumentsArgs(TypedDict):
    """For authenticated, service_role. A list of answers."""

    p_query: str
    p_business_id: NotRequired[str | None]
    p_limit: NotRequired[int]


class SearchDocumentsAnswer(TypedDict):
    id: str
    business_id: str
    file_name: str
    file_path: str
    mime_type: str | None
    file_size: int | None
    processing_status: ProcessingStatus
    created_at: str
    rank: float


class ValidateAppointmentTimeArgs(TypedDict):
    """For authenticated, voice_agent, service_role."""

    p_business_id: str
    p_scheduled_at: str
    p_duration: int


ValidateAppointmentTimeAnswer = bool


class WalletStatementArgs(TypedDict):
    """For authenticated, service_role. A list of answers."""

    p_user_id: str
    p_from: str
    p_to: str
    p_currency: str


class WalletStatementAnswer(TypedDict):
    opening_balance: float
    entries: Any
    closing_balance: float
