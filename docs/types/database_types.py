"""Written by `manage.py types` from a migrated database. A test compares them. For Python 3.11 and newer.

Rows are in the data API's JSON form: ids and times are text. Amounts are numeric(10,2), which arrives as a float: use
`Decimal(str(value))` before you add them up. psycopg returns UUID, datetime and Decimal instead.

The docstring of a table's row lists the columns that each role may select, insert and update. Other columns are
refused with 42501.
"""

from typing import Any, Literal, NotRequired, TypedDict

AppointmentSource = Literal["manual", "voice_agent", "web", "sms"]
"""Channel through which an appointment was made: by hand, Voice Agent, web or text message."""
AppointmentStatus = Literal["confirmed", "cancelled", "completed", "no_show"]
"""Status of an appointment. Only a confirmed one takes up time."""
BusinessNumberType = Literal["local", "toll_free", "mobile", "international", "vanity"]
"""Type of a phone number."""
ProcessingStatus = Literal["pending", "processing", "completed", "failed"]
"""Status of a document: pending, then processing, then completed or failed. Both can be queued again."""
TransactionStatus = Literal["pending", "completed", "failed", "refunded"]
"""Status of a transaction: pending, then completed or failed. A completed one can be refunded."""
TransactionType = Literal["credit", "debit"]
"""Type of a transaction: a credit adds to the wallet, a debit takes from it."""


class AppointmentsRow(TypedDict):
    """An appointment of a customer at a business. The database refuses appointments above the capacity.

    authenticated: select all; insert business_id, customer_email, customer_name, customer_phone, duration,
      external_id, id, notes, scheduled_at, service_type, source, status, user_id; update business_id,
      customer_email, customer_name, customer_phone, duration, external_id, id, notes, scheduled_at, service_type,
      source, status, user_id
    voice_agent: select all; insert business_id, customer_email, customer_name, customer_phone, duration,
      external_id, id, notes, scheduled_at, service_type, source, status, user_id; update business_id,
      customer_email, customer_name, customer_phone, duration, external_id, notes, scheduled_at, service_type,
      source, status
    service_role: select all; insert all; update all
    """

    buffer_after: int
    """Minutes that stay free after the appointment. The database copies them from the booking rules."""
    buffer_before: int
    """Minutes that stay free before the appointment. The database copies them from the booking rules."""
    business_id: str
    """The business that the customer visits."""
    busy_from: str | None
    """Start of the time that the appointment takes up, with the buffer before it. Set by the database."""
    busy_to: str | None
    """End of the time that the appointment takes up, with the buffer after it. Set by the database."""
    created_at: str
    """When the record was added."""
    customer_email: str | None
    """The customer's e-mail address. At most 254 characters."""
    customer_name: str
    """The customer's name. At most 200 characters, one line."""
    customer_phone: str | None
    """The customer's phone number in any spelling. At most 40 characters."""
    deleted_at: str | None
    """When the record was deleted, which moves it to the trash. Empty if it is not in the trash."""
    duration: int
    """Duration in minutes, 1 to 1440."""
    external_id: str | None
    """Id that the source gave the appointment, such as the id of the call (Twilio CallSid). Each id makes one
      appointment.
    """
    id: str
    """Unique id of the record, which never changes. A program that adds a record may choose it."""
    notes: str | None
    """Notes that the business can read. A cancellation adds its reason. At most 10,000 characters."""
    scheduled_at: str
    """When the appointment starts."""
    search: Any
    """Words for the full-text search. Set by the database."""
    service_type: str | None
    """The service that is booked, such as Haircut."""
    slot_number: int | None
    """Place among the appointments of the same time, from 1 on. Only confirmed appointments have one. Set by the
      database.
    """
    source: AppointmentSource
    """The channel through which the appointment was made."""
    status: AppointmentStatus
    """Only confirmed appointments take up time."""
    updated_at: str
    """When the record last changed. The database sets it."""
    user_id: str
    """The account that owns the business. The database fills it in."""


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
    """Number of appointments of the caller's businesses by day, source and status, without the trash.

    authenticated: select all
    """

    appointments: int | None
    """The number of appointments."""
    business_id: str | None
    """The business."""
    day: str | None
    """The day, in the time zone of the business."""
    minutes: int | None
    """The sum of their durations."""
    refreshed_at: str | None
    """When the figures were computed."""
    source: AppointmentSource | None
    """The channel through which they were made."""
    status: AppointmentStatus | None
    """Their status now."""


