"""Written by `manage.py types` from a migrated database. A test compares them. For Python 3.11 and newer.

Rows are in the data API's JSON form: ids and times are text. Amounts are numeric(10,2), which arrives as a float: use
`Decimal(str(value))` before you add them up. psycopg returns UUID, datetime and Decimal instead.

The docstring of a table's row lists the columns that each role may select, insert and update. Other columns are
refused with 42501.
"""

from typing import Any, Literal, NotRequired, TypedDict

AppointmentSource = Literal["manual", "voice_agent", "web", "sms"]
"""How an appointment was booked: by hand, by the Voice Agent, on the web, by text message."""
AppointmentStatus = Literal["confirmed", "cancelled", "completed", "no_show"]
"""State of an appointment: confirmed takes up time; cancelled, completed and no_show do not."""
BusinessNumberType = Literal["local", "toll_free", "mobile", "international", "vanity"]
"""What kind of phone number it is."""
ProcessingStatus = Literal["pending", "processing", "completed", "failed"]
"""State of a document: pending, then processing, then completed or failed; both can be queued again."""
TransactionStatus = Literal["pending", "completed", "failed", "refunded"]
"""State of a transaction: pending, then completed or failed; completed ones can be refunded."""
TransactionType = Literal["credit", "debit"]
"""A credit adds to a wallet, a debit takes from it."""


class AppointmentsRow(TypedDict):
    """An appointment of a customer with a business, from every source. The database refuses one beyond the capacity.

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
    """Minutes kept free after it, as the rules were when it got its place. Set by the database."""
    buffer_before: int
    """Minutes kept free before it, as the rules were when it got its place. Set by the database."""
    business_id: str
    """The business that is visited."""
    busy_from: str | None
    """Start of the time that it takes up, with the buffer before it. Set by the database."""
    busy_to: str | None
    """End of the time that it takes up, with the buffer after it. Set by the database."""
    created_at: str
    """When the row was inserted. Times are with time zone."""
    customer_email: str | None
    """The customer's e-mail. At most 254 characters."""
    customer_name: str
    """The customer's name. At most 200 characters, one line."""
    customer_phone: str | None
    """The customer's phone number in any spelling. At most 40 characters."""
    deleted_at: str | None
    """Since when the row is in the trash; empty while it is alive. A DELETE sets it."""
    duration: int
    """Minutes, 1 to 1440."""
    external_id: str | None
    """Twilio CallSid, web booking id, …: a booking that is sent again finds the first one by it."""
    id: str
    """Chosen by whoever inserts, else random. It never changes."""
    notes: str | None
    """Free text. At most 10,000 characters; a cancellation adds its reason."""
    scheduled_at: str
    """Start of the appointment, with time zone."""
    search: Any
    """What full-text search looks through. Set by the database."""
    service_type: str | None
    """What was booked, in the business's words."""
    slot_number: int | None
    """Tells apart appointments at the same time; empty unless it is confirmed. Set by the database."""
    source: AppointmentSource
    """How the appointment was booked."""
    status: AppointmentStatus
    """Only confirmed appointments take up time."""
    updated_at: str
    """When the row was last written, set by the database whatever was sent."""
    user_id: str
    """The account that the business belongs to. Set by the database when it is left out."""


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
    """How many appointments the caller's businesses have, by day, source and status; the trash does not count.

    authenticated: select all
    """

    appointments: int | None
    """How many."""
    business_id: str | None
    """The business."""
    day: str | None
    """Of the business's time zone."""
    minutes: int | None
    """Their durations added up."""
    refreshed_at: str | None
    """What the figures are as of."""
    source: AppointmentSource | None
    """How they were booked."""
    status: AppointmentStatus | None
    """What became of them."""


