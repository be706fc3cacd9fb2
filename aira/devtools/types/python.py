"""Write types for Python services: the JSON that supabase-py sends and receives."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from textwrap import wrap

from aira.devtools.types.catalog import Catalog, Column, Function, Relation, Value

HEAD = '''\
"""Written by `manage.py types` from a migrated database. A test compares them. For Python 3.11 and newer.

Rows are in the data API's JSON form: ids and times are text. Amounts are numeric(10,2), which arrives as a float: use
`Decimal(str(value))` before you add them up. psycopg returns UUID, datetime and Decimal instead.

The docstring of a table's row lists the columns that each role may select, insert and update. Other columns are
refused with 42501.
"""

from typing import Any, Literal, NotRequired, TypedDict

'''
NAMES = {
    "boolean": "bool",
    "integer": "int",
    "bigint": "int",
    "numeric": "float",
    "real": "float",
    "jsonb": "Any",
    "tsvector": "Any",
}
STRINGS = {"text", "uuid", "date", "bytea", "timestamp with time zone"}


def python(catalog: Catalog) -> str:
    """Return the Python file."""
    return HEAD + "\n".join(Writer(catalog).module()) + "\n"


class Writer:
    """Writer of the Python file."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def module(self) -> Iterator[str]:
        """Yield all lines."""
        for name, labels in self.catalog.enums.items():
            yield f"{camel(name)} = Literal[{', '.join(f'"{label}"' for label in labels)}]"
            yield from docstring([self.catalog.comments[name]], "")
        for relation in self.catalog.relations:
            yield from self.relation(relation)
        for function in self.catalog.functions:
            yield from self.function(function)

    def relation(self, relation: Relation) -> Iterator[str]:
        """Yield the types of a table or view."""
        name = camel(relation.name)
        row = [f"{column.name}: {self.type(column.type, column.nullable)}" for column in relation.columns]
        notes = [column.comment for column in relation.columns]
        description = [*relation.comment.splitlines(), *([""] if relation.comment else []), *relation.grants()]
        yield from self.record(f"{name}Row", row, description=description, notes=notes)
        if not relation.is_view:
            # A table without writable columns has neither type.
            if inserted := [self.inserted(column) for column in relation.columns if column.inserted]:
                yield from self.record(f"{name}Insert", inserted)
            if updated := [column for column in relation.columns if column.updated]:
                members = (f"{column.name}: {self.type(column.type, column.nullable)}" for column in updated)
                yield from self.record(f"{name}Update", members, total=False)

    def record(
        self,
        name: str,
        members: Iterable[str],
        description: Iterable[str] = (),
        total: bool = True,
        notes: Iterable[str] = (),
    ) -> Iterator[str]:
        """Yield a TypedDict.

        Args:
            notes: the description of each member, which follows it.
        """
        yield ""
        yield ""
        yield f"class {name}(TypedDict{'' if total else ', total=False'}):"
        if lines := list(docstring(description, "    ")):
            yield from lines
            yield ""
        for member, note in zip_longest(members, notes, fillvalue=""):
            yield f"    {member}"
            yield from docstring([note], "    ")

    def inserted(self, column: Column) -> str:
        """Return a member of an insert."""
        found = self.type(column.type, column.nullable)
        return f"{column.name}: {f'NotRequired[{found}]' if column.optional else found}"

    def function(self, function: Function) -> Iterator[str]:
        """Yield the types of a function."""
        name = camel(function.name)
        description = [*function.comment.splitlines(), *([""] if function.comment else []), callers(function)]
        yield from self.record(f"{name}Args", map(self.argument, function.arguments), description=description)
        if function.columns:
            columns = (f"{column.name}: {self.type(column.type, column.nullable)}" for column in function.columns)
            yield from self.record(f"{name}Answer", columns)
        else:
            yield ""
            yield ""
            yield f"{name}Answer = {self.answer(function.answer)}"

    def argument(self, value: Value) -> str:
        """Return a member of the arguments."""
        found = self.type(value.type, value.nullable)
        return f"{value.name}: {f'NotRequired[{found}]' if value.optional else found}"

    def answer(self, value: Value) -> str:
        """Return the type of a result."""
        if any(table.name == value.type for table in self.catalog.tables):
            return f"{camel(value.type)}Row"
        return self.type(value.type, value.nullable)

    def type(self, name: str, nullable: bool) -> str:
        """Return the type of a value."""
        found = camel(name) if name in self.catalog.enums else "str" if name in STRINGS else NAMES[name]
        return f"{found} | None" if nullable and found != "Any" else found


def docstring(texts: Iterable[str], margin: str) -> Iterator[str]:
    """Yield a docstring."""
    lines = [part for line in texts for part in wrap(line, 112, subsequent_indent="  ") or [""]]
    lines = [line.replace("\\", "\\\\").replace('"""', "'''") for line in lines]
    if len(lines) == 1 and lines[0]:
        yield f'{margin}"""{lines[0]}{" " if lines[0].endswith(chr(34)) else ""}"""'
    elif any(lines):
        yield f'{margin}"""{lines[0]}'
        yield from (f"{margin}{line}".rstrip() for line in lines[1:])
        yield f'{margin}"""'


def callers(function: Function) -> str:
    """Return the roles that may call a function."""
    many = " A list of answers." if function.many else ""
    return f"For {', '.join(function.callers)}.{many}"


def camel(name: str) -> str:
    """Return a name in camel case."""
    return "".join(part.capitalize() for part in name.split("_"))