class BookingRulesRow(TypedDict):
    """Booking rules of a business. A business without a row has the defaults.

    authenticated: select all; insert buffer_after, buffer_before, business_id, capacity, id, max_days_ahead,
      min_notice, slot_step, user_id; update buffer_after, buffer_before, business_id, capacity, id, max_days_ahead,
      min_notice, slot_step, user_id
    voice_agent: select all
    service_role: select all; insert all; update all
    """

    buffer_after: int
    """Minutes that stay free after each appointment, 0 to 1440."""
    buffer_before: int
    """Minutes that stay free before each appointment, 0 to 1440."""
    business_id: str
    """The business that the rules are for. Each business has one set of rules."""
    capacity: int
    """How many appointments the business takes at the same time, 1 to 1000."""
    created_at: str
    """When the record was added."""
    id: str
    """Unique id of the record, which never changes. A program that adds a record may choose it."""
    max_days_ahead: int
    """How many days ahead customers can book, 0 to 3650."""
    min_notice: int
    """Customers must book at least this many minutes before the start, 0 to 525600."""
    slot_step: int | None
    """Minutes from the start of one free time to the next, 1 to 1440. Empty: the duration that is booked."""
    updated_at: str
    """When the record last changed. The database sets it."""
    user_id: str
    """The account that owns the business. The database fills it in."""


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
    """A phone number that customers call. The UI's server buys and configures it.

    authenticated: select all; update business_id, display_name, is_primary, notes
    voice_agent: select all
    service_role: select all; insert all; update all
    """

    business_id: str | None
    """The business that customers reach by this phone number. Empty if no business uses it."""
    capabilities: Any
    """What the phone number can do, as JSON: {"voice": true, "sms": false}. Keys: voice, sms, mms, fax."""
    country_code: str
    """Code of the country, such as US (ISO 3166)."""
    created_at: str
    """When the record was added."""
    deleted_at: str | None
    """When the record was deleted, which moves it to the trash. Empty if it is not in the trash."""
    display_name: str
    """Name by which staff and the owner recognise the phone number."""
    features: Any
    """Extra features from the provider, as a JSON list such as ["call recording"]. At most 64 kB."""
    id: str
    """Unique id of the record, which never changes. A program that adds a record may choose it."""
    is_active: bool
    """The Voice Agent answers calls to the phone number only if it is active."""
    is_primary: bool
    """The business shows its primary number first. It has at most one."""
    monthly_cost: float | None
    """Price of a month, in the currency of the provider."""
    notes: str | None
    """Notes that the owner and staff can read. At most 10,000 characters."""
    number_type: BusinessNumberType
    """Type of the phone number: local, toll-free, mobile, international or vanity (spells a word)."""
    phone_number: str
    """The phone number with its country code, such as +14155550123 (E.164)."""
    provider: str
    """The company that provides the phone number."""
    purchase_date: str | None
    """When the phone number was bought."""
    sms_url: str | None
    """Web address to which Twilio passes text messages from customers."""
    status_callback_url: str | None
    """Web address to which Twilio reports the result of each call."""
    twilio_account_sid: str | None
    """Id of the account at Twilio that bought the phone number."""
    twilio_sid: str | None
    """Twilio's id of the phone number."""
    updated_at: str
    """When the record last changed. The database sets it."""
    user_id: str
    """The account that owns the phone number. If it is left empty, the owner of the business owns it."""
    voice_url: str | None
    """Web address of the Voice Agent, to which Twilio passes calls. If it is left empty, the database fills it in."""


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
    """A business: a profile that the Voice Agent answers for, and the parent of other rows of its owner.

    authenticated: select all; insert address, business_hours, business_type, description, email, id, is_active,
      logo_url, name, phone_number, timezone, user_id, website; update address, business_hours, business_type,
      description, email, id, is_active, logo_url, name, phone_number, timezone, user_id, website
    voice_agent: select all
    kb_updater: select id, name
    service_role: select all; insert all; update all
    """

    address: str | None
    """Postal address, on one or more lines. At most 500 characters."""
    business_hours: Any
    """Opening hours in the time zone of the business. Empty means 09:00–18:00 every day."""
    business_type: str
    """Type of the business: restaurant, retail or service."""
    created_at: str
    """When the record was added."""
    deleted_at: str | None
    """When the record was deleted, which moves it to the trash. Empty if it is not in the trash."""
    description: str | None
    """Description of the business and its services. At most 10,000 characters."""
    email: str | None
    """E-mail address to which customers can write."""
    id: str
    """Unique id of the record, which never changes. A program that adds a record may choose it."""
    is_active: bool
    """The Voice Agent answers calls to the business's phone numbers only if the business is active."""
    logo_url: str | None
    """Web address of the logo, such as https://example.com/logo.png."""
    name: str
    """Name of the business. At most 200 characters, one line."""
    phone_number: str | None
    """The business's own phone number, with the country code, such as +14155550123 (E.164)."""
    search: Any
    """Words for the full-text search. Set by the database."""
    timezone: str
    """Time zone of the business, such as Europe/Berlin. Its opening hours and reports use it."""
    updated_at: str
    """When the record last changed. The database sets it."""
    user_id: str
    """The account that owns the business. If an account adds a business itself, it becomes the owner."""
    website: str | None
    """Web address of the business, such as https://example.com."""


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
    user_id: NotRequired[str]
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
    """Processing of the caller's documents by day, without the trash.

    authenticated: select all
    """

    completed: int | None
    """Documents whose last processing was completed on that day."""
    day: str | None
    """The day, in UTC."""
    failed: int | None
    """Documents whose last processing failed on that day."""
    median_seconds: float | None
    """Median time from start to end of processing."""
    p95_seconds: float | None
    """The time within which 95 % of the documents were processed."""
    refreshed_at: str | None
    """When the figures were computed."""
    uploaded: int | None
    """Documents that were created on that day."""