class BookingRulesRow(TypedDict):
    """How a business takes appointments; one without a row has these defaults.

    authenticated: select all; insert buffer_after, buffer_before, business_id, capacity, id, max_days_ahead,
      min_notice, slot_step, user_id; update buffer_after, buffer_before, business_id, capacity, id, max_days_ahead,
      min_notice, slot_step, user_id
    voice_agent: select all
    service_role: select all; insert all; update all
    """

    buffer_after: int
    """Minutes kept free after each, 0 to 1440."""
    buffer_before: int
    """Minutes kept free before each, 0 to 1440."""
    business_id: str
    """The business that takes the appointments. One row a business."""
    capacity: int
    """Appointments at the same time, 1 to 1000."""
    created_at: str
    """When the row was inserted. Times are with time zone."""
    id: str
    """Chosen by whoever inserts, else random. It never changes."""
    max_days_ahead: int
    """How many days ahead can be booked, 0 to 3650."""
    min_notice: int
    """Minutes between booking and start, 0 to 525600."""
    slot_step: int | None
    """Minutes between offered starts, 1 to 1440; empty means the duration asked for."""
    updated_at: str
    """When the row was last written, set by the database whatever was sent."""
    user_id: str
    """The account that the business belongs to. Set by the database when it is left out."""


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
    """A phone number that customers call. It is bought and configured by the UI's server.

    authenticated: select all; update business_id, display_name, is_primary, notes
    voice_agent: select all
    service_role: select all; insert all; update all
    """

    business_id: str | None
    """The business that answers. Empty while the number is assigned to none."""
    capabilities: Any
    """{"voice": true, "sms": true, …}, of voice, sms, mms and fax."""
    country_code: str
    """ISO 3166 code of its country, such as US."""
    created_at: str
    """When the row was inserted. Times are with time zone."""
    deleted_at: str | None
    """Since when the row is in the trash; empty while it is alive. A DELETE sets it."""
    display_name: str
    """What staff and owners call the number."""
    features: Any
    """A JSON list of what the provider adds to the number. At most 64 kB."""
    id: str
    """Chosen by whoever inserts, else random. It never changes."""
    is_active: bool
    """An inactive number is not answered."""
    is_primary: bool
    """A business has at most one primary number."""
    monthly_cost: float | None
    """In the currency that the provider bills in."""
    notes: str | None
    """Free text of its owner and of staff. At most 10,000 characters."""
    number_type: BusinessNumberType
    """What kind of number it is."""
    phone_number: str
    """E.164, such as +14155550123."""
    provider: str
    """Who the number was bought from."""
    purchase_date: str | None
    """When it was bought."""
    sms_url: str | None
    """Where Twilio sends text messages: an http or https address."""
    status_callback_url: str | None
    """Where Twilio reports what became of a call: an http or https address."""
    twilio_account_sid: str | None
    """Twilio's id of the account that it was bought with."""
    twilio_sid: str | None
    """Twilio's id of the number."""
    updated_at: str
    """When the row was last written, set by the database whatever was sent."""
    user_id: str
    """The account that the number belongs to. Left out, it is the owner of the business."""
    voice_url: str | None
    """The Voice Agent's address; filled in when it is left empty."""


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
    """A business profile: what the Voice Agent answers for, and the parent of its owner's other rows.

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
    """Opening hours in local time; empty means 09:00–18:00 every day."""
    business_type: str
    """restaurant, retail or service."""
    created_at: str
    """When the row was inserted. Times are with time zone."""
    deleted_at: str | None
    """Since when the row is in the trash; empty while it is alive. A DELETE sets it."""
    description: str | None
    """What the business is and offers. At most 10,000 characters."""
    email: str | None
    """The e-mail that customers write to."""
    id: str
    """Chosen by whoever inserts, else random. It never changes."""
    is_active: bool
    """An inactive business is not found by the numbers that customers call."""
    logo_url: str | None
    """Address of a picture, http or https."""
    name: str
    """What the business is called. At most 200 characters, one line."""
    phone_number: str | None
    """Where people answer, in E.164 form, such as +14155550123."""
    search: Any
    """What full-text search looks through. Set by the database."""
    timezone: str
    """IANA name, such as Europe/Berlin. Opening hours and days of reports are local to it."""
    updated_at: str
    """When the row was last written, set by the database whatever was sent."""
    user_id: str
    """The account that the business belongs to. Left out, it is the caller's; a service has to say it."""
    website: str | None
    """The business's web address, http or https."""


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
    """Processing of the caller's documents by day; the trash does not count.

    authenticated: select all
    """

    completed: int | None
    """Documents whose last processing ended well that day."""
    day: str | None
    """Of UTC."""
    failed: int | None
    """Documents whose last processing failed that day."""
    median_seconds: float | None
    """Of processing, from its start to its end."""
    p95_seconds: float | None
    """What 95 of 100 took at most."""
    refreshed_at: str | None
    """What the figures are as of."""
    uploaded: int | None
    """Documents that were created that day."""


