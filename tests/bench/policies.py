"""Measure row security at 100,000 and 1,000,000 rows per table, 10,000 of them of one tenant.

Compare the owner's query as `authenticated` with the same query as `service_role`, which bypasses row security and has
the policy's filter written out. Figures are the server's execution times, since the data API prepares its statements,
as medians of 41 alternating pairs.
"""

import json
import re
import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench.figures import Figure, Point, Row, at_most, is_newest
from tests.database import Database

ROUNDS = 41
FIGURE = Figure("row-security", "10,000 of 100,000 rows: by row security, by a filter", "ms in the server")
LOADS = {
    "business_v2": "(id, user_id, name, business_type) select gen_random_uuid(), u.id, 'x', 'retail' from {users}, {rows}",
    "business_numbers": "(user_id, phone_number, display_name, country_code, number_type)"
    " select u.id, '+1' || u.n || lpad(r::text, 8, '0'), 'x', 'US', 'local' from {users}, {rows}",
    # One row per tenant, so that the other rows belong to others.
    "wallets": "(user_id) select coalesce(u.id, gen_random_uuid()) from generate_series(1, 100000) r left join {users} on u.n = r",
    "transactions": "(user_id, type, amount, currency) select u.id, 'credit', 1, 'USD' from {users}, {rows}",
    "ledger_entries": "(user_id, wallet_id, seq, kind, currency, amount, balance_after, contra, hash)"
    " select u.id, u.id, r, 'post', 'USD', 1, 1, 'stripe', '' from {users}, {rows}",
    "appointments": "(business_id, user_id, customer_name, scheduled_at) select u.id, u.id, 'x', now() from {users}, {rows}",
    "booking_rules": "(business_id, user_id) select gen_random_uuid(), u.id from {users}, {rows}",
    "documents": "(business_id, user_id, file_name, file_path) select u.id, u.id, 'x', 'x' from {users}, {rows}",
}
TRASHABLE = ("business_v2", "business_numbers", "appointments", "documents")
ORIGINAL = {
    "transactions": "auth.uid() = user_id",
    "documents": "business_id in (select id from public.business_v2 where auth.uid() = user_id)",
}
AT_A_MILLION = ("transactions", "documents")


def explain(database: Database, role: str, user: Any, query: str) -> tuple[float, str]:
    connection = database.kept()
    with connection.transaction():
        connection.execute(
            "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
            [role, json.dumps({"role": role, "sub": str(user)})],
        )
        plan = "\n".join(line for (line,) in connection.execute(f"explain (analyze, timing off) {query}"))
    [execution] = re.findall(r"Execution Time: ([\d.]+) ms", plan)
    return float(execution), plan


def measure(database: Database) -> Iterator[Row | Point]:
    database.owner("create table private.tenants as select n, gen_random_uuid() as id from generate_series(1, 100) n")
    fill(database, tuple(LOADS), "private.tenants u where n <= 10")
    user = database.owner("select id from private.tenants where n = 5").fetchone()[0]
    for table in LOADS:
        ours, plain, row = compare(database, user, table, f"{table}, 100,000 rows")
        yield row
        yield Point(FIGURE, "as the owner", table, round(ours, 3))
        yield Point(FIGURE, "the filter alone", table, round(plain, 3))
    yield from originals(database, user, "100,000")
    if not is_newest(database):
        return
    fill(database, AT_A_MILLION, "private.tenants u where n > 10")
    for table in AT_A_MILLION:
        yield compare(database, user, table, f"{table}, 1,000,000 rows")[2]
    yield from originals(database, user, "1,000,000")


def fill(database: Database, tables: tuple[str, ...], users: str) -> None:
    """Insert 10,000 rows for each user."""
    database.owner("set session_replication_role = replica")
    for table in tables:
        filled = LOADS[table].format(users=f"(select * from {users}) u", rows="generate_series(1, 10000) r")
        database.owner(f"insert into public.{table} {filled}")
    database.owner("set session_replication_role = origin")
    database.owner("vacuum analyze")


def compare(database: Database, user: Any, table: str, what: str) -> tuple[float, float, Row]:
    query = f"select * from public.{table}"
    filtered = f"{query} where user_id = (select auth.uid())" + (
        " and deleted_at is null" if table in TRASHABLE else ""
    )
    pairs = [
        (explain(database, "authenticated", user, query), explain(database, "service_role", user, filtered)[0])
        for _ in range(ROUNDS)
    ]
    ours, plain = statistics.median(a[0] for a, _ in pairs), statistics.median(b for _, b in pairs)
    plan = pairs[0][0][1]
    assert "user_id" in "".join(re.findall(r"Index Cond: .*", plan)), plan
    assert "InitPlan" in plan, plan
    said = f"{ours:.3f} ms, {plain:.3f} ms without row security: {ours / plain:.2f}"
    return ours, plain, at_most(1.1, "", what, said, ours / plain)


def originals(database: Database, user: Any, rows: str) -> Iterator[Row]:
    """Use the original design's policies in a transaction that is rolled back."""
    for table, policy in ORIGINAL.items():
        query = f"select * from public.{table}"
        before = statistics.median(explain(database, "authenticated", user, query)[0] for _ in range(5))
        with database.kept().transaction(force_rollback=True):
            database.owner(f"alter policy {table}_select_authenticated on public.{table} using ({policy})")
            after = statistics.median(explain(database, "authenticated", user, query)[0] for _ in range(5))
        yield Row(
            f"{table}, {rows} rows: by the original's policy", f"{after:.2f} ms, {after / before:.1f} times as long"
        )
