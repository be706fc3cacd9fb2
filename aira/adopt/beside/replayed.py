"""Repair and complete the finished tables: first all rows, then the rows that have changed since."""

import time
from collections.abc import Callable
from pathlib import Path

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from aira.adopt import TABLES, AdoptError, record, rules
from aira.adopt.beside import SHADOWS
from aira.adopt.beside.copied import columns, select
from aira.adopt.beside.made import REPAIRING, Stripped, stripped
from aira.adopt.beside.proved import prove
from aira.adopt.beside.statements import to_shadows
from aira.adopt.decisions import Decisions
from aira.adopt.plan import HERE

SCOPE = Path(__file__).with_name("scope.sql")
PLACING = Path(__file__).with_name("placing.sql")
OPENING = HERE / "opening.sql"
# If fewer rows than this have changed, or if they take less time in seconds, they are replayed while services wait.
FEW, BRIEFLY, PASSES = 300, 0.3, 30
# Seconds that the last changes may take if no number of passes leaves fewer. A service waits two seconds at most.
LONGEST = 1.5
SHADOW = {table: f"{SHADOWS}.{table}" for table in TABLES}
SCOPED = rules.Place(
    {table: f"pg_temp.{table}" for table in TABLES}, {table: f"pg_temp.changed_{table}" for table in TABLES}, SHADOW
)
# Maps a table whose whole groups are in the scope to the group's name in the scope, and to its column.
GROUPED = {
    "transactions": ("users", "user_id"),
    "wallets": ("users", "user_id"),
    "appointments": ("diaries", "business_id"),
    "business_numbers": ("business_v2", "business_id"),
}
ZONES = """
    update adopting.business_v2 b set timezone = coalesce(z.zone, %(everybody)s)
    from adopting.business_v2 x left join unnest(%(ids)s::uuid[], %(zones)s::text[]) z (id, zone) on z.id = x.id
    where b.id = x.id and b.timezone <> coalesce(z.zone, %(everybody)s)
      and x.id in (select s.id from pg_temp.in_scope s where s.table_name = 'business_v2')
"""
PROCESSED = """
    update adopting.documents x set processed_at = x.updated_at
    where x.processing_status in ('completed', 'failed') and x.processed_at is null
      and x.id in (select s.id from pg_temp.in_scope s where s.table_name = 'documents')
"""
# Entries from before the ledger began are written again.
REOPEN = """
    delete from public.ledger_entries e using pg_temp.in_scope s
    where (s.table_name = 'wallets' and s.id = e.wallet_id) or (s.table_name = 'users' and s.id = e.user_id)
"""
# A repair made this wallet, and a service has made one in the original since then.
MADE_TWICE = """
    insert into pg_temp.changed_rows
    select 'wallets', x.id from adopting.wallets x
    join public.wallets o on o.user_id = x.user_id and o.id <> x.id
    join pg_temp.changed_rows c on c.table_name = 'wallets' and c.id = o.id
    where not exists (select from public.wallets p where p.id = x.id)
    on conflict do nothing
"""


def begin(cursor: CursorWrapper) -> None:
    """Make the temporary tables of one transaction."""
    cursor.execute(
        "create temporary table if not exists changed_rows (table_name text, id uuid, primary key (table_name, id));"
        "create temporary table if not exists in_scope (table_name text, id uuid, primary key (table_name, id));"
        "create temporary table if not exists to_place (id uuid primary key);"
        "truncate pg_temp.changed_rows, pg_temp.in_scope, pg_temp.to_place"
    )
    for table in TABLES:
        rows = f"select x.* from {SHADOWS}.{table} x where "  # noqa: S608
        ids = f"x.id in (select s.id from pg_temp.in_scope s where s.table_name = '{table}')"  # noqa: S608
        if table in GROUPED:
            # There are few group keys, but a group may have many rows.
            group, key = GROUPED[table]
            of_group = f"in (select g.id from pg_temp.in_scope g where g.table_name = '{group}')"  # noqa: S608
            ids = f"x.{key} {of_group} union all {rows} {ids} and (x.{key} {of_group}) is not true"
        cursor.execute(f"create or replace temporary view {table} as {rows} {ids}")
        cursor.execute(
            f"create or replace temporary view changed_{table} as select x.* from {SHADOWS}.{table} x "  # noqa: S608
            f"where x.id in (select c.id from pg_temp.changed_rows c where c.table_name = '{table}')"
        )


