"""Operations of wallets, and the arguments of their methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Required
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import Wallet, WalletStatement
from aira_client.generated.options import Options


class WalletsList(Options, total=False):
    """Arguments of `wallets.list`."""

    created_at__gte: datetime | str
    created_at__lt: datetime | str
    currency: str
    """One of USD, INR, or several with commas between them."""
    cursor: str
    """Cursor from `next` or `previous`."""
    is_active: bool
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    q: str
    """Id, e-mail, phone number, Twilio SID, payment intent or words. Finds at most 100 rows. Without personal:read,
    people are found only by a whole e-mail, phone number or word of the name.
    """
    updated_since: datetime | str
    """Rows that changed since this time, also those in the trash, in an order that misses none: see the guide Pages.
    Follow `resume`.
    """
    user: UUID | str
    expand: str
    """Rows to add below `expanded`, with commas between them: user. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class WalletsRetrieve(Options, total=False):
    """Arguments of `wallets.retrieve`."""

    expand: str
    """Rows to add below `expanded`, with commas between them: user. Needs the right to read them."""
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


class WalletsStatement(Options, total=False):
    """Arguments of `wallets.statement`."""

    end: Required[datetime | str]
    """Excluded."""
    start: Required[datetime | str]
    currency: Literal["USD", "INR"]


LIST = operations.Operation(
    "wallets.list",
    "GET",
    "/api/v1/wallets",
    query=(
        "created_at__gte",
        "created_at__lt",
        "currency",
        "cursor",
        "is_active",
        "ordering",
        "page_size",
        "q",
        "updated_since",
        "user",
        "expand",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
RETRIEVE = operations.Operation(
    "wallets.retrieve",
    "GET",
    "/api/v1/wallets/{id}",
    query=("expand", "fields"),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Wallet},
)
STATEMENT = operations.Operation(
    "wallets.statement",
    "GET",
    "/api/v1/wallets/{id}/statement",
    query=("currency", "end", "start"),
    headers={"request_id": "X-Request-Id"},
    answers={200: WalletStatement},
)
