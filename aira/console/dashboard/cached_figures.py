"""Cache figures that take long to compute for some minutes. The page shows their age."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

KEEP = 300
# The start page omits a figure that takes longer.
TIMEOUT = "4s"


@dataclass(frozen=True)
class Kept:
    """Cached figure. It has a value unless its computation took too long or failed."""

    value: int | None
    at: datetime


def kept(name: str, compute: Callable[[], int], using: str = "default") -> Kept:
    """Return a cached figure, or compute it. Each process has its own cache, so ages differ."""
    found: Kept | None = cache.get(f"dashboard:{name}")
    if found is None:
        found = Kept(computed(compute, using), timezone.now())
        cache.set(f"dashboard:{name}", found, KEEP)
    return found


def computed(compute: Callable[[], int], using: str) -> int | None:
    """Return the figure, or None if its computation takes too long or fails."""
    try:
        with transaction.atomic(using=using):
            with connections[using].cursor() as cursor:
                cursor.execute("select set_config('statement_timeout', %s, true)", [TIMEOUT])
            return compute()
    except DatabaseError:
        return None
