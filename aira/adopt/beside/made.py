"""Make the finished tables, empty, beside the originals, by the statements of the migrations."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from aira.adopt import TABLES, AdoptError, record, shape
from aira.adopt.beside import ACCOUNTS, RETIRED, SHADOWS
from aira.adopt.beside.statements import split, to_shadows
from aira.adopt.decisions import Decisions
from aira.adopt.difference import Difference
from aira.adopt.plan import EXISTING_APPOINTMENTS, Plan
from aira.adopt.requirements import requirements

LIKE = "including defaults including generated including storage including comments including compression"
# These differences are about the table itself. Others are about objects that stay with the original.
OF_TABLE = ("column", "constraint", "index", "options", "row")
# Services call these functions, so they change with the swap.
CALLED = "function public."
# This setting makes triggers record changes of the shadow tables.
REPAIRING = "adopt.repairing"
CHANGES = Path(__file__).with_name("changes.sql")
ORIGINALS = [f"public.{table}" for table in TABLES]
PATH = f"console, {SHADOWS}, public, private, jobs, extensions"
# List the constraints and indexes of the shadow tables except primary keys, the foreign keys to them, and the statement
# that makes each again.
MADE_LATER = """
    with shadows as (
        select c.oid, c.relname from pg_catalog.pg_class c
        where c.relnamespace = %(schema)s::regnamespace and c.relname = any(%(tables)s))
    select k.conrelid::regclass::text, k.contype::text, k.conname::text, pg_catalog.pg_get_constraintdef(k.oid)
    from pg_catalog.pg_constraint k
    where (k.contype in ('c', 'f', 'u', 'x') and k.conrelid in (select s.oid from shadows s))
       or (k.contype = 'f' and k.confrelid in (select s.oid from shadows s))
    union all
    select s.oid::regclass::text, 'index', i.relname, pg_catalog.pg_get_indexdef(x.indexrelid)
    from shadows s join pg_catalog.pg_index x on x.indrelid = s.oid join pg_catalog.pg_class i on i.oid = x.indexrelid
    where not exists (
        select from pg_catalog.pg_constraint k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))
    union all
    select s.oid::regclass::text, 'required', a.attname, ''
    from shadows s join pg_catalog.pg_attribute a on a.attrelid = s.oid
    where a.attnum > 0 and not a.attisdropped and a.attnotnull and a.attname <> 'id' and a.attgenerated = ''
"""
OBJECTS = """
    with schemas as (
        select n.oid, n.nspname from pg_catalog.pg_namespace n
        where n.nspname in ('public', 'private', 'console', 'jobs', 'audit', 'analytics'))
    select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
                          else 'table' end,
           pg_catalog.format('%I.%I', n.nspname, c.relname)
    from pg_catalog.pg_class c join schemas n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'S')
    -- The sequence of an identity column goes with the column.
    and not exists (select from pg_catalog.pg_depend d
                    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
                      and c.relkind = 'S')
    union all
    select 'function',
           pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes))
    from pg_catalog.pg_proc p join schemas n on n.oid = p.pronamespace
"""
DEPENDING = """
    select (select pg_catalog.count(*) from pg_catalog.pg_depend d
            where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = any(%(tables)s))
         + (select pg_catalog.count(*) from pg_catalog.pg_depend d
            where d.refclassid = 'pg_catalog.pg_type'::regclass and d.refobjid = any(%(types)s))
"""
LOCKED = """
    select exists (
        select from pg_catalog.pg_locks l where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation'
        and l.relation = any(%(tables)s) and l.mode <> 'AccessShareLock')
