"""Keys of programs: made, rotated, revoked. A secret is shown once, and nothing that is kept leads back to it."""

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
# last_used_at is written no more often.
USE_IS_NOTED_EVERY = timedelta(minutes=5)
SHOWN = 13
MARK = "aira_"


class KeyRefused(Refused):
    """What was asked for a key is not possible; the text says why."""


@dataclass(frozen=True)
class NewSecret:
    """secret: to be shown now, and never again."""

    key: ApiKey
    secret: str


def new_secret() -> str:
    # 256 bits: nobody guesses it, so a plain hash keeps it as well as a slow one. By the mark scanners of code find it.
    return f"{MARK}{secrets.token_urlsafe(32)}"


def digest(secret: str) -> bytes:
    return sha256(secret.encode(errors="surrogatepass")).digest()


@transaction.atomic
def make(
    *, name: str, purpose: str, scopes: list[str], expires_at: datetime | None = None, rate_limit: int = RATE_LIMIT
) -> NewSecret:
    """Raises KeyRefused for what no key can have; the database refuses a name that is in use."""
    from aira.api.scopes import scopes as known

    if unknown := sorted(set(scopes) - set(known())):
        raise KeyRefused(f"There is no scope {', '.join(unknown)}; `manage.py api_key scopes` lists them.")
    if expires_at and expires_at <= timezone.now():
        raise KeyRefused("The key would have expired already.")
    if not (name.strip() and purpose.strip()):
        raise KeyRefused("A key needs a name and a purpose.")
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
    """A new secret for the same key; the one before opens until the overlap is over, one before that no longer."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise KeyRefused(f"The overlap must be 0 to {LONGEST_OVERLAP.days} days.")
    row = ApiKey.objects.select_for_update().get(pk=key)
    if row.state != "in use":
        raise KeyRefused(f"{row} is {row.state}: make a new key.")
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
    """From now on it opens nothing, for good; once more changes nothing."""
    ApiKey.objects.filter(pk=key, revoked_at=None).update(revoked_at=Now())


def find(secret: str) -> ApiKey | None:
    """The usable key that a secret belongs to."""
    hashed = digest(secret)
    found: ApiKey | None = (
        ApiKey.objects.usable()
        .filter(Q(secret_hash=hashed) | Q(previous_hash=hashed, previous_until__gt=Now()))
        .first()
    )
    if found and (found.last_used_at is None or found.last_used_at < timezone.now() - USE_IS_NOTED_EVERY):
        # As long as somebody rotates it, the row is locked; that it was used can be noted another time.
        free = ApiKey.objects.filter(pk=found.pk).select_for_update(skip_locked=True)
        with transaction.atomic():
            ApiKey.objects.filter(pk__in=free.values("pk")).update(last_used_at=Now())
    return found
