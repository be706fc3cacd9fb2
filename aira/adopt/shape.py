"""Compare the live tables with those of the original design, object by object, whatever their names."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.backends.utils import CursorWrapper

from aira.adopt import TABLES, handmade
from aira.adopt.difference import Difference, decide, does
from aira.migrate.catalog.reference import reference

# The shape that the 0001 migrations of the five apps make. `python -m tests.original.write_shape` writes it.
ORIGINAL = Path(__file__).with_name("original.json")
Shape = dict[str, dict[str, dict[str, Any]]]
KINDS = Path(__file__).with_name("kinds")
# The migrations must create these schemas. Others they create only if they are missing.
NEW_SCHEMAS = ("audit", "jobs")


def read(cursor: CursorWrapper) -> Shape:
    """Return the live objects by kind, table and name.

    Objects without a table are under "". Missing tables have no entry.
    """
    cursor.execute("select set_config('search_path', '', true)")
    cursor.execute(
        "select t from unnest(%s::text[]) t where pg_catalog.to_regclass('public.' || t) is not null", [list(TABLES)]
    )
    there = [table for (table,) in cursor.fetchall()]
    shape: Shape = {}
    for file in sorted(KINDS.glob("*.sql")):
        found = shape[file.stem] = {table: {} for table in ("", *there)}
        cursor.execute(file.read_text(encoding="utf-8"), {"tables": [f"public.{table}" for table in there]})
        for table, name, what in cursor.fetchall():
            found[table][name] = json.loads(what) if isinstance(what, str) else what
    return shape


def original() -> Shape:
    """Return the shape of the original design."""
    found: Shape = json.loads(ORIGINAL.read_text(encoding="utf-8"))
    return found


def differences(live: Shape) -> Iterator[Difference]:
    """Yield the differences of the live tables from the original design, in the order in which they are removed."""
    expected = original()
    for table in TABLES:
        if table not in live["columns"]:
            yield Difference(
                f"table {table}",
                "is missing",
                "stop",
                "This database does not come from the original design, so adoption does not apply.",
            )
        elif table in live["relkinds"][""]:
            says = f"is {live['relkinds'][''][table]}, not an ordinary table"
            yield Difference(f"table {table}", says, "stop", "Move its rows into an ordinary table of that name.")
        elif table in live["owners"][""]:
            says = f"belongs to {live['owners'][''][table]}"
            yield Difference(f"table {table}", says, "stop", "Connect as its owner.")
    yield from schemas(live["schemas"][""])
    yield from handmade.name_conflicts(live["taken"][""], TABLES)
    yield from handmade.views(live["views"][""])
    yield from enums(live["enums"][""], expected["enums"][""])
    tables = [table for table in TABLES if table in live["columns"]]
    for table in tables:
        # Objects that may depend on others come first.
        yield from handmade.policies(table, live["policies"][table])
        yield from handmade.triggers(table, live["triggers"][table])
        yield from handmade.rules(table, live["rules"][table])
        yield from handmade.grants(table, live["grants"][table], live["column_grants"][table])
        yield from handmade.statistics(table, live["statistics"][table])
        yield from handmade.properties(table, live["properties"][table])
        yield from handmade.references(table, live["references"][table])
    yield from handmade.functions(live["functions"][""], expected["functions"][""])
    for table in tables:
        yield from columns(table, live["columns"][table], expected["columns"][table])
        yield from named("constraint", table, live["constraints"][table], expected["constraints"][table])
        yield from named("index", table, live["indexes"][table], expected["indexes"][table])


def enums(live: dict[str, Any], expected: dict[str, Any]) -> Iterator[Difference]:
    """Yield enum types with other labels."""
    for name, labels in expected.items():
        if live.get(name) != labels:
            says = f"has {live.get(name)}, not {labels}"
            yield Difference(f"type {name}", says, "stop", "Change the type (ALTER TYPE) and the rows.")


def schemas(live: dict[str, Any]) -> Iterator[Difference]:
    """Yield schemas that have the name of one of AiRa's. Foreign objects may stay in some of them."""
    for name, schema in live.items():
        subject = f"schema {name}"
        rename = f"ALTER SCHEMA {name} RENAME TO …. Adoption makes its own."
        if schema["owner"]:
            yield Difference(subject, f"is there already and belongs to {schema['owner']}", "stop", rename)
        elif name in NEW_SCHEMAS:
            yield Difference(subject, "is there already", "stop", rename)
        elif taken := sorted(our_names(name) & set(schema["holds"])):
            yield Difference(
                subject, f"has {', '.join(taken)}, a name that AiRa needs", "stop", f"Rename it, or {rename}"
            )
        else:
            yield Difference(subject, "is there already", "does", "keeps its objects beside AiRa's")