class DocumentsRow(TypedDict):
    """A file that a business uploads, and the result of its processing by the KB Updater.

    authenticated: select all; insert business_id, file_name, file_path, file_size, id, mime_type, user_id; update
      file_name
    kb_updater: select all; update chunk_count, processing_error, processing_status, vector_db_id
    service_role: select all; insert all; update all
    """

    attempts: int
    """Number of the current attempt to process the document. Set by the database."""
    business_id: str
    """The business that the document is about."""
    chunk_count: int
    """Number of parts (chunks) into which the KB Updater divided the document. Set by the KB Updater."""
    created_at: str
    """When the record was added."""
    deleted_at: str | None
    """When the record was deleted, which moves it to the trash. Empty if it is not in the trash."""
    file_name: str
    """Name of the uploaded file. At most 255 characters, one line."""
    file_path: str
    """Where the file is in the storage. For uploads, it begins with the id of the business and “/”."""
    file_size: int | None
    """Size of the file in bytes."""
    id: str
    """Unique id of the record, which never changes. A program that adds a record may choose it."""
    mime_type: str | None
    """Type of the file, such as application/pdf."""
    processed_at: str | None
    """When processing was completed or failed. Set by the database."""
    processing_error: str | None
    """Why the document could not be processed, in words for the owner. At most 10,000 characters."""
    processing_started_at: str | None
    """When the current attempt started. Set by the database."""
    processing_status: ProcessingStatus
    """How far the KB Updater has processed the document."""
    rescues: int
    """How often processing got stuck since staff last queued the document. Set by the database."""
    search: Any
    """Words for the full-text search. Set by the database."""
    updated_at: str
    """When the record last changed. The database sets it."""
    user_id: str
    """The account that owns the business. The database fills it in."""
    vector_db_id: str | None
    """Id under which the Voice Agent finds the content of the document. Set by the KB Updater."""


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
    """The permanent record of one change of a wallet's balance. Only the posting trigger writes it.

    authenticated: select all
    service_role: select all
    """

    amount: float
    """By how much the balance changed. Negative if money went out."""
    balance_after: float
    """Balance in the currency of the entry after the change."""
    contra: str
    """Where the money came from or went to, such as stripe, number, adjustment or account_closed."""
    created_at: str
    """When the entry was written. Entries with higher numbers are later."""
    currency: str
    """Currency of the amount: USD or INR."""
    hash: str
    """SHA-256 of the entry and of the hash of the previous entry. It shows whether an entry was altered."""
    id: str
    """Unique id of the entry. It is random."""
    kind: str
    """Why the balance changed: opening, post (a transaction), refund, reinstate (posted again) or close."""
    seq: int
    """Number of the entry in its wallet, from 1 on, without gaps."""
    transaction_id: str | None
    """The transaction that changed the balance. Empty for opening and closing entries."""
    updated_at: str
    """The same as the time of creation, since an entry never changes."""
    user_id: str
    """The account that owned the money. If the account is deleted, its ledger entries stay."""
    wallet_id: str
    """The wallet whose balance changed. If the wallet is deleted, its ledger entries stay."""


