"""Swap the tables: with the originals locked, replay the last changes and let the finished tables take their places."""

from collections.abc import Callable
from itertools import groupby

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder

from aira.adopt import TABLES, AdoptError, record, shape
from aira.adopt.beside import RETIRED, SHADOWS, dependents
from aira.adopt.beside.copied import stop_noting
from aira.adopt.beside.made import Stripped, stripped
from aira.adopt.beside.replayed import replay_once
from aira.adopt.beside.statements import to_public
from aira.adopt.decisions import Decisions
from aira.adopt.plan import Later, Plan


def swap(alias: str, plan: Plan, decisions: Decisions) -> Callable[[CursorWrapper], None]:
    """Return the function that runs once the originals are locked. Everything else is computed before."""
    later = stripped(alias)
    late: list[str] = record.recall(alias, "late", [])
    expected = record.recall(alias, "objects")

    def change(cursor: CursorWrapper) -> None:
        found = list(shape.differences(shape.read(cursor)))
        # The catalog has no fixed order, since updates move its rows.
        if sorted([one.subject, one.says] for one in found) != sorted(expected):
            raise AdoptError("An object has changed since adoption began. Run adopt --abandon, then adopt again.")
        cursor.execute("select pg_catalog.set_config('search_path', 'public, extensions', true)")
        replay_once(cursor, decisions, later)
        cursor.execute("select pg_catalog.set_config('search_path', '', true)")
        dropped = {one.subject.removeprefix("view ") for one in found if decisions.of_object(one) == "drop"}
        around = dependents.known(cursor, dropped)
        stop_noting(cursor)
        for statement in around.off:
            cursor.execute(statement)
        # Drop the functions that these triggers call, too.
        for one in found:
            if one.subject.startswith("trigger ") and one.statement is not None:
                cursor.execute(one.statement)
        for table in TABLES:
            cursor.execute(f"alter table public.{table} set schema {RETIRED}")
        for table in TABLES:
            cursor.execute(f"alter table {SHADOWS}.{table} set schema public")
        for statement in strict(later):
            cursor.execute(statement)
        cursor.execute("set local search_path = console, public, private, jobs, extensions")
        cursor.execute("set local check_function_bodies = off")
        for statement in late:
            cursor.execute(statement)
        cursor.execute("select pg_catalog.set_config('search_path', '', true)")
        for statement in around.on:
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"drop trigger adopt_audit on public.{table}")
        for table in (*TABLES, "ledger_entries"):
            cursor.execute(f"alter table public.{table} reset (autovacuum_enabled)")
            cursor.execute(f"alter table public.{table} enable trigger user")
        recorder = MigrationRecorder(connections[alias])
        cursor.execute("set local search_path = console, public, private, jobs, extensions")
        for migration in plan.switch:
            recorder.record_applied(migration.app_label, migration.name)
        steps = [*to_validate(later, around), *(one for one in plan.later if one.kind == "view")]
        record.remember(cursor, "switched", True)
        record.plan_todo(cursor, steps)
        cursor.execute("notify pgrst, 'reload schema'")

    return change


def strict(later: list[Stripped]) -> list[str]:
    """Return the statements for rules that wait. Each table is read once for all its NOT NULLs."""
    found = []
    required = sorted((one for one in later if one.kind == "required"), key=lambda one: one.table)
    for table, group in groupby(required, key=lambda one: one.table):
        clauses = ", ".join(f'alter "{one.name}" set not null' for one in group)
        found.append(to_public(f"alter table {table} {clauses}"))
    for table, group in groupby(
        sorted((one for one in later if one.kind == "c"), key=lambda one: one.table), key=lambda one: one.table
    ):
        clauses = ", ".join(f'add constraint "{one.name}" {not_valid(one.definition)}' for one in group)
        found.append(to_public(f"alter table {table} {clauses}"))
    return found + [
        to_public(f'alter table {one.table} add constraint "{one.name}" {not_valid(one.definition)}')
        for one in later
        if one.kind == "f"
    ]


def not_valid(definition: str) -> str:
    """Return a constraint's definition with NOT VALID."""
    return definition if definition.endswith("NOT VALID") else f"{definition} not valid"


def to_validate(later: list[Stripped], around: dependents.Dependents) -> list[Later]:
    """Return the steps that validate constraints after the switch."""
    names = [
        (to_public(one.table), one.name)
        for one in later
        if one.kind in ("c", "f") and not one.definition.endswith("NOT VALID")
    ]
    return [
        Later("validate", name, f'alter table {table} validate constraint "{name}"')
        for table, name in [*names, *around.to_validate]
    ]
