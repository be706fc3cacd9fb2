"""Operations of payment_facts, and the arguments of their methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from aira_client import operations
from aira_client.generated.models import PaymentFact
from aira_client.generated.options import Options


class PaymentFactsList(Options, total=False):
    """Arguments of `payment_facts.list`."""

    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    kind: str
    """One of payment, refund, dispute, total, or several with commas between them."""
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    payment: str
    """Stripe's id of the payment (payment intent), or the id of the transaction if it has none."""
    state: str
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class PaymentFactsRetrieve(Options, total=False):
    """Arguments of `payment_facts.retrieve`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


LIST = operations.Operation(
    "payment_facts.list",
    "GET",
    "/api/v1/payment-facts",
    query=(
        "created_at__gte",
        "created_at__lt",
        "cursor",
        "kind",
        "ordering",
        "page_size",
        "payment",
        "state",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
RETRIEVE = operations.Operation(
    "payment_facts.retrieve",
    "GET",
    "/api/v1/payment-facts/{id}",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: PaymentFact},
)
