"""Figures that take long: kept for some minutes, and shown with their age. Nothing else of the console is cached."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

KEEP = 300
# Longer, and the start page does without.
PATIENCE = "4s"


@dataclass(frozen=True)
class Kept:
    """value: None when it took too long or failed."""

    value: int | None
    at: datetime


def kept(name: str, compute: Callable[[], int], using: str = "default") -> Kept:
    """Of this process: another one may show a figure that is some minutes older, and says so."""
    found: Kept | None = cache.get(f"dashboard:{name}")
    if found is None:
        found = Kept(patiently(compute, using), timezone.now())
        cache.set(f"dashboard:{name}", found, KEEP)
    return found


def patiently(compute: Callable[[], int], using: str) -> int | None:
    try:
        with transaction.atomic(using=using):
            with connections[using].cursor() as cursor:
                cursor.execute("select set_config('statement_timeout', %s, true)", [PATIENCE])
            return compute()
    except DatabaseError:
        return None