"""


@dataclass(frozen=True)
class Stripped:
    """Hold a rule that is added after the rows.

    Attributes:
        table: Its name with the schema.
        kind: c, f, u or x as in pg_constraint, index, or required for NOT NULL.
    """

    table: str
    kind: str
    name: str
    definition: str

    @property
    def drop(self) -> str:
        """The statement that drops the rule."""
        if self.kind == "index":
            return f'drop index {SHADOWS}."{self.name}"'
        if self.kind == "required":
            return f'alter table {self.table} alter "{self.name}" drop not null'
        return f'alter table {self.table} drop constraint "{self.name}"'

    @property
    def make(self) -> str:
        """The statement that makes the rule again."""
        if self.kind == "index":
            return self.definition
        if self.kind == "required":
            return f'alter table {self.table} alter "{self.name}" set not null'
        return f'alter table {self.table} add constraint "{self.name}" {self.definition}'


def make(alias: str, plan: Plan, decisions: Decisions) -> None:
    """Make the shadow tables in one transaction, and store the statements that must wait. No original is locked."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        live = shape.read(cursor)
        before = objects(cursor)
        cursor.execute(
            f"create schema {SHADOWS}; create schema {RETIRED}; create table {ACCOUNTS} (id uuid primary key)"
        )
        for table in TABLES:
            create(cursor, table, live)
        found = [*requirements(cursor), *shape.differences(live)]
        wanted = [one for one in found if one.level == "does" or decisions.of_object(one) in ("drop", "replace")]
        late = [text(cursor, one) for one in wanted if goes_later(one)]
        cursor.execute("select pg_catalog.set_config('search_path', '', true)")
        for one in wanted:
            if one.statement is not None and one.subject.split()[0] in OF_TABLE:
                cursor.execute(to_shadows(text(cursor, one)).replace("index public.", f"index {SHADOWS}."))
        cursor.execute(f"set local search_path = {PATH}")
        cursor.execute("set local check_function_bodies = off")
        late += run_early(alias, cursor, plan)
        cursor.execute("select pg_catalog.set_config('search_path', '', true)")
        for one in found:
            if decisions.of_object(one) == "keep":
                keep(cursor, one, live)
        record.remember(cursor, "new objects", [one for one in objects(cursor) if one not in before])
        cursor.execute(CHANGES.read_text(encoding="utf-8"))
        record.remember(cursor, "late", late)
        record.remember(cursor, "stripped", [asdict(one) for one in strip(cursor)])
        record.remember(cursor, "objects", [[one.subject, one.says] for one in shape.differences(shape.read(cursor))])


def objects(cursor: CursorWrapper) -> list[list[str]]:
    """Return the objects in the schemas that the migrations fill, in the form that DROP takes."""
    cursor.execute(OBJECTS)
    return [list(row) for row in cursor.fetchall()]


def text(cursor: CursorWrapper, one: Difference) -> str:
    """Return the statement of a difference as text, or an empty text."""
    return one.statement.as_string(cursor.connection) if one.statement is not None else ""


def goes_later(one: Difference) -> bool:
    """Tell whether services use the object, so that its statement waits for the swap."""
    return one.statement is not None and one.subject.split()[0] in ("function", "extension")


def create(cursor: CursorWrapper, table: str, live: shape.Shape) -> None:
    """Create the shadow of a table with its constraints and indexes."""
    cursor.execute(f"create table {SHADOWS}.{table} (like public.{table} {LIKE})")
    keys = sorted(live["constraints"][table].items(), key=lambda pair: pair[1].startswith("FOREIGN KEY"))
    for name, definition in keys:
        statement = sql.SQL("alter table {}.{} add constraint {} ").format(*map(sql.Identifier, (SHADOWS, table, name)))
        cursor.execute(statement.as_string(cursor.connection) + to_shadows(definition))
    for name, definition in live["indexes"][table].items():
        unique = "unique " if definition.startswith("UNIQUE ") else ""
        statement = sql.SQL("create {}index {} on {}.{} ").format(
            sql.SQL(unique), sql.Identifier(name), sql.Identifier(SHADOWS), sql.Identifier(table)
        )
        cursor.execute(
            statement.as_string(cursor.connection) + definition.removeprefix("UNIQUE ").removesuffix(" (invalid)")
        )
    if options := live["properties"][table].get("options"):
        cursor.execute(f"alter table {SHADOWS}.{table} set ({options})")
    if live["properties"][table].get("replica identity") in ("full", "nothing"):
        cursor.execute(
            f"alter table {SHADOWS}.{table} replica identity {live['properties'][table]['replica identity']}"
        )


