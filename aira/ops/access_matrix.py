"""Find out who can do what by trying it: each party, table, verb and row, in a transaction that is rolled back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import Error, connections, transaction

from aira.schema.roles import become, step_back

DOCS = Path(settings.BASE_DIR) / "docs"
VERBS = ("select", "insert", "update", "delete")
ROWS = ("own", "another's", "trashed")
NOT_ALLOWED = "–"

# Role and claims of each party.
PARTIES = {
    "anon": ("anon", None),
    "owner": ("authenticated", "alice"),
    "stranger": ("authenticated", "carol"),
    "no claims": ("authenticated", None),
    "voice_agent": ("voice_agent", None),
    "kb_updater": ("kb_updater", None),
    "service_role": ("service_role", None),
    "console": ("console", None),
}
# Insert of a row for a business and its owner, by table.
INSERTS = {
    "business_v2": "(user_id, name, business_type) values (%(user)s, %(label)s, 'retail')",
    "business_numbers": "(user_id, business_id, phone_number, display_name, country_code, number_type)"
    " values (%(user)s, %(business)s, %(phone)s, %(label)s, 'US', 'local')",
    "wallets": "(user_id) values (%(user)s)",
    "transactions": "(user_id, type, amount, currency, status) values (%(user)s, 'credit', 1, 'USD', 'completed')",
    "ledger_entries": "(user_id) values (%(user)s)",
    "appointments": "(business_id, customer_name, scheduled_at)"
    " values (%(business)s, %(label)s, now() + hashtext(%(label)s) / 100000 * interval '1 hour')",
    "booking_rules": "(business_id) values (%(business)s)",
    "documents": "(business_id, file_name, file_path) values (%(business)s, %(label)s, 'x')",
}
# Columns to change, by table. If there are several, the one that a party may write counts.
CHANGES = {
    "business_v2": ["description"],
    "business_numbers": ["notes"],
    "wallets": ["is_active"],
    "transactions": ["description"],
    "ledger_entries": ["contra"],
    "appointments": ["notes"],
    "booking_rules": ["capacity"],
    "documents": ["file_name", "processing_error"],
}
TRASHABLE = ("business_v2", "business_numbers", "appointments", "documents")


@dataclass
class Tenant:
    """Account with a business and a row in each table."""

    user: UUID
    business: UUID
    rows: dict[str, UUID]

    def values(self, label: str, phone: str) -> dict[str, Any]:
        """Return the parameters of an insert."""
        return {"user": self.user, "business": self.business, "label": label, "phone": phone}


class Probe:
    """Cursor of the owner of the schema that acts as each party in turn, with rows of tenants in the database."""

    def __init__(self, cursor: Any, using: str) -> None:
        self.cursor = cursor
        self.using = using
        self.users = {name: self.one("insert into auth.users (email) values (%s) returning id", [f"{name}@matrix"])
                      for name in ("alice", "bob", "carol")}  # fmt: skip
        self.tenants = {
            "own": self.tenant("alice", "+15550000001"),
            "another's": self.tenant("bob", "+15550000002"),
            "trashed": self.tenant("alice", "+15550000003", trash=True),
        }

    def one(self, query: str, params: Any = None) -> Any:
        """Return the first value of a query."""
        self.cursor.execute(query, params)
        return self.cursor.fetchone()[0]

    def tenant(self, name: str, phone: str, *, trash: bool = False) -> Tenant:
        """Create a tenant."""
        user = self.users[name]
        made = Tenant(user, user, {})
        for table, insert in INSERTS.items():
            if table in ("wallets", "ledger_entries"):
                # Posting the transaction creates these rows.
                continue
            made.rows[table] = self.one(f"insert into public.{table} {insert} returning id", made.values(name, phone))
            if table == "business_v2":
                made.business = made.rows[table]
        made.rows["wallets"] = self.one("select id from public.wallets where user_id = %s", [user])
        made.rows["ledger_entries"] = self.one(
            "select id from public.ledger_entries where transaction_id = %s", [made.rows["transactions"]]
        )
        if trash:
            self.cursor.execute("delete from public.business_v2 where id = %s", [made.business])
        return made

    def attempt(self, party: str, statement: str, params: Any = None, then: str | None = None) -> tuple[str, Any]:
        """Return the row count and the result of `then`, or the SQLSTATE and its context.

        Args:
            then: a query that the owner of the schema runs afterwards.
        """
        role, name = PARTIES[party]
        savepoint = transaction.savepoint_create(using=self.using)
        try:
            become(self.cursor, role, self.users[name] if name else None)
            self.cursor.execute(statement, params)
            outcome = str(self.cursor.rowcount)
            step_back(self.cursor)
            return outcome, self.one(then, params) if then else None
        except Error as error:
            cause = error.__cause__
            if not isinstance(cause, psycopg.Error):
                raise
            return cause.sqlstate or "?", cause.diag.context
        finally:
            transaction.savepoint_rollback(savepoint, using=self.using)

    def cell(self, party: str, table: str, verb: str, row: str) -> str:
        """Return yes, trash or gone for a delete, 0 rows, – for 42501, or the SQLSTATE of the refusal."""
        tenant = self.tenants[row]
        params = {"id": tenant.rows[table]} | tenant.values("new", "+15550000009")
        if table == "wallets":
            # An account has one wallet, so the insert is tried for an account without one.
            params["user"] = self.users["carol"]
        then = None
        match verb:
            case "select":
                statements = [f"select id from public.{table} where id = %(id)s"]
            case "update":
                statements = [f"update public.{table} set {name} = {name} where id = %(id)s" for name in CHANGES[table]]
            case "delete":
                statements = [f"delete from public.{table} where id = %(id)s"]
                kept = f"select count(*) from public.{table} where id = %(id)s"
                then = kept + (" and deleted_at is null" if table in TRASHABLE and row != "trashed" else "")
            case _:
                statements = [f"insert into public.{table} {INSERTS[table]}"]
                if table == "booking_rules":
                    self.cursor.execute("savepoint rules")
                    self.cursor.execute("delete from public.booking_rules where id = %(id)s", params)
        outcomes = [self.attempt(party, statement, params, then) for statement in statements]
        if verb == "insert" and table == "booking_rules":
            self.cursor.execute("rollback to savepoint rules")
        outcome, left = next((found for found in outcomes if found[0] != "42501"), outcomes[0])
        if outcome == "42501":
            return NOT_ALLOWED
        if verb == "delete" and left == 0:
            return "gone" if outcome == "1" else "trash"
        return {"1": "yes", "0": "0 rows"}.get(outcome, outcome)


def rows_of(table: str) -> tuple[str, ...]:
    """Return the kinds of rows to try."""
    return ROWS if table in TRASHABLE else ROWS[:2]


def build(using: str) -> dict[str, Any]:
    """Return the outcomes of all attempts.

    Returns:
        `tables`: the outcome by table, party, verb and row. `views`: the rows that each party reads, by view and
        party. `functions`: yes or –, by function and party. `unexposed`: the number of tables that each party reads,
        by schema.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        probe = Probe(cursor, using)
        tables = {
            table: {
                party: {verb: {row: probe.cell(party, table, verb, row) for row in rows_of(table)} for verb in VERBS}
                for party in PARTIES
            }
            for table in INSERTS
        }
        views = probe_views(probe)
        functions = probe_functions(probe)
        unexposed = probe_unexposed(probe)
        transaction.set_rollback(True, using=using)
    return {"tables": tables, "views": views, "functions": functions, "unexposed": unexposed}


