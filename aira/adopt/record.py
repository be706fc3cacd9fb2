"""Store the state of an adoption in its database: decisions, the promise, the results and the open steps.

The schema `adoption` stays afterwards, so that a second run can report all of it. Only the owner may read it, since its
rows contain texts that people wrote.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

from aira.adopt import rules
from aira.adopt.decisions import Decisions
from aira.adopt.plan import Later
from aira.schema.server_version import has_table

SCHEMA = """
    create schema if not exists adoption;
    revoke all on schema adoption from public;
    create table if not exists adoption.facts (
        name text primary key, value jsonb not null, at timestamptz not null default now());
    create table if not exists adoption.repaired (
        rule text, table_name text, row_id text, detail text, option text,
        at timestamptz not null default clock_timestamp(), primary key (rule, table_name, row_id));
    create table if not exists adoption.todo (step integer primary key, kind text, name text, statement text);
"""


def make(cursor: CursorWrapper) -> None:
    """Create the schema `adoption` with its tables, if it is missing."""
    cursor.execute(SCHEMA)


def exists(alias: str) -> bool:
    """Tell whether an adoption has stored anything in this database."""
    return has_table(alias, "adoption.facts")


def remember(cursor: CursorWrapper, name: str, value: Any) -> None:
    """Store a value under a name."""
    cursor.execute(
        "insert into adoption.facts (name, value) values (%s, %s) "
        "on conflict (name) do update set value = excluded.value, at = now()",
        [name, json.dumps(value, ensure_ascii=False)],
    )


def recall(alias: str, name: str, otherwise: Any = None) -> Any:
    """Return the value of a name, or `otherwise`."""
    if not exists(alias):
        return otherwise
    with connections[alias].cursor() as cursor:
        cursor.execute("select value::text from adoption.facts where name = %s", [name])
        found = cursor.fetchone()
    return json.loads(found[0]) if found else otherwise


def recall_decisions(alias: str) -> Decisions:
    """Return the decisions of the run that made the switch, or of the last run before it."""
    return Decisions(**recall(alias, "decisions", {}))


def write_repaired(cursor: CursorWrapper, done: Iterable[rules.Row]) -> None:
    """Store the repaired rows."""
    cursor.executemany(
        "insert into adoption.repaired (rule, table_name, row_id, detail, option) values (%s, %s, %s, %s, %s) "
        "on conflict (rule, table_name, row_id) do update set detail = excluded.detail, option = excluded.option",
        [(row.rule, row.table, row.id, row.detail, row.option) for row in done],
    )


def plan_todo(cursor: CursorWrapper, later: Iterable[Later]) -> None:
    """Store the steps after the switch, the most urgent first."""
    cursor.execute("delete from adoption.todo")
    cursor.executemany(
        "insert into adoption.todo values (%s, %s, %s, %s)",
        [
            (step, one.kind, one.name, one.statement)
            for step, one in enumerate(sorted(later, key=lambda one: one.haste))
        ],
    )


def recall_repaired(alias: str) -> list[rules.Row]:
    """Return the repaired rows in the order of their repairs."""
    if not exists(alias):
        return []
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select rule, table_name, row_id, detail, option from adoption.repaired order by at, rule, row_id"
        )
        return [rules.Row(*row) for row in cursor.fetchall()]


def unfinished(alias: str) -> bool:
    """Return whether the switch was made and some steps after it are open."""
    return bool(recall(alias, "switched")) and not recall(alias, "finished")