class NumberCostsRow(TypedDict):
    """Monthly cost of the caller's phone numbers by provider and type. It counts active numbers that are not in
    the trash.

    authenticated: select all
    """

    monthly_cost: float | None
    """The sum of their monthly costs, in the currency of the provider."""
    number_type: BusinessNumberType | None
    """The type of the numbers."""
    numbers: int | None
    """How many numbers."""
    provider: str | None
    """The company that provides the numbers."""
    refreshed_at: str | None
    """When the figures were computed."""
    unknown: int | None
    """Numbers without a cost."""


class SpendingByDayRow(TypedDict):
    """Spending of the caller's account by day and currency; see analytics.daily_revenue.

    authenticated: select all
    """

    carried: float | None
    """Opening balances of the adoption, minus the rest when the account was closed."""
    change: float | None
    """The change of the balance, the sum of all of these."""
    currency: str | None
    """USD or INR."""
    day: str | None
    """The day, in UTC."""
    paid_back: float | None
    """Top-ups that were refunded or disputed."""
    refreshed_at: str | None
    """When the figures were computed."""
    refunded: float | None
    """Charges that were refunded."""
    spent: float | None
    """Charges."""
    topped_up: float | None
    """Money that came into the wallet."""


class TransactionsRow(TypedDict):
    """Money that comes in or goes out. A completed transaction is posted to the ledger once and then can't change.

    authenticated: select all
    service_role: select all; insert all; update all
    """

    amount: float
    """Amount in the currency of the transaction, greater than 0, with two decimals."""
    business_number_id: str | None
    """The phone number that the charge is for."""
    completed_at: str | None
    """When the transaction was completed. Set by the database."""
    created_at: str
    """When the record was added."""
    currency: str
    """Currency of the amount: USD or INR."""
    description: str | None
    """Purpose of the transaction, in words for the customer. At most 10,000 characters."""
    disputed_amount: float
    """Part of the payment that open and lost disputes claim. Set by the database."""
    expires_at: str | None
    """When the hold is released, unless it was captured before. Empty: never."""
    hold: bool
    """While a debit with a hold is pending, its amount is reserved in the wallet."""
    id: str
    """Unique id of the record, which never changes. A program that adds a record may choose it."""
    idempotency_key: str | None
    """Text that a service sends to have a repeated request recorded only once for an account."""
    metadata: Any
    """Further data from the service that recorded the transaction, as JSON. At most 64 kB."""
    refunded_amount: float
    """Amount refunded so far, by disputes as well. A service that raises it refunds the difference."""
    status: TransactionStatus
    """The balance changes, once, when the transaction is completed."""
    stripe_payment_intent_id: str | None
    """Stripe's id of the payment. At most one credit and one debit can have it."""
    type: TransactionType
    """A credit adds to the wallet, a debit takes from it."""
    updated_at: str
    """When the record last changed. The database sets it."""
    user_id: str
    """The account whose wallet receives or pays the amount."""


class TransactionsInsert(TypedDict):
    amount: float
    business_number_id: NotRequired[str | None]
    completed_at: NotRequired[str | None]
    created_at: NotRequired[str]
    currency: str
    description: NotRequired[str | None]
    disputed_amount: NotRequired[float]
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
    disputed_amount: float
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
    """Utilisation of the caller's businesses by day, from 90 days ago to 14 days ahead. Days without open minutes
    have no row.

    authenticated: select all
    """

    booked_minutes: float | None
    """Minutes of confirmed, completed and missed appointments within the opening hours, without buffers."""
    business_id: str | None
    """The business."""
    capacity: int | None
    """How many appointments the business takes at the same time now."""
    day: str | None
    """The day, in the time zone of the business."""
    open_minutes: float | None
    """Minutes in which it is open; an interval over midnight belongs to the day on which it opens."""
    refreshed_at: str | None
    """When the figures were computed."""
    utilisation: float | None
    """Booked_minutes / (open_minutes × capacity): 0.5 is half full."""