def run_early(alias: str, cursor: CursorWrapper, plan: Plan) -> list[str]:
    """Run each statement that needs no original. Return the others in order."""
    late: list[str] = []
    cursor.execute(
        "select pg_catalog.array_agg(c.oid), pg_catalog.array_agg(c.reltype) from pg_catalog.pg_class c "
        "where c.oid = any(%s::regclass[])",
        [ORIGINALS],
    )
    originals = dict(zip(("tables", "types"), cursor.fetchone(), strict=True))
    cursor.execute(DEPENDING, originals)
    depending = cursor.fetchone()[0]
    cursor.execute(LOCKED, originals)
    if cursor.fetchone()[0]:
        raise AdoptError("A difference can't be removed beside the originals. Run adopt --in-place.")
    for whole in plan.statements:
        if whole == EXISTING_APPOINTMENTS:
            continue
        for statement in split(whole):
            head = statement.partition("$$")[0].lower()
            if CALLED in head or not succeeds(alias, cursor, to_shadows(statement), originals, depending):
                late.append(statement)
    return late


def succeeds(
    alias: str, cursor: CursorWrapper, statement: str, originals: dict[str, list[int]], depending: int
) -> bool:
    """Run a statement, but undo it if it locks an original or adds a dependent of one. Return whether it stays."""
    try:
        with transaction.atomic(using=alias):
            cursor.execute(statement)
            cursor.execute(LOCKED, originals)
            locked = cursor.fetchone()[0]
            cursor.execute(DEPENDING, originals)
            if locked or cursor.fetchone()[0] != depending:
                raise ForOriginals
    except (DatabaseError, ForOriginals):
        if connections[alias].connection is None or connections[alias].connection.closed:
            raise
        return False
    return True


class ForOriginals(Exception):
    """Mark a statement that is about the originals themselves. It waits for the swap."""


def keep(cursor: CursorWrapper, one: Difference, live: shape.Shape) -> None:
    """Make a kept policy, trigger, rule or grant on the finished table, which has the other objects already."""
    kind, _, name = one.subject.partition(" ")
    table, _, name = name.partition(".")
    if kind == "policy":
        policy = live["policies"][table][name]
        parts = [
            f'create policy "{name}" on {SHADOWS}.{table}',
            f"as {'restrictive' if policy['restrictive'] else 'permissive'}",
            f"for {policy['command']} to {', '.join(policy['roles'])}",
            f"using ({policy['using']})" if policy["using"] else "",
            f"with check ({policy['check']})" if policy["check"] else "",
        ]
        cursor.execute(to_shadows(" ".join(parts)))
    elif kind in ("trigger", "rule", "statistics"):
        cursor.execute(to_shadows(one.definition))
    elif kind == "grant":
        column, _, role = name.rpartition(".")
        if column:
            privileges = live["column_grants"][table][name]
            listed = ", ".join(f'{privilege} ("{column}")' for privilege in privileges.split(", "))
        else:
            listed = live["grants"][table][role]
        cursor.execute(f'grant {listed} on {SHADOWS}.{table} to "{role}"')


def strip(cursor: CursorWrapper) -> Iterator[Stripped]:
    """Remove the checks of rows and disable the triggers. Rows are copied unchanged and repaired afterwards."""
    found = made_later(cursor)
    for one in sorted(found, key=lambda one: one.kind != "f"):
        cursor.execute(one.drop)
    for table in TABLES:
        cursor.execute(f"alter table {SHADOWS}.{table} disable trigger user")
        # Each repair is an audit event with the complete previous row.
        cursor.execute(
            f"create trigger adopt_audit after update or delete on {SHADOWS}.{table} for each row "
            f"when (current_setting('{REPAIRING}', true) = 'on') "
            "execute function private.record_change('updated_at', 'search', 'busy_from', 'busy_to')"
        )
        # The statement would hold a lock for longer than the swap may wait.
        cursor.execute(f"alter table {SHADOWS}.{table} set (autovacuum_enabled = false)")
    cursor.execute("alter table public.ledger_entries disable trigger user")
    cursor.execute("alter table public.ledger_entries set (autovacuum_enabled = false)")
    yield from found


def made_later(cursor: CursorWrapper) -> list[Stripped]:
    """Return the rules of the shadow tables that wait for the rows."""
    cursor.execute(MADE_LATER, {"schema": SHADOWS, "tables": list(TABLES)})
    return [Stripped(*row) for row in cursor.fetchall()]


def stripped(alias: str) -> list[Stripped]:
    """Return the rules that were stored when the shadow tables were made."""
    found: list[dict[str, Any]] = record.recall(alias, "stripped", [])
    return [Stripped(**one) for one in found]