class DocumentsRow(TypedDict):
    """A file that a business uploads, and what the KB Updater made of it.

    authenticated: select all; insert business_id, file_name, file_path, file_size, id, mime_type, user_id; update
      file_name
    kb_updater: select all; update chunk_count, processing_error, processing_status, vector_db_id
    service_role: select all; insert all; update all
    """

    attempts: int
    """Number of the current attempt, from 1. Set by the database."""
    business_id: str
    """The business that uploaded it."""
    chunk_count: int
    """Into how many chunks it was cut. Set by the KB Updater."""
    created_at: str
    """When the row was inserted. Times are with time zone."""
    deleted_at: str | None
    """Since when the row is in the trash; empty while it is alive. A DELETE sets it."""
    file_name: str
    """As the uploader called the file. At most 255 characters, one line."""
    file_path: str
    """Where the file is in the storage. What a user writes begins with the business's id and “/”."""
    file_size: int | None
    """Bytes."""
    id: str
    """Chosen by whoever inserts, else random. It never changes."""
    mime_type: str | None
    """Such as application/pdf."""
    processed_at: str | None
    """When it was completed or failed. Set by the database."""
    processing_error: str | None
    """Why it failed, in words for its owner. At most 10,000 characters."""
    processing_started_at: str | None
    """When the current attempt was taken up. Set by the database."""
    processing_status: ProcessingStatus
    """What the KB Updater has done with it."""
    rescues: int
    """How often it was stuck in processing since it was last queued by hand. Set by the database."""
    search: Any
    """What full-text search looks through. Set by the database."""
    updated_at: str
    """When the row was last written, set by the database whatever was sent."""
    user_id: str
    """The account that the business belongs to. Set by the database when it is left out."""
    vector_db_id: str | None
    """Where its vectors are. Set by the KB Updater."""


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
    """One posting: what was added to a wallet's balance, and what it came to. Written by the posting trigger alone.

    authenticated: select all
    service_role: select all
    """

    amount: float
    """What was added to the balance; negative for what was taken."""
    balance_after: float
    """The balance of that currency after it."""
    contra: str
    """The other side, such as stripe, number, adjustment or account_closed."""
    created_at: str
    """When it was posted. It rises with seq."""
    currency: str
    """USD or INR."""
    hash: str
    """SHA-256 over the entry and the hash of the one before it."""
    id: str
    """Random."""
    kind: str
    """opening, post, refund, reinstate or close."""
    seq: int
    """Number of the entry in its wallet, from 1, without gaps."""
    transaction_id: str | None
    """What was posted; empty for an opening and a closing entry."""
    updated_at: str
    """The same: an entry never changes."""
    user_id: str
    """The account that the money belonged to. It may be gone: entries stay."""
    wallet_id: str
    """The wallet that was posted to. It may be gone: entries stay."""


class NumberCostsRow(TypedDict):
    """What the caller's numbers in use cost a month, by provider and type: active ones that are not in the trash.

    authenticated: select all
    """

    monthly_cost: float | None
    """All together, in the currency that the provider bills in."""
    number_type: BusinessNumberType | None
    """What kind of numbers they are."""
    numbers: int | None
    """How many."""
    provider: str | None
    """Who the numbers were bought from."""
    refreshed_at: str | None
    """What the figures are as of."""
    unknown: int | None
    """Numbers without a cost."""