class WalletsRow(TypedDict):
    """The prepaid balance of an account. Only the posting trigger changes balances; no role may write them.

    authenticated: select all
    service_role: select all; insert all; update all
    """

    balance_inr: float
    """Balance in Indian rupees, including holds. Each change of it has a ledger entry."""
    balance_usd: float
    """Balance in US dollars, including holds. Each change of it has a ledger entry."""
    created_at: str
    """When the record was added."""
    currency: str
    """Currency in which new charges are made: USD or INR."""
    held_inr: float
    """Indian rupees that pending debits reserve. Set by the database."""
    held_usd: float
    """US dollars that pending debits reserve. Set by the database."""
    id: str
    """Unique id of the record, which never changes. A program that adds a record may choose it."""
    is_active: bool
    """A wallet that is not active is stopped: it takes credits, but no debits."""
    ledger_at: str | None
    """Time of the wallet's newest ledger entry. Set by the database."""
    ledger_hash: str | None
    """Hash of the wallet's newest ledger entry. Set by the database."""
    ledger_seq: int
    """Number of the wallet's newest ledger entry. Set by the database."""
    stopped_by_provider: bool
    """Whether the database stopped the wallet, because the payment provider took back more than it had."""
    updated_at: str
    """When the record last changed. The database sets it."""
    user_id: str
    """The account that owns the money. An account has one wallet."""


class WalletsInsert(TypedDict):
    currency: NotRequired[str]
    is_active: NotRequired[bool]
    user_id: str


class WalletsUpdate(TypedDict, total=False):
    currency: str
    is_active: bool


class AppointmentsAboveCapacityArgs(TypedDict):
    """List the future confirmed appointments of a business that exceed its capacity, buffers included, in order
    of time. They were restored with their business, or kept, after the capacity was lowered. No rows for an
    unknown business or another tenant's business.

    For authenticated, service_role. A list of answers.
    """

    p_business_id: str


class AppointmentsAboveCapacityAnswer(TypedDict):
    appointment_id: str | None
    scheduled_at: str | None
    duration: int | None


class AvailableSlotsArgs(TypedDict):
    """List the slots of a business from p_from (included) to p_to (excluded), in order. Starts lie on a grid that
    begins at each opening time. The appointment must fit into the opening hours, and the capacity must allow
    one more. No rows for an unknown business.
    p_duration: minutes of the appointment, 1 to 1440.
    p_step: minutes between two starts; null means the business's step, or the duration if it has none.
    p_limit: 1 to 1000 rows.
    Returns free: how many more appointments fit; local_start: the start in the business's time zone, with its
    offset.
    Errors: 22023 an argument is missing, infinite or out of range, or the time is longer than 62 days.

    For authenticated, voice_agent, service_role. A list of answers.
    """

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
    """Check a time and book it in one step, so that no other caller can take it in between.
    p_duration: minutes.
    p_external_id: your id of the booking. The same id and time book once.
    Returns one row: outcome and appointment_id. outcome is booked; already_booked (the same external id and
    time: the existing appointment, however often it is sent); external_id_conflict (the same external id at
    another time: send a second booking of one call as CAxxx:2); retry (a stricter isolation level saw an old
    state: begin a new transaction); or a result of check_appointment_time.

    For authenticated, voice_agent, service_role. A list of answers.
    """

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
    """Cancel an appointment, which frees its time at once.
    p_reason: is added to the notes.
    Returns one row: appointment_id and outcome, which is cancelled, already_cancelled, not_confirmed or
    unknown_appointment.

    For authenticated, voice_agent, service_role. A list of answers.
    """

    p_appointment_id: str
    p_reason: NotRequired[str | None]


class CancelAppointmentAnswer(TypedDict):
    outcome: str
    appointment_id: str | None


class CheckAppointmentTimeArgs(TypedDict):
    """Check whether a business can take an appointment at a time. It never returns null and never raises.
    p_duration: minutes.
    p_exclude: the appointment that is to move to this time.
    Returns ok, or the first reason that applies: missing_argument, invalid_time, invalid_duration,
    unknown_business, in_past, too_soon, too_far_ahead, outside_hours, fully_booked. For a user, another
    tenant's business is unknown_business.

    For authenticated, voice_agent, service_role.
    """

    p_business_id: str
    p_scheduled_at: str
    p_duration: NotRequired[int]
    p_exclude: NotRequired[str | None]


CheckAppointmentTimeAnswer = str


