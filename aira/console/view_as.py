"""Show the rows and columns that an account sees through its JWT, and why it does not see a row."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchVectorField
from django.db import ProgrammingError, connections, transaction

from aira.audit.events import model_of
from aira.personal.masks import DOTS, as_seen, is_hidden
from aira.schema.roles import become, bring_claims

TABLES = (
    "business_v2",
    "business_numbers",
    "wallets",
    "transactions",
    "ledger_entries",
    "appointments",
    "booking_rules",
    "documents",
)
LIMIT = 100
POLICIES = """
    select p.polname, pg_get_expr(p.polqual, p.polrelid)
    from pg_policy p
    where p.polrelid = %s::regclass and p.polcmd in ('r', '*')
      and (p.polroles = '{0}' or exists (select from pg_roles r where r.oid = any(p.polroles) and r.rolname = %s))
    order by 1
"""


@dataclass
class TenantView:
    """Rows that an account sees.

    Attributes:
        rows: at most LIMIT.
        refused: the error, if the account may not read the table.
        verdicts: the grant and policies that decide about one row, in order.
    """

    columns: list[str] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    more: bool = False
    refused: str | None = None
    verdicts: list[str] = field(default_factory=list)


def look(*, account: UUID | None, table: str, row: UUID | None = None) -> TenantView:
    """Read a table of `public` as the account or as a visitor, in a read-only transaction that is rolled back.

    Use the direct connection, since the role `console` is deliberately not a member of the data API's roles.

    Args:
        row: a row whose visibility is explained.
    """
    if table not in TABLES:
        raise ValueError(f"View as has no table {table!r}.")
    role = "authenticated" if account else "anon"
    view = TenantView()
    with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
        cursor.execute("set transaction read only")
        if row:
            bring_claims(cursor, role, account)
            view.verdicts = verdicts(cursor, role, table, row)
        become(cursor, role, account)
        try:
            cursor.execute(f"select * from public.{table} order by created_at desc, id limit {LIMIT + 1}")  # noqa: S608
        except ProgrammingError as error:
            view.refused = str(error).splitlines()[0]
        else:
            view.columns = [column.name for column in cursor.description]
            view.rows = cursor.fetchall()
            view.more = len(view.rows) > LIMIT
            view.rows = [masked(table, view.columns, found) for found in view.rows[:LIMIT]]
        transaction.set_rollback(True, using="direct")
    return view


def masked(table: str, columns: list[str], row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Mask personal data as the member of staff may see it."""
    model = model_of(table)
    pk = dict(zip(columns, row, strict=True)).get("id")
    if model is None or not is_hidden(model, pk):
        return row
    # Generated columns repeat the words of other columns.
    made = {
        field.column
        for field in model._meta.fields
        if isinstance(getattr(field, "output_field", None), SearchVectorField)
    }
    return tuple(
        DOTS if name in made else as_seen(model, pk, name, value) for name, value in zip(columns, row, strict=True)
    )


def verdicts(cursor: Any, role: str, table: str, row: UUID) -> list[str]:
    """Explain why the role sees a row: its grant, then each policy with its expression for this row.

    Read as the owner of the schema, who sees all rows.
    """
    cursor.execute(f"select 1 from public.{table} where id = %s", [row])  # noqa: S608
    if not cursor.fetchone():
        return [f"Table {table} has no row {row}. It never existed or was removed permanently."]
    found = []
    cursor.execute("select has_any_column_privilege(%s, %s, 'SELECT')", [role, f"public.{table}"])
    if not cursor.fetchone()[0]:
        found.append(f"Hidden: {role} has no grant to SELECT from {table}.")
    cursor.execute(POLICIES, [f"public.{table}", role])
    policies = cursor.fetchall()
    if not policies:
        found.append(f"Hidden: no policy lets {role} read {table}.")
    for name, expression in policies:
        # The expression is the catalog's own text of the policy.
        cursor.execute(f"select {expression} from public.{table} where id = %s", [row])  # noqa: S608
        verdict = "Shown" if cursor.fetchone()[0] else "Hidden"
        found.append(f"{verdict} by policy {name}: {expression}")
    return found