class SpendingByDayRow(TypedDict):
    """What the caller's account spent, by day and currency; see analytics.daily_revenue.

    authenticated: select all
    """

    carried: float | None
    """Opening balances of the adoption, less what was left when the account was closed."""
    change: float | None
    """How the balance changed, all of these together."""
    currency: str | None
    """USD or INR."""
    day: str | None
    """Of UTC."""
    paid_back: float | None
    """Top-ups that were given back."""
    refreshed_at: str | None
    """What the figures are as of."""
    refunded: float | None
    """Charges that were given back."""
    spent: float | None
    """Charges."""
    topped_up: float | None
    """What came into the wallet."""


class TransactionsRow(TypedDict):
    """Money coming in or going out. A completed one is posted to the ledger, once, and then stays as it is.

    authenticated: select all
    service_role: select all; insert all; update all
    """

    amount: float
    """In its currency, two decimals, greater than 0."""
    business_number_id: str | None
    """The number that the charge is for."""
    completed_at: str | None
    """When it was completed. Set by the database."""
    created_at: str
    """When the row was inserted. Times are with time zone."""
    currency: str
    """USD or INR."""
    description: str | None
    """What it is for. At most 10,000 characters."""
    disputed_amount: float
    """The part of a payment that open and lost disputes claim, in its currency. Set by the database."""
    expires_at: str | None
    """When an uncaptured hold is released; empty for never."""
    hold: bool
    """A pending debit that reserves its amount."""
    id: str
    """Chosen by whoever inserts, else random. It never changes."""
    idempotency_key: str | None
    """Chosen by the caller: the same key records once. Once in an account."""
    metadata: Any
    """JSON of the service that recorded it. At most 64 kB."""
    refunded_amount: float
    """All that went back, refunds and disputes, in its currency. Raising it refunds the difference."""
    status: TransactionStatus
    """A completed one is posted to the ledger, once."""
    stripe_payment_intent_id: str | None
    """Stripe's id of the payment. Once for each type."""
    type: TransactionType
    """A credit adds to the wallet, a debit takes from it."""
    updated_at: str
    """When the row was last written, set by the database whatever was sent."""
    user_id: str
    """The account whose wallet it moves."""


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
    """How full the caller's businesses are, from 90 days ago to 14 ahead; days without an open minute have no row.

    authenticated: select all
    """

    booked_minutes: float | None
    """Of confirmed, completed and missed appointments, within the open hours, without buffers."""
    business_id: str | None
    """The business."""
    capacity: int | None
    """Appointments at the same time, as of now."""
    day: str | None
    """Of the business's time zone."""
    open_minutes: float | None
    """How long it is open; an interval over midnight belongs to the day it opens."""
    refreshed_at: str | None
    """What the figures are as of."""
    utilisation: float | None
    """Booked_minutes / (open_minutes × capacity): 0.5 is half full."""


class WalletsRow(TypedDict):
    """One account's money. The posting trigger alone moves balances; no role may write them.

    authenticated: select all
    service_role: select all; insert all; update all
    """

    balance_inr: float
    """Indian rupees, held ones included. Moved by postings alone."""
    balance_usd: float
    """US dollars, held ones included. Moved by postings alone."""
    created_at: str
    """When the row was inserted. Times are with time zone."""
    currency: str
    """What new charges are made in: USD or INR."""
    held_inr: float
    """Indian rupees that pending debits reserve. Set by the database."""
    held_usd: float
    """US dollars that pending debits reserve. Set by the database."""
    id: str
    """Chosen by whoever inserts, else random. It never changes."""
    is_active: bool
    """An inactive wallet takes credits and no debits."""
    ledger_at: str | None
    """Time of the newest entry of the wallet's ledger. Set by the database."""
    ledger_hash: str | None
    """Hash of the newest entry of the wallet's ledger. Set by the database."""
    ledger_seq: int
    """Number of the newest entry of the wallet's ledger. Set by the database."""
    stopped_by_provider: bool
    """Stopped because the payment provider took back money that it does not have. Set by the database."""
    updated_at: str
    """When the row was last written, set by the database whatever was sent."""
    user_id: str
    """The account that the money belongs to. One wallet an account."""


class WalletsInsert(TypedDict):
    currency: NotRequired[str]
    is_active: NotRequired[bool]
    user_id: str


