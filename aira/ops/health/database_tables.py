"""What an engineer wants to see beside the checks: one `.sql` file a table of the database room, in their order.

The header: `-- title:`, `-- note:`, and `-- unknown:`, what to do where it can't be looked at. They read alone.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from aira.ops.health import looking
from aira.schema.sql_headers import header


@dataclass(frozen=True)
class Look:
    name: str
    title: str
    note: str
    query: str
    unknown: str = ""


@dataclass(frozen=True)
class Table:
    """problem: why there is nothing to see."""

    look: Look
    columns: list[str]
    rows: list[tuple[Any, ...]]
    problem: str = ""


@cache
def looks() -> tuple[Look, ...]:
    return tuple(parse(file) for file in sorted(Path(__file__).with_name("tables").glob("*.sql")))


def parse(file: Path) -> Look:
    text = file.read_text(encoding="utf-8")
    return Look(name=file.stem.partition("_")[2], query=text, **header(text))


def tables(using: str) -> list[Table]:
    return [table(look, using) for look in looks()]


def table(look: Look, using: str) -> Table:
    try:
        with looking(using) as cursor:
            cursor.execute(look.query)
            return Table(look, [column.name for column in cursor.description], cursor.fetchall())
    except DatabaseError as error:
        return Table(look, [], [], look.unknown or str(error).splitlines()[0])
