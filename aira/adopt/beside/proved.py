"""Find rows of the finished tables that break a rule which no query of `rules/` checks, before the swap."""

import re

from django.db.backends.utils import CursorWrapper

from aira.adopt import TABLES, AdoptError
from aira.adopt.beside import ACCOUNTS, SHADOWS
from aira.adopt.beside.made import Stripped

KEY = re.compile(r"FOREIGN KEY \(([^)]+)\) REFERENCES ([\w.]+)\(([^)]+)\)")


def prove(cursor: CursorWrapper, later: list[Stripped], rows: dict[str, str]) -> None:
    """Check NOT NULLs, CHECKs and foreign keys that the swap adds, the last two without reading rows.

    Args:
        rows: Maps a table to the relation with the rows to check.

    Raises:
        AdoptError: A row breaks a rule. The message names the first one.
    """
    for table in TABLES:
        mine = [one for one in later if one.table == f"{SHADOWS}.{table}"]
        checks = {one.name: expression(one.definition) for one in mine if one.kind == "c"}
        keys = {one.name: dangling(one.definition) for one in mine if one.kind == "f"}
        required = {f"NOT NULL of {one.name}": f'x."{one.name}" is null' for one in mine if one.kind == "required"}
        conditions = required | {name: f"not coalesce({text}, true)" for name, text in checks.items()} | keys
        if not conditions:
            continue
        which = " ".join(f"when {condition} then '{name}'" for name, condition in conditions.items())
        cursor.execute(
            f"select x.id::text, case {which} end from {rows[table]} x "  # noqa: S608
            f"where {' or '.join(conditions.values())} limit 1"
        )
        if found := cursor.fetchone():
            raise AdoptError(
                f"A row breaks {found[1]}, which --check does not cover. Nothing was changed. "
                f"{table} {found[0]}. Correct the row, then run adopt again."
            )


def expression(definition: str) -> str:
    """Return the condition of a CHECK from its definition."""
    return definition.removesuffix(" NOT VALID").removeprefix("CHECK ")


def dangling(definition: str) -> str:
    """Return the condition under which a row refers to no row."""
    found = KEY.match(definition)
    if found is None:
        return "false"
    columns, table, others = found[1].split(", "), found[2].replace(ACCOUNTS, "auth.users"), found[3].split(", ")
    given = " and ".join(f"x.{column} is not null" for column in columns)
    same = " and ".join(f"p.{other} = x.{column}" for column, other in zip(columns, others, strict=True))
    return f"({given} and not exists (select from {table} p where {same}))"