def probe_views(probe: Probe) -> dict[str, dict[str, str]]:
    """Read each view of `public` as each party, after a refresh of the figures."""
    probe.cursor.execute(
        "select private.refresh_analytics(matviewname) from pg_matviews where schemaname = 'analytics'"
    )
    probe.cursor.execute("select viewname from pg_views where schemaname = 'public' order by 1")
    words = {"42501": NOT_ALLOWED, "0": "0 rows"}
    return {
        view: {party: words.get(probe.attempt(party, f"select 1 from public.{view}")[0], "rows") for party in PARTIES}
        for (view,) in probe.cursor.fetchall()
    }


def probe_functions(probe: Probe) -> dict[str, dict[str, str]]:
    """Call each function with nulls, except trigger functions. Only the permission counts."""
    probe.cursor.execute(
        "select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',"
        " format('select %s.%s(%s)', n.nspname, p.proname, (select string_agg('null::' || t::regtype, ', ')"
        "   from unnest(p.proargtypes) t))"
        " from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname in ('public', 'private') and p.prorettype <> 'trigger'::regtype order by 1"
    )
    # A refusal from inside the function has a context. It comes after the call was allowed.
    return {
        name: {party: NOT_ALLOWED if probe.attempt(party, call) == ("42501", None) else "yes" for party in PARTIES}
        for name, call in probe.cursor.fetchall()
    }