class WalletsUpdate(TypedDict, total=False):
    currency: str
    is_active: bool


class AppointmentsAboveCapacityArgs(TypedDict):
    """Confirmed appointments to come that are there at the same time as more others than the business takes, its
      buffers included: those that came
    back with their business, or stayed, after its capacity was lowered. In order. No rows for an unknown business,
      or another tenant's.

    For authenticated, service_role. A list of answers.
    """

    p_business_id: str


class AppointmentsAboveCapacityAnswer(TypedDict):
    appointment_id: str | None
    scheduled_at: str | None
    duration: int | None


class AvailableSlotsArgs(TypedDict):
    """The times between p_from and p_to (not included) at which an appointment of p_duration minutes can begin, in
      order: on a grid
    from each opening, inside the opening hours, with room for one more. free: how many more fit; local_start: in
      the
    business's zone, with its offset. No rows for an unknown business.
    p_step: minutes; null for the business's own, or the duration. p_limit: 1 to 1000.
    Errors: 22023 for what is missing, infinite, out of range, or longer than 62 days.

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
    """Checks and books in one: nobody comes between. One row: outcome and appointment_id.
    outcome: booked; already_booked (the same external id and time: the same row, however often it is sent);
    external_id_conflict (the same external id at another time: send a second booking of one call as CAxxx:2); retry
      (a stricter
    isolation level saw an old state: begin a new transaction); or what check_appointment_time says.
    p_duration: minutes.

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
    """Cancels an appointment; its time is free at once. One row: outcome (cancelled, already_cancelled, not_confirmed,
    unknown_appointment) and appointment_id. p_reason is added to the notes.

    For authenticated, voice_agent, service_role. A list of answers.
    """

    p_appointment_id: str
    p_reason: NotRequired[str | None]


class CancelAppointmentAnswer(TypedDict):
    outcome: str
    appointment_id: str | None


class CheckAppointmentTimeArgs(TypedDict):
    """Whether a business takes an appointment at a time: ok, or the first that applies of missing_argument,
      invalid_time,
    invalid_duration, unknown_business, in_past, too_soon, too_far_ahead, outside_hours, fully_booked. Never null,
      never raises.
    p_duration: minutes. p_exclude: an appointment that is to move there. To a user, another tenant's business is
      unknown_business.

    For authenticated, voice_agent, service_role.
    """

    p_business_id: str
    p_scheduled_at: str
    p_duration: NotRequired[int]
    p_exclude: NotRequired[str | None]


CheckAppointmentTimeAnswer = str


class DisputeTransactionArgs(TypedDict):
    """The customer's bank takes a payment back. Takes what the wallet can spend; when that is not all, the wallet is
      set inactive
    and a pending debit stands for the rest, to be completed when money comes in.
    p_amount: in the transaction's currency; null for what is left of it. A repeated p_idempotency_key does nothing
      more.
    Errors: 23514 dispute_of_completed_credit, refund_exceeds_amount; 23505 idempotency_key_reused.

    For service_role.
    """

    p_transaction_id: str
    p_amount: NotRequired[float | None]
    p_reason: NotRequired[str | None]
    p_idempotency_key: NotRequired[str | None]


DisputeTransactionAnswer = TransactionsRow


class DocumentCompletedArgs(TypedDict):
    """The KB Updater is done with a document; p_attempt as in document_started, which is implied.
    Answers completed; anything else: nothing was changed (failed, stale_attempt, unknown_document).
    Errors: 23514 document_chunks_not_negative.

    For kb_updater, service_role.
    """

    p_document_id: str
    p_attempt: int
    p_vector_db_id: str
    p_chunk_count: int


DocumentCompletedAnswer = str


class DocumentFailedArgs(TypedDict):
    """The KB Updater gives a document up; p_attempt as in document_started, which is implied.
    Of a longer error its first 10,000 characters are kept.
    Answers failed; anything else: nothing was changed (completed, stale_attempt, unknown_document).

    For kb_updater, service_role.
    """

    p_document_id: str
    p_attempt: int
    p_error: str


DocumentFailedAnswer = str


