"""Row security at 100,000 rows a table and 10,000 of one tenant: the owner's query as `authenticated`, and the same query with
the policy's filter written out, as `service_role`, which goes past row security. Server's execution time (the data API prepares its statements), medians of 41 alternating pairs."""

import json
import re
import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench.figures import Figure, Point
from tests.database import Database

ROUNDS = 41
FIGURE = Figure("row-security", "10,000 of 100,000 rows: by row security, by a filter", "ms in the server")
LOADS = {
    "business_v2": "(id, user_id, name, business_type) select gen_random_uuid(), u.id, 'x', 'retail' from {users}, {rows}",
    "business_numbers": "(user_id, phone_number, display_name, country_code, number_type)"
    " select u.id, '+1' || u.n || lpad(r::text, 8, '0'), 'x', 'US', 'local' from {users}, {rows}",
    # One a tenant, so that the other rows belong to others.
    "wallets": "(user_id) select coalesce(u.id, gen_random_uuid()) from generate_series(1, 100000) r left join {users} on u.n = r",
    "transactions": "(user_id, type, amount, currency) select u.id, 'credit', 1, 'USD' from {users}, {rows}",
    "ledger_entries": "(user_id, wallet_id, seq, kind, currency, amount, balance_after, contra, hash)"
    " select u.id, u.id, r, 'post', 'USD', 1, 1, 'stripe', '' from {users}, {rows}",
    "appointments": "(business_id, user_id, customer_name, scheduled_at) select u.id, u.id, 'x', now() from {users}, {rows}",
    "booking_rules": "(business_id, user_id) select gen_random_uuid(), u.id from {users}, {rows}",
    "documents": "(business_id, user_id, file_name, file_path) select u.id, u.id, 'x', 'x' from {users}, {rows}",
}
TRASHABLE = ("business_v2", "business_numbers", "appointments", "documents")
JOINED = "business_id in (select id from public.business_v2 where auth.uid() = user_id)"


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


def measure(database: Database) -> Iterator[tuple[str, str, str] | Point]:
    database.owner("create table private.tenants as select n, gen_random_uuid() as id from generate_series(1, 10) n")
    database.owner("set session_replication_role = replica")
    for table, load in LOADS.items():
        filled = load.format(users="private.tenants u", rows="generate_series(1, 10000) r")
        database.owner(f"insert into public.{table} {filled}")
    database.owner("set session_replication_role = origin")
    database.owner("vacuum analyze")
    user = database.owner("select id from private.tenants where n = 5").fetchone()[0]
    for table in LOADS:
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
        indexed = "user_id" in "".join(re.findall(r"Index Cond: .*", plan)) and "InitPlan" in plan
        yield (
            f"{table}: owner's query, filter without row security",
            f"{ours:.3f} ms, {plain:.3f} ms, ratio {ours / plain:.2f}; {'index, no call per row' if indexed else 'NOT BY INDEX'}",
            "≤ 1.1, by index",
        )
        yield Point(FIGURE, "as the owner", table, round(ours, 3))
        yield Point(FIGURE, "the filter alone", table, round(plain, 3))
    for table, policy in (("business_v2", "auth.uid() = user_id"), ("documents", JOINED)):
        before = statistics.median(
            explain(database, "authenticated", user, f"select * from public.{table}")[0] for _ in range(5)
        )
        database.owner(f"alter policy {table}_select_authenticated on public.{table} using ({policy})")
        after = statistics.median(
            explain(database, "authenticated", user, f"select * from public.{table}")[0] for _ in range(5)
        )
        yield f"{table}: the original design's policy, {policy}", f"{after:.2f} ms, {after / before:.1f} × ours", ""