class DisputeTransactionArgs(TypedDict):
    """Record that the customer's bank took a payment back. It takes the amount from the wallet. If the wallet has
    less, the wallet is stopped and a pending debit stands for the rest; complete it when money comes in.
    p_amount: in the transaction's currency; null means all that is left of it.
    p_idempotency_key: a repeated key changes nothing more.
    Errors: 23514 dispute_of_completed_credit, refund_exceeds_amount; 23505 idempotency_key_reused.

    For service_role.
    """

    p_transaction_id: str
    p_amount: NotRequired[float | None]
    p_reason: NotRequired[str | None]
    p_idempotency_key: NotRequired[str | None]


DisputeTransactionAnswer = TransactionsRow


class DocumentCompletedArgs(TypedDict):
    """Report that the KB Updater has processed a document. It includes document_started.
    p_attempt: see document_started.
    p_chunk_count: the number of chunks; null counts as 0.
    Returns completed. Any other result means that nothing was changed: failed, stale_attempt or
    unknown_document.
    Errors: 23514 document_chunks_not_negative.

    For kb_updater, service_role.
    """

    p_document_id: str
    p_attempt: int
    p_vector_db_id: str
    p_chunk_count: int


DocumentCompletedAnswer = str


class DocumentFailedArgs(TypedDict):
    """Report that the KB Updater could not process a document. It includes document_started.
    p_attempt: see document_started.
    p_error: the reason; its first 10,000 characters are kept.
    Returns failed. Any other result means that nothing was changed: completed, stale_attempt or
    unknown_document.

    For kb_updater, service_role.
    """

    p_document_id: str
    p_attempt: int
    p_error: str


DocumentFailedAnswer = str


class DocumentStartedArgs(TypedDict):
    """Report that the KB Updater begins to process a document.
    p_attempt: `record.attempts` of the delivery.
    Returns processing: continue. Any other result means: skip the document (completed, failed, stale_attempt
    or unknown_document).

    For kb_updater, service_role.
    """

    p_document_id: str
    p_attempt: int


DocumentStartedAnswer = str


class FindBusinessByNumberArgs(TypedDict):
    """Find the business of a called phone number. The Voice Agent calls it at the start of a call. It uses one
    index look-up.
    p_phone_number: the number in E.164; it ignores spaces, dashes, dots and brackets.
    Returns no row if the number or its business is unknown, inactive or in the trash.

    For voice_agent, service_role. A list of answers.
    """

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
    """Move one row to the trash and report the result, since a DELETE reports no rows. A business takes its
    numbers, appointments and documents along.
    p_table: business_v2, business_numbers, appointments or documents.
    Returns trashed, or why nothing was changed: already_trashed, unknown (the row does not exist or belongs to
    another tenant), unknown_table or not_allowed (the caller's role may not delete from this table).
    Returns the name of the rule if one refused.

    For authenticated, service_role.
    """

    p_table: str
    p_id: str


MoveToTrashAnswer = str | None


class NearestSlotsArgs(TypedDict):
    """List the slots nearest to a time that is taken, at most 31 days away, the nearest first; of two at the same
    distance, the earlier one first. The rows are those of available_slots.
    p_duration: minutes of the appointment, 1 to 1440.
    p_limit: 1 to 100 rows.
    Errors: 22023 an argument is missing, infinite or out of range.

    For authenticated, voice_agent, service_role. A list of answers.
    """

    p_business_id: str
    p_near: str
    p_duration: NotRequired[int]
    p_limit: NotRequired[int]


class NearestSlotsAnswer(TypedDict):
    starts_at: str
    ends_at: str
    local_start: str
    free: int


class RecordDisputeArgs(TypedDict):
    """Record what a payment provider reported about one dispute. Reports may come in any order, before their
    payment, and any number of times. An open or lost dispute takes its amount from the wallet. If the wallet
    has less, the account owes the rest and the wallet is stopped. A won dispute returns the amount. A warning
    (inquiry) takes nothing.
    A dispute of more than what is left of the payment takes what is left. The rest is the platform's loss.
    p_payment_id, p_dispute_id: the provider's ids, such as pi_… and dp_….
    p_state: warning, open, won or lost.
    p_amount: in major units of p_currency.
    p_evidence_due_by: the deadline for evidence.
    p_occurred_at: the time of the report, by the provider's clock.
    Returns: see record_payment. Errors: see record_payment.

    For service_role. A list of answers.
    """

    p_payment_id: str
    p_dispute_id: str
    p_state: str
    p_amount: float
    p_currency: str
    p_reason: NotRequired[str | None]
    p_evidence_due_by: NotRequired[str | None]
    p_occurred_at: NotRequired[str | None]


