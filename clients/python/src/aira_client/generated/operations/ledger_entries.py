"""Operations of ledger_entries, and the arguments of their methods."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from aira_client import operations
from aira_client.generated.models import ApiJob, LedgerEntry, LedgerProblem
from aira_client.generated.options import Options


class LedgerEntriesList(Options, total=False):
    """Arguments of `ledger_entries.list`."""

    created_at__gte: datetime | str
    created_at__lt: datetime | str
    currency: str
    """One of USD, INR, or several with commas between them."""
    cursor: str
    """Cursor from `next` or `previous`."""
    kind: str
    """One of opening, post, refund, reinstate, close, or several with commas between them."""
    ordering: Literal["-created_at", "created_at"]
    """Order; `-` reverses it."""
    page_size: int
    """Rows per page."""
    q: str
    """Id, e-mail, phone number, Twilio SID, payment intent or words. Finds at most 100 rows. Without personal:read,
    people are found only by a whole e-mail, phone number or word of the name.
    """
    transaction: UUID | str
    user: UUID | str
    wallet: UUID | str
    expand: str
    """Rows to add below `expanded`, with commas between them: user, transaction, wallet. Needs the right to read
    them.
    """
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class LedgerEntriesRetrieve(Options, total=False):
    """Arguments of `ledger_entries.retrieve`."""

    expand: str
    """Rows to add below `expanded`, with commas between them: user, transaction, wallet. Needs the right to read
    them.
    """
    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


class LedgerEntriesProof(Options, total=False):
    """Arguments of `ledger_entries.proof`."""

    prefer: str
    """`respond-async`: answer 202 with the address of a job that does the work."""


LIST = operations.Operation(
    "ledger_entries.list",
    "GET",
    "/api/v1/ledger-entries",
    query=(
        "created_at__gte",
        "created_at__lt",
        "currency",
        "cursor",
        "kind",
        "ordering",
        "page_size",
        "q",
        "transaction",
        "user",
        "wallet",
        "expand",
        "fields",
    ),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
)
RETRIEVE = operations.Operation(
    "ledger_entries.retrieve",
    "GET",
    "/api/v1/ledger-entries/{id}",
    query=("expand", "fields"),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: LedgerEntry},
)
PROOF = operations.Operation(
    "ledger_entries.proof",
    "GET",
    "/api/v1/ledger-entries/proof",
    headers={"request_id": "X-Request-Id", "prefer": "Prefer"},
    answers={200: list[LedgerProblem], 202: ApiJob},
)
