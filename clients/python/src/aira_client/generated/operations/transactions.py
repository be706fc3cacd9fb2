"""Operations of transactions, and the arguments of their methods."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Required
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import Currency, Results, Transaction, TransactionStatus, TransactionType
from aira_client.generated.options import ActionOptions, Options, PostOptions, RowOptions


class TransactionsList(Options, total=False):
    """Arguments of `transactions.list`."""

    amount__gte: float
    amount__lte: float
    business_number: UUID | str
    completed_at__gte: datetime | str
    completed_at__lt: datetime | str
    created_at__gte: datetime | str
    created_at__lt: datetime | str
    currency: str
    """One of USD, INR, or several with commas between them."""
    cursor: str
    """Cursor from `next` or `previous`."""
    metadata: Mapping[str, Any]
    """Rows whose metadata has these values: `metadata[key]=value`. Add `user` or a time, so that fewer rows are
    searched.
    """
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    q: str
    """Id, e-mail, phone number, Twilio SID, payment intent or words. Finds at most 100 rows. Without personal:read,
    people are found only by a whole e-mail, phone number or word of the name.
    """
    status: str
    """One of pending, completed, failed, refunded, or several with commas between them."""
    stripe_payment_intent_id: str
    type: str
    """One of credit, debit, or several with commas between them."""
    updated_since: datetime | str
    """Rows that changed since this time, also those in the trash, in an order that misses none: see the guide Pages.
    Follow `resume`.
    """
    user: UUID | str
    expand: str
    """Rows to add below `expanded`, with commas between them: user, business_number. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class TransactionsRetrieve(Options, total=False):
    """Arguments of `transactions.retrieve`."""

    expand: str
    """Rows to add below `expanded`, with commas between them: user, business_number. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


class TransactionsComplete(ActionOptions, total=False):
    """Arguments of `transactions.complete`."""

    amount: Decimal | str
    """Amount to capture of a hold. Default: all of it."""


class TransactionsDispute(RowOptions, total=False):
    """Arguments of `transactions.dispute`."""

    amount: Decimal | str
    """Default: all that is left."""
    reason: str
    key: str
    """The same key refunds once. Deprecated: send the header Idempotency-Key, which has the same effect."""


class TransactionsRefund(RowOptions, total=False):
    """Arguments of `transactions.refund`."""

    amount: Decimal | str
    """Default: all that is left."""
    reason: str
    key: str
    """The same key refunds once. Deprecated: send the header Idempotency-Key, which has the same effect."""


class TransactionsAdjust(PostOptions, total=False):
    """Arguments of `transactions.adjust`."""

    user: Required[UUID | str]
    """The account whose wallet is adjusted."""
    type: Required[TransactionType]
    """A credit adds to the wallet, a debit takes from it."""
    amount: Required[Decimal | str]
    currency: Required[Currency]
    reason: Required[str]
    """Becomes the description of the transaction."""
    corrects: UUID | str
    """The transaction whose posting is corrected."""
    key: str
    """The same key and content adjust once. Deprecated: send the header Idempotency-Key, which has the same effect."""


class TransactionsBulk(PostOptions, total=False):
    """Arguments of `transactions.bulk`."""

    items: Required[Sequence[Mapping[str, Any]]]
    atomic: bool
    """Whether one refused item prevents all others. The status is then 409, and nothing is saved."""
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


class TransactionsRecord(PostOptions, total=False):
    """Arguments of `transactions.record`."""

    user: Required[UUID | str]
    type: Required[TransactionType]
    amount: Required[Decimal | str]
    currency: Required[Currency]
    status: TransactionStatus
    description: str
    metadata: Any
    stripe_payment_intent_id: str
    business_number: UUID | str
    hold: bool
    expires_at: datetime | str
    reason: str | None
    """Reason, recorded with the change unless X-Reason is sent."""


LIST = operations.Operation(
    "transactions.list",
    "GET",
    "/api/v1/transactions",
    query=(
        "amount__gte",
        "amount__lte",
        "business_number",
        "completed_at__gte",
        "completed_at__lt",
        "created_at__gte",
        "created_at__lt",
        "currency",
        "cursor",
        "metadata",
        "ordering",
        "page_size",
        "q",
        "status",
        "stripe_payment_intent_id",
        "type",
        "updated_since",
        "user",
        "expand",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
RETRIEVE = operations.Operation(
    "transactions.retrieve",
    "GET",
    "/api/v1/transactions/{id}",
    query=("expand", "fields"),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Transaction},
)
COMPLETE = operations.Operation(
    "transactions.complete",
    "POST",
    "/api/v1/transactions/{id}/complete",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("amount", "reason"),
    answers={200: Transaction},
)
DISPUTE = operations.Operation(
    "transactions.dispute",
    "POST",
    "/api/v1/transactions/{id}/dispute",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("amount", "reason", "key"),
    answers={200: Transaction},
)
FAIL = operations.Operation(
    "transactions.fail",
    "POST",
    "/api/v1/transactions/{id}/fail",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Transaction},
)
REFUND = operations.Operation(
    "transactions.refund",
    "POST",
    "/api/v1/transactions/{id}/refund",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("amount", "reason", "key"),
    answers={200: Transaction},
)
ADJUST = operations.Operation(
    "transactions.adjust",
    "POST",
    "/api/v1/transactions/adjust",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=("user", "type", "amount", "currency", "reason", "corrects", "key"),
    answers={201: Transaction},
)
BULK = operations.Operation(
    "transactions.bulk",
    "POST",
    "/api/v1/transactions/bulk",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key"},
    body=("items", "atomic", "reason"),
    answers={201: Results, 207: Results},
)
RECORD = operations.Operation(
    "transactions.record",
    "POST",
    "/api/v1/transactions/record",
    headers={"request_id": "X-Request-Id"},
    body=(
        "user",
        "type",
        "amount",
        "currency",
        "status",
        "description",
        "metadata",
        "stripe_payment_intent_id",
        "business_number",
        "idempotency_key",
        "hold",
        "expires_at",
        "reason",
    ),
    answers={201: Transaction},
)
