"""Operations of accounts, and the arguments of their methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from aira_client import operations
from aira_client.generated.models import Account
from aira_client.generated.options import Options


class AccountsList(Options, total=False):
    """Arguments of `accounts.list`."""

    created_at__gte: datetime | str
    created_at__lt: datetime | str
    cursor: str
    """Cursor from `next` or `previous`."""
    email: str
    ordering: Literal["id", "-id"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    phone: str
    q: str
    """Id, e-mail, phone number, Twilio SID, payment intent or words. Finds at most 100 rows. Without personal:read,
    people are found only by a whole e-mail, phone number or word of the name.
    """
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class AccountsRetrieve(Options, total=False):
    """Arguments of `accounts.retrieve`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


LIST = operations.Operation(
    "accounts.list",
    "GET",
    "/api/v1/accounts",
    query=("created_at__gte", "created_at__lt", "cursor", "email", "ordering", "page_size", "phone", "q", "fields"),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
RETRIEVE = operations.Operation(
    "accounts.retrieve",
    "GET",
    "/api/v1/accounts/{id}",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Account},
)
