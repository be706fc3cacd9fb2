"""Operations of payments, and the arguments of their methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import Payment
from aira_client.generated.options import Options


class PaymentsList(Options, total=False):
    """Arguments of `payments.list`."""

    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    q: str
    """Id, e-mail, phone number, Twilio SID, payment intent or words. Finds at most 100 rows. Without personal:read,
    people are found only by a whole e-mail, phone number or word of the name.
    """
    state: str
    """One of settled, waiting, attention, ignored, or several with commas between them."""
    transaction: UUID | str
    user: UUID | str
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class PaymentsRetrieve(Options, total=False):
    """Arguments of `payments.retrieve`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


LIST = operations.Operation(
    "payments.list",
    "GET",
    "/api/v1/payments",
    query=(
        "created_at__gte",
        "created_at__lt",
        "cursor",
        "ordering",
        "page_size",
        "q",
        "state",
        "transaction",
        "user",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
RETRIEVE = operations.Operation(
    "payments.retrieve",
    "GET",
    "/api/v1/payments/{id}",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Payment},
)