def our_names(schema: str) -> set[str]:
    """Return the names of relations and functions that the migrations make in a schema."""
    ours = reference()
    return {
        re.sub(r"\(.*", "", name).removeprefix(f"{schema}.")
        for kind in ("relations", "functions", "types")
        for name in ours[kind]
        if name.startswith(f"{schema}.")
    }


def columns(table: str, live: dict[str, Any], expected: dict[str, Any]) -> Iterator[Difference]:
    """Yield missing, different and additional columns of a table."""
    for name, column in expected.items():
        subject, there = f"column {table}.{name}", live.get(name)
        if there is None:
            yield Difference(subject, "is missing", "stop", f"Add it: ALTER TABLE {table} ADD {name} {column['type']}.")
            continue
        if there["type"] != column["type"]:
            yield Difference(subject, f"is {there['type']}, not {column['type']}", "stop", "Change its type first.")
            continue
        if there["required"] != column["required"]:
            says, change = ("is NOT NULL", "drop") if there["required"] else ("allows NULL", "set")
            statement = f"alter table public.{{}} alter {{}} {change} not null"
            yield does(subject, says, "changes as in the migrations", statement, table, name)
        if there["default"] != column["default"]:
            change = f"set default {column['default']}" if column["default"] else "drop default"
            says, statement = f"has the default {there['default']}", "alter table public.{} alter {} "
            yield does(subject, says, change, statement, table, name, tail=change)
    for name in sorted(live.keys() - expected.keys()):
        subject, type_ = f"column {table}.{name}", live[name]["type"]
        if (table, name) == ("business_v2", "business_hours"):
            if type_ == "jsonb":
                # A row may hold JSON's null, which is not SQL's NULL and not valid opening hours.
                yield does(
                    subject,
                    "is there already",
                    "stays with its values",
                    "update public.{0} set {1} = null where {1} = 'null'",
                    table,
                    name,
                )
            else:
                change = f"ALTER TABLE {table} ALTER {name} TYPE jsonb USING {name}::jsonb."
                yield Difference(subject, f"is {type_}, not jsonb", "stop", f"Change its type first: {change}")
            continue
        options: tuple[str, ...] = ("keep", "drop")
        advice = ""
        if f"public.{table}.{name}" in reference()["columns"]:
            # The migrations add a column of this name.
            options, advice = ("replace",), f"To keep its values, rename it: ALTER TABLE {table} RENAME {name} TO …"
        says = f"({type_}) does not belong to the original"
        drop = "alter table public.{} drop column {}"
        yield decide(subject, says, drop, table, name, options=options, advice=advice)


# Statements that rename, make and drop a constraint or index. {0} is the table, {1} and {2} are names.
HOW = {
    "constraint": (
        "alter table public.{0} rename constraint {1} to {2}",
        "alter table public.{0} add constraint {1} ",
        "alter table public.{0} drop constraint {1}",
    ),
    "index": ("alter index public.{1} rename to {2}", "create index {1} on public.{0} ", "drop index public.{1}"),
}


def named(kind: str, table: str, live: dict[str, Any], expected: dict[str, Any]) -> Iterator[Difference]:
    """Yield constraints or indexes to rename, to make, or to decide about."""
    rename, make, drop = HOW[kind]
    left = {name: what for name, what in live.items() if expected.get(name) != what}
    for name, what in expected.items():
        if live.get(name) == what:
            continue
        subject = f"{kind} {table}.{name}"
        if same := next((other for other in left if left[other] == what), None):
            del left[same]
            yield does(subject, f"is called {same}", "is renamed", rename, table, same, name)
        elif left.pop(name, None):
            yield Difference(
                subject, f"is {live[name]}, not {what}", "stop", "Rename it, or change it to that definition."
            )
        else:
            yield does(subject, "is missing", "is added", make, table, name, tail=what)
    for name, what in left.items():
        subject, says = f"{kind} {table}.{name}", f"({what}) does not belong to the original"
        ours = f"public.{table} {name}" if kind == "constraint" else f"public.{name}"
        options = handmade.choices("constraints" if kind == "constraint" else "indexes", ours)
        # ALTER INDEX takes the name without the table, ALTER TABLE with it.
        yield decide(subject, says, drop, table, name, options=options, definition=what)
