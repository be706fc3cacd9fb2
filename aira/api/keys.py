"""Create, rotate and revoke API keys. A secret is shown once, and only its hash is stored."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from aira.api.models import RATE_LIMIT, ApiKey
from aira.schema.errors import Refused

OVERLAP = timedelta(days=7)
LONGEST_OVERLAP = timedelta(days=90)
# The shortest interval between two writes of last_used_at.
LAST_USED_INTERVAL = timedelta(minutes=5)
SHOWN = 13
MARK = "aira_"


class KeyRefused(Refused):
    """Raised with the reason if a key can't be created or rotated as requested."""


@dataclass(frozen=True)
class NewSecret:
    """Key with its secret, which must be shown now."""

    key: ApiKey
    secret: str


def new_secret() -> str:
    """Return a new secret."""
    # It has 256 random bits, so a quick hash protects it. Scanners of code recognise secrets by the mark.
    return f"{MARK}{secrets.token_urlsafe(32)}"


def digest(secret: str) -> bytes:
    """Return the hash of a secret."""
    return sha256(secret.encode(errors="surrogatepass")).digest()


@transaction.atomic
def make(
    *, name: str, purpose: str, scopes: list[str], expires_at: datetime | None = None, rate_limit: int = RATE_LIMIT
) -> NewSecret:
    """Create a key. Raises KeyRefused for invalid values. The database refuses a name that is in use."""
    from aira.api.scopes import scopes as known

    if unknown := sorted(set(scopes) - set(known())):
        raise KeyRefused(f"Unknown scope: {', '.join(unknown)}. `manage.py api_key scopes` lists all.")
    if expires_at and expires_at <= timezone.now():
        raise KeyRefused(f"The expiry {expires_at:%Y-%m-%d %H:%M} has passed. Choose a later time.")
    if not (name.strip() and purpose.strip()):
        raise KeyRefused("Enter a name and a purpose.")
    secret = new_secret()
    key = ApiKey.objects.create(
        name=name.strip(),
        purpose=purpose.strip(),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        rate_limit=rate_limit,
        prefix=secret[:SHOWN],
        secret_hash=digest(secret),
    )
    return NewSecret(key, secret)


@transaction.atomic
def rotate(*, key: UUID, overlap: timedelta = OVERLAP) -> NewSecret:
    """Give the key a new secret. The previous one remains valid during the overlap. Older ones become invalid."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise KeyRefused(f"The overlap must be 0 to {LONGEST_OVERLAP.days} days.")
    row = ApiKey.objects.select_for_update().get(pk=key)
    if row.state != "in use":
        raise KeyRefused(f"{row} is {row.state}. Create a new key.")
    secret = new_secret()
    row.previous_prefix, row.previous_hash, row.previous_until = None, None, None
    if overlap:
        row.previous_prefix, row.previous_hash = row.prefix, row.secret_hash
        row.previous_until = timezone.now() + overlap
    row.prefix, row.secret_hash = secret[:SHOWN], digest(secret)
    row.save(update_fields=["prefix", "secret_hash", "previous_prefix", "previous_hash", "previous_until"])
    return NewSecret(row, secret)


@transaction.atomic
def revoke(*, key: UUID) -> None:
    """Revoke the key permanently. Idempotent."""
    ApiKey.objects.filter(pk=key, revoked_at=None).update(revoked_at=Now())


def find(secret: str) -> ApiKey | None:
    """Return the usable key of a secret, or None."""
    hashed = digest(secret)
    found: ApiKey | None = (
        ApiKey.objects.usable()
        .filter(Q(secret_hash=hashed) | Q(previous_hash=hashed, previous_until__gt=Now()))
        .first()
    )
    if found and (found.last_used_at is None or found.last_used_at < timezone.now() - LAST_USED_INTERVAL):
        # A rotation locks the row. The use is then recorded with a later request.
        free = ApiKey.objects.filter(pk=found.pk).select_for_update(skip_locked=True)
        with transaction.atomic():
            ApiKey.objects.filter(pk__in=free.values("pk")).update(last_used_at=Now())
    return found
