"""The live tables beside those of the original design, object by object, whatever they are called."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from aira.adopt import TABLES
from aira.migrate.catalog.reference import reference

# What the 0001 migrations of the five apps make. `python -m tests.original.write_shape` writes it.
ORIGINAL = Path(__file__).with_name("original.json")
# Functions of the original; those of its triggers go with them.
FUNCTIONS = (
    "update_wallet_balance",
    "notify_kb_updater_webhook",
    "update_updated_at_column",
    "validate_appointment_time",
)
# Roles whose policies and grants the migrations replace.
OURS = ("public", "anon", "authenticated", "service_role", "authenticator", "voice_agent", "kb_updater", "console")

Shape = dict[str, dict[str, dict[str, Any]]]
KINDS = Path(__file__).with_name("kinds")
# Schemas that the migrations insist on making; others they make where there is none.
NEW_SCHEMAS = ("audit", "jobs")


@dataclass(frozen=True)
class Difference:
    """level does: adoption does it by itself, by the statement; decide: a person must; stop: it must be done before."""

    subject: str
    says: str
    level: Literal["does", "decide", "stop"]
    does: str = ""
    statement: sql.Composable | None = None


def read(cursor: CursorWrapper) -> Shape:
    """Kind → table → name → what it is; what belongs to no table is under "". Tables that are missing have no entry."""
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
    found: Shape = json.loads(ORIGINAL.read_text(encoding="utf-8"))
    return found


def differences(live: Shape) -> Iterator[Difference]:
    """Everything that adoption does to make the live tables the original's, in an order in which it can be done."""
    expected = original()
    for table in TABLES:
        if table not in live["columns"]:
            yield Difference(
                f"table {table}", "is missing", "stop", "This database was not made from the original design."
            )
        elif table in live["relkinds"][""]:
            says = f"is {live['relkinds'][''][table]}, no ordinary table"
            yield Difference(f"table {table}", says, "stop", "Move its rows into an ordinary one of that name.")
        elif table in live["owners"][""]:
            says = f"belongs to {live['owners'][''][table]}"
            yield Difference(f"table {table}", says, "stop", "Connect as its owner.")
    yield from schemas(live["schemas"][""])
    yield from enums(live["enums"][""], expected["enums"][""])
    tables = [table for table in TABLES if table in live["columns"]]
    for table in tables:
        # First what may depend on the rest.
        yield from policies(table, live["policies"][table])
        yield from triggers(table, live["triggers"][table])
        yield from grants(table, live["grants"][table])
    for name, what in live["functions"][""].items():
        if what["used_elsewhere"]:
            yield Difference(f"function {name}", "is used by other tables' triggers too", "does", "is left as it is")
        else:
            yield does(f"function {name}", "is the original's", "is replaced", "drop function " + what["is"])
    for table in tables:
        yield from columns(table, live["columns"][table], expected["columns"][table])
        yield from named("constraint", table, live["constraints"][table], expected["constraints"][table])
        yield from named("index", table, live["indexes"][table], expected["indexes"][table])


def does(subject: str, says: str, what: str, statement: str, *names: str, tail: str = "") -> Difference:
    return Difference(subject, says, "does", what, composed(statement, *names, tail=tail))


def decide(subject: str, says: str, statement: str, *names: str) -> Difference:
    return Difference(
        subject, says, "decide", "keep: it stays, and stays different; drop: it goes", composed(statement, *names)
    )


def composed(statement: str, *names: str, tail: str = "") -> sql.Composed:
    """tail: a definition as PostgreSQL gave it, which may have braces."""
    return sql.SQL(statement).format(*map(sql.Identifier, names)) + sql.SQL(tail)


def enums(live: dict[str, Any], expected: dict[str, Any]) -> Iterator[Difference]:
    for name, labels in expected.items():
        if live.get(name) != labels:
            says = f"has {live.get(name)}, not {labels}"
            yield Difference(f"type {name}", says, "stop", "Change the type (ALTER TYPE) and the rows.")


