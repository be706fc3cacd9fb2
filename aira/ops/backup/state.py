"""Describe the state of a database for a comparison: rows, guards, migrations and the ledger proof."""

from dataclasses import dataclass
from typing import Any, Protocol

from aira.migrate.catalog import canonical

SCHEMAS = ("public", "private", "audit", "console", "jobs", "auth")
# Only an erasure or the archive removes rows of these tables.
ONLY_GROW = ("public.transactions", "public.ledger_entries", "audit.events")
NEWEST = (
    "public.business_v2",
    "public.transactions",
    "public.ledger_entries",
    "public.appointments",
    "public.documents",
)
TABLES = """
    select pg_catalog.format('%%I.%%I', n.nspname, c.relname)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(%s) and c.relkind in ('r', 'p') and not c.relispartition order by 1
"""
GUARDS = """
    select pg_catalog.format('row security of %%s: %%s', c.oid::regclass, case when c.relrowsecurity then 'on' else 'off' end)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(%(schemas)s) and c.relkind in ('r', 'p')
    union all
    select pg_catalog.format('policy %%s on %%s.%%s: %%s %%s %%s %%s', policyname, schemaname, tablename, cmd, roles, qual, with_check)
    from pg_catalog.pg_policies where schemaname = any(%(schemas)s)
    union all
    select pg_catalog.format('trigger %%s %%s', pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled)
    from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(%(schemas)s) and not t.tgisinternal
    union all
    select pg_catalog.format('constraint %%s of %%s: %%s', c.conname, c.conrelid::regclass, pg_catalog.pg_get_constraintdef(c.oid))
    from pg_catalog.pg_constraint c join pg_catalog.pg_namespace n on n.oid = c.connamespace
    where n.nspname = any(%(schemas)s) and c.conrelid <> 0 and c.contype <> 'n'
"""  # noqa: E501


class Cursor(Protocol):
    """Cursor of a database."""

    def execute(self, query: Any, params: Any = ...) -> Any:
        """Run a query."""
        ...

    def fetchall(self) -> list[Any]:
        """Return all rows."""
        ...


@dataclass(frozen=True)
class State:
    """State of a database.

    Attributes:
        newest: the time of each table's newest row, as text in UTC.
        problems: the problems of the ledger.
    """

    rows: dict[str, int]
    newest: dict[str, str | None]
    guards: list[str]
    migrations: list[str]
    problems: list[str]

    @classmethod
    def of(cls, cursor: Cursor) -> "State":
        """Read the state as the owner of the schema, in the cursor's transaction.

        Repeatable read gives one snapshot.
        """
        # So definitions contain qualified names, and times are in UTC whatever the session uses.
        cursor.execute("set local search_path = ''")
        cursor.execute("set local timezone = 'UTC'")

        def column(query: str, params: Any = None) -> list[Any]:
            cursor.execute(query, params)
            return [row[0] for row in cursor.fetchall()]

        tables = column(TABLES, [list(SCHEMAS)])
        # The names come quoted from the catalog.
        rows = {table: column(f"select pg_catalog.count(*) from {table}")[0] for table in tables}  # noqa: S608
        return cls(
            rows=rows,
            newest={
                table: column(f"select pg_catalog.max(created_at)::text from {table}")[0]  # noqa: S608
                for table in NEWEST
                if table in rows
            },
            guards=sorted(column(GUARDS, {"schemas": list(SCHEMAS)})),
            migrations=sorted(column("select app || '.' || name from console.django_migrations")),
            problems=column("select problem || ' ' || subject from private.ledger_problems() order by 1"),
        )

    def missing_in(self, restored: "State", *, later: bool = False) -> list[str]:
        """Return a sentence for each difference of a restored database.

        Args:
            later: it was restored to a later time.
        """
        found = []
        for table, count in self.rows.items():
            got = restored.rows.get(table)
            if got is None:
                found.append(f"{table} is missing")
            elif got < count if later and table in ONLY_GROW else got != count and not later:
                found.append(f"{table} has {got} rows, not {count}")
        for table, time in self.newest.items():
            got_time = restored.newest.get(table)
            if (got_time or "") < (time or "") if later else got_time != time:
                found.append(f"the newest row of {table} is from {got_time}, not {time}")
        # A later migration explains objects that it created or removed.
        migrated = later and not set(restored.migrations) <= set(self.migrations)
        for name in ("guards", "migrations"):
            # PostgreSQL prints a definition differently after a dump and a restore.
            wanted, had = set(map(canonical, getattr(self, name))), set(map(canonical, getattr(restored, name)))
            if migrated:
                wanted, had = (set(), set()) if name == "guards" else (wanted, had & wanted)
            found += [f"{name[:-1]} is missing: {one}" for one in sorted(wanted - had)]
            found += [f"{name[:-1]} is additional: {one}" for one in sorted(had - wanted)]
        found += [f"the ledger proof failed: {one}" for one in restored.problems if one not in self.problems]
        return found
