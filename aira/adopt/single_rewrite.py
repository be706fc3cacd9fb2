"""Rewrite each table once: combine the migrations' new columns and the UPDATEs that fill them in one ALTER TABLE.

PostgreSQL rewrites a table for each statement that adds a generated column, and an UPDATE of all rows doubles its size.
So a column with values is added as a generated column, and becomes an ordinary one at once.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from aira.adopt import AdoptError

# Maps a table and column to the value for existing rows. None of them is in the trash yet.
FILLED = {
    ("documents", "user_id"): "private.owner_of_business(business_id)",
    ("documents", "attempts"): "1",
    ("documents", "processed_at"): "case when processing_status in ('completed', 'failed') then updated_at end",
    ("appointments", "user_id"): "private.owner_of_business(business_id)",
    # existing_appointments.sql gives overlapping appointments their slot numbers.
    ("appointments", "slot_number"): "case when status = 'confirmed' then 1 end",
}
TABLES = tuple(dict.fromkeys(table for table, _ in FILLED))
OWNER_OF_BUSINESS = Path(__file__).with_name("owner_of_business.sql")
ADDED = re.compile(r'ALTER TABLE "(\w+)" ADD COLUMN ("(\w+)" (.+));', re.DOTALL)
COLUMN = re.compile(r"(?P<type>.+?)(?P<default> DEFAULT .+?)?(?P<required> NOT NULL| NULL)?", re.DOTALL)


@dataclass
class Gathered:
    """Hold the changes of one table.

    Attributes:
        added: The definitions for ADD COLUMN.
        after: The changes after the rows are written.
    """

    table: str
    added: list[str]
    after: list[str]

    @property
    def statements(self) -> list[str]:
        """The ALTER TABLE statements with these changes."""
        alter = f'ALTER TABLE "{self.table}" '
        found = [alter + ", ".join(f"ADD COLUMN {clause}" for clause in self.added)]
        return [*found, alter + ", ".join(self.after)] if self.after else found


def gathered(statements: list[str]) -> list[str]:
    """Return statements with the same result that rewrite each of TABLES once, where its first column is added.

    Raises AdoptError for a column of FILLED that no statement adds.
    """
    added = {(table, name) for statement in statements for table, _, name, _ in ADDED.findall(statement)}
    if unused := sorted(FILLED.keys() - added):
        raise AdoptError(f"no migration adds {', '.join('.'.join(one) for one in unused)}, which FILLED fills")
    for table in TABLES:
        mine = [place for place, statement in enumerate(statements) if of_table(statement) == table]
        if mine:
            statements = with_one(statements, table, mine)
    return statements


def of_table(statement: str) -> str:
    """Return the table to which a statement adds a column."""
    found = ADDED.fullmatch(statement)
    return found[1] if found else ""


def with_one(statements: list[str], table: str, mine: list[int]) -> list[str]:
    """Return the statements with those of one table gathered into one ALTER TABLE."""
    one = Gathered(table, [], [])
    for place in mine:
        for _, clause, name, rest in ADDED.findall(statements[place]):
            add(one, clause, name, rest)
    # Generated columns call functions that later migrations make.
    called = {name for clause in one.added for name in re.findall(r"private\.(\w+)\(", clause)}
    first = mine[0]
    makers = [
        place
        for place, statement in enumerate(statements)
        if place > first and called & set(re.findall(r"create or replace function private\.(\w+)\(", statement))
    ]
    return [
        *statements[:first],
        *(statements[place] for place in makers),
        OWNER_OF_BUSINESS.read_text(encoding="utf-8"),
        *one.statements,
        "drop function private.owner_of_business(uuid)",
        *(statement for place, statement in enumerate(statements) if place > first and place not in {*mine, *makers}),
    ]


def add(one: Gathered, clause: str, name: str, rest: str) -> None:
    """Add a column to the gathered statement, with its values if FILLED has them."""
    filling = FILLED.get((one.table, name))
    column = COLUMN.fullmatch(rest)
    if filling is None or column is None:
        one.added.append(clause)
        return
    one.added.append(f'"{name}" {column["type"]} GENERATED ALWAYS AS ({filling}) STORED')
    one.after.append(f'ALTER COLUMN "{name}" DROP EXPRESSION')
    if column["default"]:
        one.after.append(f'ALTER COLUMN "{name}" SET{column["default"]}')
    if column["required"] == " NOT NULL":
        one.after.append(f'ALTER COLUMN "{name}" SET NOT NULL')