def schemas(live: dict[str, Any]) -> Iterator[Difference]:
    """Those that are called as ours: others' objects may stay in one of them, beside ours."""
    for name, schema in live.items():
        subject = f"schema {name}"
        rename = f"ALTER SCHEMA {name} RENAME TO …: adoption makes its own."
        if schema["owner"]:
            yield Difference(subject, f"is there already and belongs to {schema['owner']}", "stop", rename)
        elif name in NEW_SCHEMAS:
            yield Difference(subject, "is there already", "stop", rename)
        elif taken := sorted(our_names(name) & set(schema["holds"])):
            yield Difference(subject, f"has {', '.join(taken)}, as ours is called", "stop", f"Rename it, or {rename}")
        else:
            yield Difference(subject, "is there already", "does", "keeps what it holds, beside ours")


def our_names(schema: str) -> set[str]:
    """Of relations and functions that the migrations make there."""
    ours = reference()
    return {
        re.sub(r"\(.*", "", name).removeprefix(f"{schema}.")
        for kind in ("relations", "functions", "types")
        for name in ours[kind]
        if name.startswith(f"{schema}.")
    }


def policies(table: str, live: dict[str, Any]) -> Iterator[Difference]:
    for name, roles in live.items():
        subject, statement = f"policy {table}.{name}", "drop policy {} on public.{}"
        if set(roles) <= {*OURS, "postgres"}:
            yield does(subject, "is the original's", "is replaced", statement, name, table)
        else:
            yield decide(subject, f"is for {', '.join(roles)}", statement, name, table)


def triggers(table: str, live: dict[str, Any]) -> Iterator[Difference]:
    for name, function in live.items():
        subject, statement = f"trigger {table}.{name}", "drop trigger {} on public.{}"
        if function in FUNCTIONS:
            yield does(subject, "is the original's", "is replaced", statement, name, table)
        else:
            yield decide(subject, f"calls {function}", statement, name, table)


def grants(table: str, live: dict[str, Any]) -> Iterator[Difference]:
    for role, privileges in live.items():
        if role not in OURS:
            yield decide(f"grant {table}.{role}", f"may {privileges}", "revoke all on public.{1} from {0}", role, table)


def columns(table: str, live: dict[str, Any], expected: dict[str, Any]) -> Iterator[Difference]:
    for name, column in expected.items():
        subject, there = f"column {table}.{name}", live.get(name)
        if there is None:
            yield Difference(subject, "is missing", "stop", f"Add it: ALTER TABLE {table} ADD {name} {column['type']}.")
            continue
        if there["type"] != column["type"]:
            yield Difference(subject, f"is {there['type']}, not {column['type']}", "stop", "Change its type first.")
            continue
        if there["required"] != column["required"]:
            says, change = ("is NOT NULL", "drop") if there["required"] else ("takes NULL", "set")
            statement = f"alter table public.{{}} alter {{}} {change} not null"
            yield does(subject, says, "is as the migrations make it", statement, table, name)
        if there["default"] != column["default"]:
            change = f"set default {column['default']}" if column["default"] else "drop default"
            says, statement = f"has the default {there['default']}", "alter table public.{} alter {} "
            yield does(subject, says, change, statement, table, name, tail=change)
    for name in live.keys() - expected.keys():
        subject = f"column {table}.{name}"
        if (table, name) == ("business_v2", "business_hours") and live[name]["type"] == "jsonb":
            yield Difference(subject, "is there already", "does", "is taken over with its values")
        else:
            says = f"({live[name]['type']}) is not the original's"
            yield decide(subject, says, "alter table public.{} drop column {}", table, name)


# How a constraint, or an index, is renamed, made and dropped: {0} is the table, {1} and {2} are names.
HOW = {
    "constraint": (
        "alter table public.{0} rename constraint {1} to {2}",
        "alter table public.{0} add constraint {1} ",
        "alter table public.{0} drop constraint {1}",
    ),
    "index": ("alter index public.{1} rename to {2}", "create index {1} on public.{0} ", "drop index public.{1}"),
}


def named(kind: str, table: str, live: dict[str, Any], expected: dict[str, Any]) -> Iterator[Difference]:
    """The same under another name is renamed, what is missing made; what is more is dropped, or decided on."""
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
            yield Difference(subject, f"says {live[name]}, not {what}", "stop", "Rename it, or make it the same.")
        else:
            yield does(subject, "is missing", "is made", make, table, name, tail=what)
    for name, what in left.items():
        subject, says = f"{kind} {table}.{name}", f"({what}) is not the original's"
        if kind == "index":
            # It holds nothing of its own, and the migrations bring those that serve.
            yield does(subject, says, "is dropped", drop, table, name)
        else:
            yield decide(subject, says, drop, table, name)