class RecordDisputeAnswer(TypedDict):
    outcome: str | None
    transaction_id: str | None
    problem: str | None


class RecordPaymentArgs(TypedDict):
    """Record what a payment provider reported about a payment. Reports may come in any order and any number of
    times.
    p_payment_id: the provider's id, such as Stripe's payment intent (pi_…).
    p_state: pending, failed, cancelled or succeeded. A success is final; it completes the payment's
    transaction.
    p_amount: the amount received, in major units of p_currency; before a success, the amount requested.
    p_user_id: the account that paid. Null if the report does not name it: then the payment's transaction names
    it, or the payment is ignored.
    p_description: the description of the transaction, if this call creates it.
    p_occurred_at: the time of the report, by the provider's clock.
    Returns outcome: settled (ledger and reports agree), waiting (the payment is not known yet), attention
    (staff must act: `problem` is account_unknown, account_differs, amount_differs, amount_limit,
    currency_unsupported, currency_differs or wallet_balance_limit) or ignored (the payment belongs to no
    account of AiRa).
    Errors: 23514 payment_fact_state_known, payment_fact_amount_finite, payment_fact_ids_given,
      payment_fact_currency_known.

    For service_role. A list of answers.
    """

    p_payment_id: str
    p_state: str
    p_amount: float
    p_currency: str
    p_user_id: NotRequired[str | None]
    p_description: NotRequired[str | None]
    p_reason: NotRequired[str | None]
    p_occurred_at: NotRequired[str | None]


class RecordPaymentAnswer(TypedDict):
    outcome: str | None
    transaction_id: str | None
    problem: str | None


class RecordRefundArgs(TypedDict):
    """Record what a payment provider reported about one refund. Reports may come in any order, before their
    payment, and any number of times. A pending or succeeded refund takes its amount from the wallet; a failed
    or cancelled refund returns it.
    A refund of more than what is left of the payment takes what is left. The rest is the platform's loss.
    p_payment_id, p_refund_id: the provider's ids, such as pi_… and re_….
    p_state: pending, succeeded, failed or cancelled.
    p_amount: in major units of p_currency.
    p_occurred_at: the time of the report, by the provider's clock.
    Returns: see record_payment. Errors: see record_payment.

    For service_role. A list of answers.
    """

    p_payment_id: str
    p_refund_id: str
    p_state: str
    p_amount: float
    p_currency: str
    p_reason: NotRequired[str | None]
    p_occurred_at: NotRequired[str | None]


class RecordRefundAnswer(TypedDict):
    outcome: str | None
    transaction_id: str | None
    problem: str | None


class RecordRefundedTotalArgs(TypedDict):
    """Record how much of a charge has been refunded, if the provider reports only the sum (Stripe's
    amount_refunded). Only the part that refunds with an id don't explain counts. The largest sum counts, in
    any order of arrival.
    p_payment_id, p_charge_id: the provider's ids, such as pi_… and ch_….
    p_amount: in major units of p_currency.
    p_occurred_at: the time of the report, by the provider's clock.
    Returns: see record_payment. Errors: see record_payment.

    For service_role. A list of answers.
    """

    p_payment_id: str
    p_charge_id: str
    p_amount: float
    p_currency: str
    p_occurred_at: NotRequired[str | None]


class RecordRefundedTotalAnswer(TypedDict):
    outcome: str | None
    transaction_id: str | None
    problem: str | None


class RecordStripeEventArgs(TypedDict):
    """Record one Stripe event, as Stripe's webhook sends it. Verify its signature first, with Stripe's library.
    Events may come in any order and any number of times. It processes payment_intent.*, charge.refunded,
    refund.*, charge.refund.updated and charge.dispute.*, in API versions with and without expanded refunds. It
    ignores other types.
    The payment intent carries metadata {"user_id": the account}. A payment intent without it is ignored,
    unless a transaction names it.
    p_event: the event.
    p_live: true ignores test-mode events, false ignores live events, null processes both.
    Returns outcome: the most severe one that record_payment, record_refund, record_refunded_total and
    record_dispute return.
    Errors: 23514 stripe_event_readable (a known type without id, amount or currency), and those of these
      functions.

    For service_role. A list of answers.
    """

    p_event: Any
    p_live: NotRequired[bool | None]


