"""Try every decision on copies of its rows, so that `--check` lists the rows that a decision does not repair.

The copies are temporary tables. No live table is locked or changed, and no trigger of one fires.
"""

import re
from collections.abc import Iterator

from django.db import DatabaseError, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from aira.adopt import TABLES, rules
from aira.adopt.decisions import Decision, Decisions

WRITTEN = re.compile(r"(?:update|delete from|insert into) public\.(\w+)")


def failures(alias: str, cursor: CursorWrapper, decisions: Decisions) -> list[rules.Row]:
    """Return the rows that their decision leaves unchanged, breaks, or makes break another rule.

    The caller must roll back its transaction, which is one snapshot.
    """
    found = {rule: list(rules.find(cursor, rule, decisions)) for rule in rules.rules()}
    repaired = {
        rule: [(row, decision) for row, decision in rows if decision and decision.option in rule.repairs]
        for rule, rows in found.items()
    }
    if not any(repaired.values()):
        return []
    copied(cursor, written(repaired))
    where = rules.Place({table: f"pg_temp.{table}" for table in written(repaired)})
    failed: list[rules.Row] = []
    known = {(row.rule, row.id) for rows in found.values() for row, _ in rows}
    cursor.execute("create temporary table if not exists decided (table_name text, row_id uuid, value text)")
    for rule in rules.rules():
        # An earlier rule may have repaired some of these rows, or made others.
        rows = [
            (row, decision)
            for row, decision in rules.find(cursor, rule, decisions, where)
            if decision and decision.option in rule.repairs
        ]
        failed += carried_out(alias, cursor, rule, rows, where)
        left = {row.id: row for row, _ in rules.find(cursor, rule, decisions, where) if row.option in rule.repairs}
        failed += [row for row, _ in rows if row.id in left]
    # A repair of one rule may break a rule that came before it.
    for rule in rules.rules():
        failed += [
            row
            for row, _ in rules.find(cursor, rule, decisions, where)
            if (row.option is None or row.option in rule.repairs) and (row.rule, row.id) not in known
        ]
    unique = {(row.rule, row.table, row.id): row for row in failed}
    return list(unique.values())


def written(repaired: dict[rules.Rule, list[tuple[rules.Row, Decision]]]) -> list[str]:
    """Return the tables to which the chosen repairs write."""
    names = {
        table
        for rule, rows in repaired.items()
        for option in {decision.option for _, decision in rows}
        for table in WRITTEN.findall(rule.repairs[option])
    }
    return [table for table in TABLES if table in names]


def copied(cursor: CursorWrapper, tables: list[str]) -> None:
    """Copy the rows and their unique indexes, so that a repair that makes a duplicate fails here."""
    for table in tables:
        cursor.execute(
            sql.SQL(
                "create temporary table {0} (like public.{0} including defaults including constraints) on commit drop"
            ).format(sql.Identifier(table))
        )
        cursor.execute(sql.SQL("insert into pg_temp.{0} select * from public.{0}").format(sql.Identifier(table)))
        cursor.execute(
            "select pg_catalog.pg_get_constraintdef(k.oid) from pg_catalog.pg_constraint k "
            "where k.conrelid = pg_catalog.to_regclass(%s) and k.contype in ('p', 'u')",
            [f"public.{table}"],
        )
        for (definition,) in cursor.fetchall():
            cursor.execute(f"alter table pg_temp.{table} add {definition}")
        cursor.execute(f"analyze pg_temp.{table}")


def carried_out(
    alias: str,
    cursor: CursorWrapper,
    rule: rules.Rule,
    rows: list[tuple[rules.Row, Decision]],
    where: rules.Place,
) -> Iterator[rules.Row]:
    """Repair the rows. Yield those whose repair raises an error, and leave them unchanged."""
    if not rows:
        return
    try:
        with transaction.atomic(using=alias):
            rules.carry_out(cursor, rule, rows, where)
    except DatabaseError as error:
        if len(rows) == 1:
            row = rows[0][0]
            reason = str(error).strip().splitlines()[0]
            yield rules.Row(row.rule, row.table, row.id, f"{row.detail}: {reason}", row.option)
            return
        middle = len(rows) // 2
        yield from carried_out(alias, cursor, rule, rows[:middle], where)
        yield from carried_out(alias, cursor, rule, rows[middle:], where)
