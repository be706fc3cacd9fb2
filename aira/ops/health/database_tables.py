"""Show tables for engineers in the database room: one `.sql` file per table, in their order.

The header: `-- title:`, `-- note:`, and `-- unknown:` (what to do if the table can't be read). They are read-only.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from aira.ops.health import read_only
from aira.schema.sql_headers import header


@dataclass(frozen=True)
class TableDefinition:
    """Definition of a table."""

    name: str
    title: str
    note: str
    query: str
    unknown: str = ""


@dataclass(frozen=True)
class Table:
    """Contents of a table.

    Attributes:
        problem: why it can't be read.
    """

    look: TableDefinition
    columns: list[str]
    rows: list[tuple[Any, ...]]
    problem: str = ""


@cache
def table_definitions() -> tuple[TableDefinition, ...]:
    """Return all definitions."""
    return tuple(parse(file) for file in sorted(Path(__file__).with_name("tables").glob("*.sql")))


def parse(file: Path) -> TableDefinition:
    """Return the definition of a file."""
    text = file.read_text(encoding="utf-8")
    return TableDefinition(name=file.stem.partition("_")[2], query=text, **header(text))


def tables(using: str) -> list[Table]:
    """Return the contents of all tables."""
    return [table(look, using) for look in table_definitions()]


def table(look: TableDefinition, using: str) -> Table:
    """Return the contents of a table."""
    try:
        with read_only(using) as cursor:
            cursor.execute(look.query)
            return Table(look, [column.name for column in cursor.description], cursor.fetchall())
    except DatabaseError as error:
        return Table(look, [], [], look.unknown or str(error).splitlines()[0])