def probe_unexposed(probe: Probe) -> dict[str, dict[str, str]]:
    """Count the tables outside `public` that each party can read, by schema."""
    probe.cursor.execute(
        "select n.nspname, format('%I.%I', n.nspname, c.relname)"
        " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname in ('analytics', 'auth', 'console', 'jobs', 'private')"
        " and (c.relkind in ('r', 'p') or n.nspname = 'analytics' and c.relkind in ('m', 'v')) order by 1, c.relname"
    )
    schemas: dict[str, list[str]] = {}
    for schema, table in probe.cursor.fetchall():
        if schema != "auth" or table == "auth.users":
            schemas.setdefault(schema, []).append(table)
    return {
        schema: {
            party: "all"
            if (read := sum(probe.attempt(party, f"select 1 from {table} limit 0")[0] != "42501" for table in tables))
            == len(tables)
            else (NOT_ALLOWED if read == 0 else f"{read} of {len(tables)}")
            for party in PARTIES
        }
        for schema, tables in schemas.items()
    }


def as_markdown(matrix: dict[str, Any]) -> str:
    """Return the page for the documentation."""
    lines = [
        "# Who can do what",
        "",
        "This page is for engineers and reviewers. It lists what each role can do with tables and functions.",
        "`manage.py access_matrix` tries each cell as the role itself, and writes this page. CI fails if the",
        "page and the database differ. `owner` is a user who owns the rows. `stranger` owns no rows.",
        "",
        "A cell contains up to three outcomes: own row / another's row / row in the trash. If they agree, it",
        "contains one.",
        "",
        "| outcome | meaning |",
        "| --- | --- |",
        f"| `{NOT_ALLOWED}` | refused with 42501 |",
        "| `0 rows` | the row is not visible |",
        "| `trash` | the row moved to the trash |",
        "| `gone` | the row was deleted permanently |",
        "| a code | the SQLSTATE of the refusal |",
    ]
    for table, parties in matrix["tables"].items():
        lines += ["", f"## {table}", "", "| | " + " | ".join(VERBS) + " |", "| --- " * (len(VERBS) + 1) + "|"]
        for party, verbs in parties.items():
            lines.append(f"| {party} | " + " | ".join(summary(verbs[verb]) for verb in VERBS) + " |")
    for title, part in (
        ("Reading views", "views"),
        ("Calling functions", "functions"),
        ("Reading tables outside `public`", "unexposed"),
    ):
        lines += ["", f"## {title}", "", "| | " + " | ".join(PARTIES) + " |", "| --- " * (len(PARTIES) + 1) + "|"]
        lines += [f"| {name} | " + " | ".join(cells.values()) + " |" for name, cells in matrix[part].items()]
    return "\n".join(lines) + "\n"


def summary(rows: dict[str, str]) -> str:
    """Return the outcomes of several rows in one cell."""
    outcomes = list(rows.values())
    return outcomes[0] if len(set(outcomes)) == 1 else " / ".join(outcomes)


def differences(committed: Any, found: Any, path: str = "") -> list[str]:
    """Return `where: before → now` for each cell that differs."""
    if isinstance(committed, dict) and isinstance(found, dict):
        return [
            line
            for key in [*committed, *(key for key in found if key not in committed)]
            for line in differences(committed.get(key), found.get(key), f"{path} {key}".strip())
        ]
    return [] if committed == found else [f"{path}: {committed} → {found}"]
