"""Read a database's catalog as text that can be compared between databases and owners.

Each kind of objects has one `.sql` file in `kinds/`, or in `kinds_of_server/` if all databases of the server share it.
Its query returns name and definition. `:schemas` and `:members` stand for the schemas to read and for the objects of
extensions.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

SCHEMAS = ("public", "private", "audit", "analytics", "console", "jobs")
MEMBERS = "(select x.objid from pg_catalog.pg_depend x where x.deptype = 'e')"
Catalog = dict[str, dict[str, str]]
# Text literals may hold commas and brackets.
LITERAL = r"'(?:[^']|'')*'(?:::[a-z ]+)?"
ELEMENT = re.compile(LITERAL)
CAST_ARRAY = re.compile(rf"\(ARRAY\[(?P<elements>{LITERAL}(?:, {LITERAL})*)\]\)::(?P<type>[a-z ]+)\[\]")


@dataclass(frozen=True, order=True)
class Difference:
    """Difference between two catalogs.

    Attributes:
        before: the definition in the first catalog, or None if the object does not exist there.
        after: the definition in the second catalog, or None.
    """

    kind: str
    name: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.after is None:
            return f"{self.kind}: {self.name} is missing. Expected: {self.before}"
        if self.before is None:
            return f"{self.kind}: {self.name} is additional: {self.after}"
        return f"{self.kind}: {self.name} differs. Expected: {self.before}. Found: {self.after}"


@cache
def kinds(folder: str = "kinds") -> dict[str, str]:
    """Return the query of each kind."""
    return {file.stem: file.read_text() for file in sorted(Path(__file__).with_name(folder).glob("*.sql"))}


def read(
    connection: psycopg.Connection[Any], schemas: tuple[str, ...] = SCHEMAS, *, of_server: bool = False
) -> Catalog:
    """Return the definitions by kind and name. The transaction or savepoint is rolled back.

    Args:
        of_server: with the kinds of `kinds_of_server/`, which all databases of the server share.
    """
    among = sql.Literal(list(schemas)).as_string(connection)
    catalog: Catalog = {}
    with connection.transaction(force_rollback=True):
        # With an empty search_path, names in definitions are qualified for every role.
        connection.execute("set local search_path = ''")
        for kind, query in (kinds() | (kinds("kinds_of_server") if of_server else {})).items():
            found = connection.execute(query.replace(":schemas", among).replace(":members", MEMBERS).encode())
            catalog[kind] = {name: canonical(text) for name, text in found.fetchall()}
    return catalog


def canonical(definition: str) -> str:
    """Return a definition in the form that PostgreSQL prints after a dump was restored.

    The server keeps `(ARRAY['a'::character varying])::text[]` as it was written. Reading its own output, it casts each
    element instead: `ARRAY[('a'::character varying)::text]`.
    """
    return CAST_ARRAY.sub(cast_of_each, definition)


def cast_of_each(found: re.Match[str]) -> str:
    """Return the array of a match of CAST_ARRAY with a cast at each element."""
    elements = ELEMENT.findall(found["elements"])
    return f"ARRAY[{', '.join(f'({element})::{found["type"]}' for element in elements)}]"


def differences(one: Catalog, other: Catalog) -> list[Difference]:
    """Return the differences between two catalogs by kind and name."""
    return [
        Difference(kind, name, before, after)
        for kind in sorted(one.keys() | other.keys())
        for name in sorted(one.get(kind, {}).keys() | other.get(kind, {}).keys())
        if (before := one.get(kind, {}).get(name)) != (after := other.get(kind, {}).get(name))
    ]
