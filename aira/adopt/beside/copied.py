"""Copy the originals' rows into the finished tables: first all in batches, then again those that changed."""

import time
from collections.abc import Callable
from pathlib import Path

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from aira.adopt import TABLES, record
from aira.adopt.beside import SHADOWS
from aira.adopt.single_rewrite import FILLED

BATCH = 5000
CHANGES = Path(__file__).with_name("changes.sql")
TRIGGER = "adopt_note_change"
COLUMNS = """
    select a.attname::text
    from pg_catalog.pg_attribute a
    where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and exists (select from pg_catalog.pg_attribute o where o.attrelid = %s::regclass and o.attname = a.attname
                  and not o.attisdropped)
    order by a.attnum
"""


def note_changes(cursor: CursorWrapper, table: str) -> None:
    """Begin to record changed rows of an original. This locks the table for a moment."""
    cursor.execute(
        f"create trigger {TRIGGER} after insert or update or delete on public.{table} "
        "for each row execute function adoption.note_change()"
    )
    cursor.execute(
        f"create trigger {TRIGGER}_all before truncate on public.{table} "
        "for each statement execute function adoption.note_change()"
    )


def stop_noting(cursor: CursorWrapper) -> None:
    """Drop the triggers that record changed rows."""
    for table in TABLES:
        cursor.execute(f"drop trigger if exists {TRIGGER} on public.{table}")
        cursor.execute(f"drop trigger if exists {TRIGGER}_all on public.{table}")


def columns(cursor: CursorWrapper, table: str) -> tuple[list[str], list[str]]:
    """Return the copied columns, and their expressions over `o`, the original row, and `b`, its business."""
    cursor.execute(COLUMNS, [f"{SHADOWS}.{table}", f"public.{table}"])
    names = [name for (name,) in cursor.fetchall() if (table, name) not in FILLED]
    values = [f'o."{name}"' for name in names]
    for (of, name), expression in FILLED.items():
        if of == table:
            names.append(name)
            values.append(filling(expression))
    return names, values


def filling(expression: str) -> str:
    """Return the expression with which single_rewrite.py fills a column, for a row beside its business."""
    if "owner_of_business" in expression:
        return "b.user_id"
    return expression.replace("processing_status", "o.processing_status").replace("updated_at", "o.updated_at").replace(
        "case when status", "case when o.status"
    )  # fmt: skip


def select(table: str, names: list[str], values: list[str]) -> str:
    """Return the statement that copies rows of a table, without a condition."""
    business = "left join public.business_v2 b on b.id = o.business_id" if "b.user_id" in values else ""
    listed = ", ".join(f'"{name}"' for name in names)
    return f"insert into {SHADOWS}.{table} ({listed}) select {', '.join(values)} from public.{table} o {business} "  # noqa: S608


def copy(alias: str, say: Callable[[str], None]) -> None:
    """Copy all rows in batches that commit, from where an earlier run stopped. Replay copies rows that changed."""
    began, total = time.monotonic(), count(alias)
    done = 0
    for table in TABLES:
        with connections[alias].cursor() as cursor:
            names, values = columns(cursor, table)
        last = record.recall(alias, f"copied {table}", "00000000-0000-0000-0000-000000000000")
        told = time.monotonic()
        while last is not None:
            with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
                cursor.execute(
                    f"select max(x.id::text), count(*) from (select o.id from public.{table} o where o.id > %s "  # noqa: S608
                    "order by o.id limit %s) x",
                    [last, BATCH],
                )
                end, rows = cursor.fetchone()
                if end is not None:
                    cursor.execute(
                        select(table, names, values) + "where o.id > %s and o.id <= %s and not exists "
                        "(select from adoption.changed c where c.table_name = %s and c.row_id = o.id) "
                        "on conflict (id) do nothing",
                        [last, end, table],
                    )
                record.remember(cursor, f"copied {table}", end)
            last, done = end, done + rows
            if time.monotonic() - told > 5:
                told = time.monotonic()
                rate = done / (told - began)
                left = max(0, total - done) / rate if rate else 0
                say(f"  {table}: {done:,} of {total:,} rows, {rate:,.0f} a second, about {left:.0f} s left.")
    say(f"Copied {done:,} rows in {time.monotonic() - began:.1f} s.")


def count(alias: str) -> int:
    """Estimate how many rows the tables have."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select coalesce(pg_catalog.sum(greatest(c.reltuples, 0)), 0)::bigint from pg_catalog.pg_class c "
            "where c.oid = any(%s::regclass[])",
            [[f"public.{table}" for table in TABLES]],
        )
        return int(cursor.fetchone()[0])
