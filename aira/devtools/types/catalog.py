"""Read from the live catalog what `public` offers to other services."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from aira.devtools.types.never_null import NEVER_NULL

# The order in which roles are named.
ROLES = ["anon", "authenticated", "voice_agent", "kb_updater", "service_role"]


@dataclass(frozen=True)
class Column:
    """Column of a table or view."""

    name: str
    type: str
    nullable: bool
    generated: bool
    filled: bool
    readers: list[str]
    inserters: list[str]
    updaters: list[str]
    comment: str

    @property
    def optional(self) -> bool:
        """True if an insert can leave it out."""
        return self.nullable or self.filled

    @property
    def inserted(self) -> bool:
        """True if any role can set it in an insert. A grant of the whole table includes generated columns."""
        return bool(self.inserters) and not self.generated

    @property
    def updated(self) -> bool:
        """True if any role can change it."""
        return bool(self.updaters) and not self.generated


@dataclass(frozen=True)
class Relationship:
    """Foreign key."""

    name: str
    columns: list[str]
    one_to_one: bool
    other: str
    other_columns: list[str]


@dataclass(frozen=True)
class Relation:
    """Table or view."""

    name: str
    is_view: bool
    comment: str
    columns: list[Column]
    relationships: list[Relationship]

    def grants(self) -> Iterator[str]:
        """Yield one line for each role with rights: the columns that it may select, insert and update."""
        readable = {column.name for column in self.columns}
        insertable = {column.name for column in self.columns if column.inserted}
        updatable = {column.name for column in self.columns if column.updated}
        for role in ROLES:
            may = {
                "select": (readable, {column.name for column in self.columns if role in column.readers}),
                "insert": (insertable, {column.name for column in self.columns if role in column.inserters}),
                "update": (updatable, {column.name for column in self.columns if role in column.updaters}),
            }
            rights = [
                f"{verb} {'all' if named >= possible else ', '.join(sorted(named & possible))}"
                for verb, (possible, named) in may.items()
                if named
            ]
            if rights:
                yield f"{role}: {'; '.join(rights)}"


@dataclass(frozen=True)
class Value:
    """Argument, or column of a result."""

    name: str
    type: str
    optional: bool
    nullable: bool


@dataclass(frozen=True)
class Function:
    """Function."""

    name: str
    many: bool
    comment: str
    callers: list[str]
    arguments: list[Value]
    # The columns if the function returns a table. Otherwise it is empty and `answer` describes the result.
    columns: list[Value]
    answer: Value


@dataclass(frozen=True)
class Catalog:
    """Everything that `public` offers."""

    relations: list[Relation]
    functions: list[Function]
    enums: dict[str, list[str]]
    # Comments of the enums.
    comments: dict[str, str]

    @property
    def tables(self) -> list[Relation]:
        """Tables."""
        return [relation for relation in self.relations if not relation.is_view]

    @property
    def views(self) -> list[Relation]:
        """Views."""
        return [relation for relation in self.relations if relation.is_view]


def read(using: str) -> Catalog:
    """Read the catalog."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        # With this search_path, types of `public` have no schema in their names.
        cursor.execute("set local search_path = public")

        def rows(name: str) -> list[tuple[Any, ...]]:
            query = Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
            cursor.execute(query, {"roles": ROLES})
            return list(cursor.fetchall())

        relationships = rows("relationships")
        relations = [
            Relation(
                name,
                is_view,
                comment,
                [Column(*column) for _, _, _, *column in columns],
                [Relationship(*rest) for table, *rest in relationships if table == name],
            )
            for (name, is_view, comment), columns in groupby(rows("columns"), itemgetter(0, 1, 2))
        ]
        functions = [function(name, list(values)) for name, values in groupby(rows("functions"), itemgetter(0))]
        enums = rows("enums")
        labels, comments = ({name: row[place] for name, *row in enums} for place in (0, 1))
        return Catalog(relations, functions, labels, comments)


def function(name: str, rows: list[tuple[Any, ...]]) -> Function:
    """Return the function of these rows of the catalog."""
    never_null = NEVER_NULL.get(name, frozenset())
    values: dict[str, list[Value]] = {"i": [], "t": [], "r": []}
    for _, _, mode, value, kind, optional, may_be_null, _, _ in rows:
        values[mode].append(Value(value, kind, optional, may_be_null if mode == "i" else value not in never_null))
    answer = values["r"][0] if values["r"] else Value("", "record", False, False)
    return Function(name, rows[0][1], rows[0][8], rows[0][7], values["i"], values["t"], answer)