def end(cursor: CursorWrapper) -> None:
    """Drop the temporary views. A name without a schema would refer to them."""
    for table in TABLES:
        cursor.execute(f"drop view pg_temp.{table}, pg_temp.changed_{table}")
    cursor.execute("drop table pg_temp.decided")


def first(alias: str, decisions: Decisions) -> None:
    """Repair and complete all copied rows in one transaction. No other session uses these tables."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        one_snapshot(cursor)
        begin(cursor)
        # A rule may compare the copied rows with rows that were not copied.
        copy_changed(cursor)
        cursor.execute("truncate pg_temp.in_scope, pg_temp.to_place")
        for table in TABLES:
            cursor.execute(f"insert into pg_temp.in_scope select '{table}', x.id from {SHADOWS}.{table} x")  # noqa: S608
        cursor.execute("insert into pg_temp.to_place select b.id from adopting.business_v2 b")
        cursor.execute("analyze pg_temp.in_scope")
        cursor.execute("analyze pg_temp.to_place")
        complete(cursor, decisions, rules.Place(SHADOW))
        end(cursor)
        record.remember(cursor, "repaired", True)


def one_snapshot(cursor: CursorWrapper) -> None:
    """Read the originals at one moment, so that no row is copied without the rows to which it refers."""
    cursor.execute("set transaction isolation level repeatable read")


def complete(cursor: CursorWrapper, decisions: Decisions, where: rules.Place) -> None:
    """Repair the rows with audit events. Then fill the columns that the originals do not have."""
    # JSON's null is a value, but not a form of opening hours.
    cursor.execute("update adopting.business_v2 set business_hours = null where business_hours = 'null'")
    cursor.execute(f"set local {REPAIRING} = 'on'")
    done = rules.repair(cursor, decisions, where)
    record.write_repaired(cursor, done)
    zones = dict(decisions.time_zones)
    if zones:
        everybody = zones.pop("*", "UTC")
        cursor.execute(ZONES, {"everybody": everybody, "ids": list(zones), "zones": list(zones.values())})
    cursor.execute(f"set local {REPAIRING} = 'off'")
    cursor.execute(PROCESSED)
    cursor.execute(PLACING.read_text(encoding="utf-8"))
    cursor.execute(to_shadows(OPENING.read_text(encoding="utf-8")))


def index(alias: str, say: Callable[[str], None]) -> None:
    """Build the indexes, and the constraints that compare rows. Continue where an earlier run stopped."""
    for one in stripped(alias):
        if one.kind not in ("u", "x", "index"):
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "select set_config('maintenance_work_mem', '256MB', false), set_config('search_path', '', false)"
            )
            cursor.execute("select pg_catalog.to_regclass(%s) is not null", [f'{SHADOWS}."{one.name}"'])
            if not cursor.fetchone()[0]:
                cursor.execute(one.make)
    with connections[alias].cursor() as cursor:
        cursor.execute("reset maintenance_work_mem")
        cursor.execute("reset search_path")
        cursor.execute(f"analyze {', '.join(SHADOW.values())}")
        record.remember(cursor, "indexed", True)


def prove_all(alias: str, decisions: Decisions) -> None:
    """Prove all rows.

    Raises:
        AdoptError: A finished table has a wrong row, or a row is missing.
    """
    later = stripped(alias)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        one_snapshot(cursor)
        # The changed rows include rows that a person corrected.
        replay_once(cursor, decisions, later)
        prove(cursor, later, SHADOW)


def waiting(alias: str) -> int:
    """Return the number of recorded changes."""
    with connections[alias].cursor() as cursor:
        cursor.execute("select count(*) from adoption.changed")
        return int(cursor.fetchone()[0])


def replay(alias: str, decisions: Decisions, say: Callable[[str], None]) -> None:
    """Copy changed rows again and again, until few are left for the swap.

    Raises:
        AdoptError: Services change rows faster than this can copy them.
    """
    later = stripped(alias)
    # Seconds for each change in the last pass.
    pace = 1.0
    for _ in range(PASSES):
        left = waiting(alias)
        if left <= FEW or left * pace <= BRIEFLY:
            return
        say(f"  {left:,} changes to replay.")
        began = time.monotonic()
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            one_snapshot(cursor)
            replay_once(cursor, decisions, later)
        pace = (time.monotonic() - began) / left
    if waiting(alias) * pace <= LONGEST:
        return
    raise AdoptError(
        f"Services change rows as fast as adopt copies them: {waiting(alias):,} changes are left after {PASSES} "
        "passes, and services would wait while they are copied. Nothing was changed. Run adopt again when less is "
        "written. It continues from here."
    )


def replay_once(cursor: CursorWrapper, decisions: Decisions, later: list[Stripped]) -> int:
    """Copy, repair and complete the rows that have changed. Return their number."""
    begin(cursor)
    changed = copy_changed(cursor)
    if changed:
        cursor.execute(REOPEN)
        complete(cursor, decisions, SCOPED)
        prove(cursor, later, {table: f"pg_temp.changed_{table}" for table in TABLES})
        end(cursor)
    return changed


def copy_changed(cursor: CursorWrapper) -> int:
    """Copy the rows that have changed, and find the scope of the rules. Return the number of rows."""
    cursor.execute(
        "with taken as (delete from adoption.changed returning table_name, row_id) "
        "insert into pg_temp.changed_rows select distinct t.table_name, t.row_id from taken t"
    )
    cursor.execute("select count(*) from pg_temp.changed_rows")
    changed = int(cursor.fetchone()[0])
    if not changed:
        return 0
    cursor.execute("analyze pg_temp.changed_rows")
    cursor.execute(MADE_TWICE)
    scope = SCOPE.read_text(encoding="utf-8")
    cursor.execute(scope)
    # Children come first, so that a deleted row removes no other row by a cascade.
    for table in reversed(TABLES):
        cursor.execute(
            f"delete from {SHADOWS}.{table} x using pg_temp.changed_rows c "  # noqa: S608
            f"where c.table_name = '{table}' and c.id = x.id "
            f"and not exists (select from public.{table} o where o.id = x.id)"
        )
    for table in TABLES:
        names, values = columns(cursor, table)
        sets = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in ("id", "slot_number"))
        if table == "appointments":
            sets += ", slot_number = null"
            values = ["null" if name == "slot_number" else value for name, value in zip(names, values, strict=True)]
        cursor.execute(
            select(table, names, values)
            + f"join pg_temp.changed_rows c on c.table_name = '{table}' and c.id = o.id "
            + f"on conflict (id) do update set {sets}"
        )
    for table in ("appointments", "documents"):
        cursor.execute(
            f"update {SHADOWS}.{table} x set user_id = b.user_id from {SHADOWS}.business_v2 b, pg_temp.changed_rows c "  # noqa: S608
            "where c.table_name = 'business_v2' and b.id = c.id and x.business_id = b.id "
            "and x.user_id is distinct from b.user_id"
        )
    cursor.execute(scope)
    cursor.execute("analyze pg_temp.in_scope")
    cursor.execute("insert into pg_temp.to_place select s.id from pg_temp.in_scope s where s.table_name = 'diaries'")
    return changed
