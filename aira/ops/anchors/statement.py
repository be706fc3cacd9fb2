"""Make statements of the newest hashes, and store them signed.

A statement is JSON: {"format", "number", "at", "previous", "ledger": {wallet: [seq, hash]}, "audit": {month: [number of
the seal, hash]}}. It has the wallets and months that changed since the previous anchor, so its size follows the work of
a day. `previous` is the SHA-256 of the previous statement.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from aira.audit.models import Anchor
from aira.ops.anchors import AnchorError
from aira.ops.anchors.signing import public_of, sign
from aira.schema.sql_calls import rows

FORMAT = 1
# An entry gets its time before its transaction ends. No transaction is open for longer than this.
OVERLAP = timedelta(days=1)
# private.seal_audit seals at most this number of events in a call.
SEALED_AT_ONCE = 1_000_000
SEALS = """
    select distinct on (s.month) pg_catalog.to_char(s.month, 'YYYY-MM'), s.number, pg_catalog.encode(s.hash, 'hex')
    from audit.seals s where %s::timestamptz is null or s.sealed_at >= %s order by s.month, s.number desc
"""


@dataclass(frozen=True)
class Document:
    """Anchor as it is sent: one line of JSON.

    Attributes:
        statement: JSON text as it was signed.
        signature: Ed25519, base64.
        key: the public key, base64.
    """

    statement: str
    signature: str
    key: str

    def as_line(self) -> str:
        """Return the anchor as a line of a file."""
        return json.dumps(asdict(self)) + "\n"

    @property
    def sha256(self) -> str:
        """Hash by which the next statement names this one."""
        return hashlib.sha256(self.statement.encode()).hexdigest()


def document_of(anchor: Anchor) -> Document:
    """Return a stored anchor as a document."""
    return Document(anchor.statement, anchor.signature, anchor.key)


def seal() -> int | None:
    """Seal all audit events that are committed. Return their number, or None if a transaction stayed open."""
    total = 0
    while True:
        [(sealed,)] = rows("select private.seal_audit()")
        if sealed is None:
            return None
        total += sealed
        if sealed < SEALED_AT_ONCE:
            return total


def make() -> Anchor:
    """Store a new anchor, which continues the newest one.

    Raises AnchorError if ANCHOR_KEY is not set, or if another process stored an anchor meanwhile.
    """
    if settings.ANCHOR_KEY is None:
        raise AnchorError("ANCHOR_KEY is not set. Make a key with manage.py anchor --new-key.")
    seal()
    newest = Anchor.objects.first()
    number, previous = 1, None
    if newest is not None:
        number, previous = newest.number + 1, document_of(newest).sha256
    statement = json.dumps(
        {"format": FORMAT, "number": number, "at": datetime.now(UTC).isoformat(), "previous": previous}
        | heads(newest.at - OVERLAP if newest else None),
        separators=(",", ":"),
    )
    key = settings.ANCHOR_KEY
    try:
        rows(
            "select private.add_anchor(%s, %s, %s, %s, %s)",
            *(number, previous, statement, sign(key, statement), public_of(key)),
        )
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") == "40001":
            raise AnchorError("Another process stored an anchor at the same time. Run the command again.") from None
        raise
    return Anchor.objects.get(number=number)


def heads(since: datetime | None) -> dict[str, dict[str, Any]]:
    """Return the newest hashes of wallets and months that changed since a time."""
    wallets = rows("select wallet_id::text, seq, hash from private.ledger_heads(%s)", since)
    return {
        "ledger": {wallet: [seq, found] for wallet, seq, found in wallets},
        "audit": {month: [number, found] for month, number, found in rows(SEALS, since, since)},
    }