class RecordStripeEventAnswer(TypedDict):
    outcome: str | None
    transaction_id: str | None
    problem: str | None


class RecordTransactionArgs(TypedDict):
    """Record a transaction once, however often it is sent, and set its status. Services use this function to
    write transactions.
    The same idempotency key with the same content returns the existing row, even if it has changed since:
    captured for less, given a payment intent, or its phone number purged. The same payment intent and type
    returns the existing row, set to p_status if the states allow it. So webhooks that Stripe repeats, delays
    or sends out of order do no harm.
    p_amount: in p_currency, two decimals. All arguments after p_currency have a default.
    Errors: 23505 idempotency_key_reused, transaction_payment_intent_once (the content differs); see also the
      rules of the table.

    For service_role.
    """

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
    """Refund a completed transaction: a debit to the wallet, a credit out of the wallet. Partial refunds add up
    to at most the amount; then the status becomes refunded.
    p_amount: in the transaction's currency; null means all that is left.
    p_idempotency_key: a repeated key refunds once.
    Errors: 23514 refund_exceeds_amount, transaction_status_transition, transaction_amount_positive,
      wallet_balance_not_negative (a credit whose money is spent); 23505 idempotency_key_reused; 23503
      refund_of_known_transaction.

    For service_role.
    """

    p_transaction_id: str
    p_amount: NotRequired[float | None]
    p_reason: NotRequired[str | None]
    p_idempotency_key: NotRequired[str | None]


RefundTransactionAnswer = TransactionsRow


class RescheduleAppointmentArgs(TypedDict):
    """Move an appointment to another time. Its current time counts as free.
    p_duration: minutes; null keeps the duration.
    Returns one row: outcome and appointment_id. outcome is rescheduled; already_cancelled; not_confirmed
    (completed or no-show); unknown_appointment; retry (see book_appointment); or a result of
    check_appointment_time, if nothing was changed.

    For authenticated, voice_agent, service_role. A list of answers.
    """

    p_appointment_id: str
    p_scheduled_at: str
    p_duration: NotRequired[int | None]


class RescheduleAppointmentAnswer(TypedDict):
    outcome: str
    appointment_id: str | None


class RestoreFromTrashArgs(TypedDict):
    """Restore one row from the trash. A business restores the rows that went to the trash with it.
    p_table: business_v2, business_numbers, appointments or documents.
    Returns restored, or why nothing was changed: not_in_trash, unknown (the row does not exist or belongs to
    another tenant), unknown_table or not_allowed (the caller's role may not delete from this table).
    Returns the name of the rule if one refused, such as business_is_in_trash, appointments_no_double_booking
    or appointment_external_id_once.

    For authenticated, service_role.
    """

    p_table: str
    p_id: str


RestoreFromTrashAnswer = str | None


class SearchAppointmentsArgs(TypedDict):
    """Search appointments by customer: name (typos are fine), phone number in any spelling, e-mail, service,
    external id or notes. Best first. A user searches their own appointments. A text without a word finds
    nothing.
    p_limit: at most 100 rows.
    Returns rank: 0 to 1.

    For authenticated, service_role. A list of answers.
    """

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
    """Search documents by file name (typos are fine) or path. Best first. A user searches their own documents. A
    text without a word finds nothing.
    p_limit: at most 100 rows.
    Returns rank: 0 to 1.

    For authenticated, service_role. A list of answers.
    """

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
    """Return true if check_appointment_time returns ok. It exists for clients of the original database. It never
    returns null and never raises.

    For authenticated, voice_agent, service_role.
    """

    p_business_id: str
    p_scheduled_at: str
    p_duration: int


ValidateAppointmentTimeAnswer = bool


class WalletStatementArgs(TypedDict):
    """Return the statement of one currency of an account's wallet, from p_from (included) to p_to (excluded): one
    row with the opening balance, the entries as a JSON list in their order, and the closing balance. Row
    security applies: for a user, the statement of another account is empty.
    Errors: 22023 p_from is later than p_to.

    For authenticated, service_role. A list of answers.
    """

    p_user_id: str
    p_from: str
    p_to: str
    p_currency: str


class WalletStatementAnswer(TypedDict):
    opening_balance: float
    entries: Any
    closing_balance: float
