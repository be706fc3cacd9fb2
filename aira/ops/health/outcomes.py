"""Describe the outcome of a health check."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connections, transaction

# Levels by severity. “unknown” counts neither as failing nor as healthy.
LEVELS = ("ok", "info", "unknown", "warn", "critical")
# A check that takes longer reports a time-out. The other checks continue.
PATIENCE = "20s"


@dataclass(frozen=True)
class Problem:
    """Problem that a check found."""

    level: str
    subject: str
    detail: str
    value: float | None = None


@dataclass(frozen=True)
class Outcome:
    """Outcome of a check.

    Attributes:
        note: why the check could not run.
    """

    name: str
    title: str
    level: str
    why: str
    hint: str
    unit: str = ""
    note: str = ""
    problems: list[Problem] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as a dictionary."""
        return asdict(self)


@contextmanager
def read_only(using: str, patience: str = PATIENCE) -> Iterator[Any]:
    """Provide a cursor whose changes are rolled back, even inside another transaction."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        # With an empty search_path, regclass includes the schema.
        cursor.execute(
            "select set_config('search_path', '', true), set_config('statement_timeout', %s, true)", [patience]
        )
        yield cursor
        transaction.set_rollback(True, using=using)


def ask(query: str, using: str, patience: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with read_only(using, patience) as cursor:
        cursor.execute(query)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def worst(levels: Iterable[str]) -> str:
    """Return the worst level."""
    return max(levels, key=LEVELS.index, default="ok")