class DocumentStartedArgs(TypedDict):
    """The KB Updater takes a document up. p_attempt: `record.attempts` of the delivery.
    Answers processing: go on; anything else: leave it (completed, failed, stale_attempt, unknown_document).

    For kb_updater, service_role.
    """

    p_document_id: str
    p_attempt: int


DocumentStartedAnswer = str


class FindBusinessByNumberArgs(TypedDict):
    """For the Voice Agent at the start of a call: the business that the called number belongs to. Spaces, dashes, dots
      and
    brackets in the number don't matter. No row for an unknown, inactive or trashed number or business. One index
      probe.

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
    """Moves one row to the trash and says so, where a DELETE reports no row. p_table: business_v2, business_numbers,
      appointments
    or documents. A business takes its numbers, appointments and documents along.
    Answers trashed, or why nothing was changed: already_trashed, unknown (no such row, or another tenant's),
      unknown_table,
    not_allowed (the caller's role may not delete from this table), or the name of the rule that refused.

    For authenticated, service_role.
    """

    p_table: str
    p_id: str


MoveToTrashAnswer = str | None


class NearestSlotsArgs(TypedDict):
    """What to offer when a time is taken: the free times nearest to p_near, within a month of it; of two at the same
      distance the
    earlier first. The rows are those of available_slots.
    Errors: 22023 for what is missing, infinite or out of range.

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
    """Record what a payment provider reported of one dispute. Reports may come in any order, also before their
      payment, and
    any number of times. An open or lost dispute takes its amount from the wallet; what the wallet lacks is owed,
      and the
    wallet stops. A won dispute returns it; a warning (inquiry) takes nothing.
    A dispute above what is left of the payment takes what is left; the rest is the platform's loss.
    p_payment_id, p_dispute_id: the provider's ids, such as pi_… and dp_…. p_state: warning, open, won or lost.
    p_amount: in major units of p_currency. p_evidence_due_by: until when evidence can be sent.
    Returns as record_payment does. Errors: the same.

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
    """Record what a payment provider reported of a payment. Reports may come in any order, any number of times.
    p_payment_id: the provider's id, such as Stripe's payment intent (pi_…).
    p_state: pending, failed, cancelled or succeeded. A success is final; it completes the payment's transaction.
    p_amount: what was received, in major units of p_currency; before a success, what was asked for.
    p_user_id: the account that paid. Null where it is not known here: the payment's transaction says it, or it is
      not ours.
    p_description: of the transaction, where this call makes it. p_occurred_at: when, by the provider's clock.
    Returns outcome: settled (ledger and reports agree), waiting (the payment is not known yet), attention (a person
      has to
    look: `problem` is account_unknown, account_differs, amount_differs, amount_limit, currency_unsupported,
    currency_differs or wallet_balance_limit) or ignored (no account stands behind it).
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
    """Record what a payment provider reported of one refund. Reports may come in any order, also before their payment,
      and any
    number of times. A pending or succeeded refund takes its amount from the wallet; a failed or cancelled one
      returns it.
    A refund above what is left of the payment takes what is left; the rest is the platform's loss.
    p_payment_id, p_refund_id: the provider's ids, such as pi_… and re_…. p_state: pending, succeeded, failed or
      cancelled.
    p_amount: in major units of p_currency. p_occurred_at: when, by the provider's clock.
    Returns as record_payment does. Errors: the same.

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
    """Record how much of a charge was refunded so far, where the provider reports only the sum (Stripe's
      amount_refunded).
    It counts as far as refunds with an id do not explain it. The largest sum counts, in whatever order they arrive.
    p_payment_id, p_charge_id: the provider's ids, such as pi_… and ch_…. p_amount: in major units of p_currency.
    Returns as record_payment does. Errors: the same.

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
    """Record one event of Stripe, as its webhook sends it. Verify the signature first, with Stripe's library.
    Events may come in any order, any number of times. Known are payment_intent.*, charge.refunded, refund.*,
    charge.refund.updated and charge.dispute.*, in API versions with and without expanded refunds; others are
      ignored.
    The payment intent carries metadata {"user_id": the account}. One without it is not ours and is ignored, unless
      a
    transaction names it.
    p_event: the event. p_live: true ignores test-mode events, false ignores live ones, null takes both.
    Returns outcome: the worst of what record_payment, record_refund, record_refunded_total and record_dispute
      return.
    Errors: 23514 stripe_event_readable (a known type without id, amount or currency), and those of these functions.

    For service_role. A list of answers.
    """

    p_event: Any
    p_live: NotRequired[bool | None]


class RecordStripeEventAnswer(TypedDict):
    outcome: str | None
    transaction_id: str | None
    problem: str | None


class RecordTransactionArgs(TypedDict):
    """The way in for services: records a transaction once, however often it is sent, and moves it on.
    The same idempotency key with the same content gives the first row again, whatever became of it since: captured
      at less, given
    a payment intent, its number purged. The same payment intent and type gives that
    row, moved to p_status where the states allow it: what Stripe redelivers, late or out of order, does no harm.
    p_amount: in p_currency, two decimals. Everything after p_currency has a default.
    Errors: 23505 idempotency_key_reused, transaction_payment_intent_once (the content differs); those of the table.

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
    """Gives back a completed transaction: a debit to the wallet, a credit out of it. Partial refunds add up to at most
      the
    amount, then the status turns refunded.
    p_amount: in the transaction's currency; null for what is left. A repeated p_idempotency_key refunds once.
    Errors: 23514 refund_exceeds_amount, transaction_status_transition, transaction_amount_positive,
            wallet_balance_not_negative (a credit whose money is spent); 23505 idempotency_key_reused;
            23503 refund_of_known_transaction.

    For service_role.
    """

    p_transaction_id: str
    p_amount: NotRequired[float | None]
    p_reason: NotRequired[str | None]
    p_idempotency_key: NotRequired[str | None]


RefundTransactionAnswer = TransactionsRow


class RescheduleAppointmentArgs(TypedDict):
    """Moves an appointment to another time; the one it has counts as free. One row: outcome and appointment_id.
    outcome: rescheduled; already_cancelled; not_confirmed (it took place, or nobody came); unknown_appointment;
      retry (as
    book_appointment); or what check_appointment_time says, and nothing is changed. p_duration: minutes; null keeps
      it.

    For authenticated, voice_agent, service_role. A list of answers.
    """

    p_appointment_id: str
    p_scheduled_at: str
    p_duration: NotRequired[int | None]


class RescheduleAppointmentAnswer(TypedDict):
    outcome: str
    appointment_id: str | None


class RestoreFromTrashArgs(TypedDict):
    """Brings one row back from the trash. p_table: business_v2, business_numbers, appointments or documents. A
      business brings back
    what went to the trash with it.
    Answers restored, or why nothing was changed: not_in_trash, unknown (no such row, or another tenant's),
      unknown_table,
    not_allowed (the caller's role may not delete from this table), or the name of the rule that refused, such as
    business_is_in_trash, appointments_no_double_booking and appointment_external_id_once.

    For authenticated, service_role.
    """

    p_table: str
    p_id: str


RestoreFromTrashAnswer = str | None


class SearchAppointmentsArgs(TypedDict):
    """Appointments by customer: name (with typos), phone in any spelling, e-mail, service, external id, notes; best
      first. A user searches
    their own. rank: 0 to 1. p_limit: at most 100. Text that holds no word finds nothing.

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
    """Documents by their file's name, with typos, or path; best first. A user searches their own. rank: 0 to 1.
      p_limit: at most 100.
    Text that holds no word finds nothing.

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
    """The original design's question: true when check_appointment_time says ok. Never null, never raises.

    For authenticated, voice_agent, service_role.
    """

    p_business_id: str
    p_scheduled_at: str
    p_duration: int


ValidateAppointmentTimeAnswer = bool


class WalletStatementArgs(TypedDict):
    """What happened to one currency of an account's wallet from p_from (included) to p_to (not): one row with the
      balance
    before, the entries as a JSON list in their order, and the balance after. Row security decides: to a user
      another
    account's statement is empty. Errors: 22023 where p_from is after p_to.

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
