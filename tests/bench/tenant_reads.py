"""Reads at 100,000 businesses of 1,000 tenants, in the server's own time (EXPLAIN ANALYZE, medians of 21)."""

import json
import re
import statistics
from collections.abc import Iterator

from tests.database import Database

ROUNDS = 21
QUERY = "select id, name from public.business_v2"


def server_ms(database: Database, query: str, role: str | None = None, user: str | None = None) -> float:
    """Planning and execution, as the role with its claims; as the owner, past row security, without one."""
    connection = database.kept()
    times = []
    for _ in range(ROUNDS):
        with connection.transaction():
            if role:
                claims = json.dumps({"role": role, "sub": user})
                connection.execute(
                    "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)", [role, claims]
                )
            lines = connection.execute(f"explain (analyze, timing off) {query}").fetchall()
            text = "\n".join(line for (line,) in lines)
            times.append(sum(float(ms) for ms in re.findall(r"(?:Planning|Execution) Time: ([\d.]+) ms", text)))
    return statistics.median(times)


def measure(database: Database) -> Iterator[tuple[str, str, str]]:
    database.owner(
        "insert into auth.users (email) select 'user' || n || '@example.com' from generate_series(1, 1000) n"
    )
    database.owner(
        "insert into public.business_v2 (user_id, name, business_type)"
        " select u.id, 'Business ' || n, 'retail' from auth.users u, generate_series(1, 100) n"
    )
    database.owner(
        "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type)"
        " select id, '+1' || (2000000000 + row_number() over ()), 'x', 'US', 'local' from public.business_v2 limit 20000"
    )
    database.owner("analyze")
    user = str(database.owner("select id from auth.users limit 1").fetchone()[0])
    ours = server_ms(database, QUERY, "authenticated", user)
    filtered = server_ms(database, f"{QUERY} where user_id = '{user}' and deleted_at is null")
    yield "a tenant's 100 rows under row security", f"{ours:.3f} ms", ""
    yield "the same filter without row security", f"{filtered:.3f} ms, ratio {ours / filtered:.2f}", "≤ 1.1 (issue 3)"

    database.owner("alter policy business_v2_select_authenticated on public.business_v2 using (user_id = auth.uid())")
    bare = server_ms(database, QUERY, "authenticated", user)
    yield "the original design's policy, a bare auth.uid()", f"{bare:.3f} ms, ratio {bare / ours:.2f}", ""

    found = server_ms(database, "select * from public.find_business_by_number('+12000010000')")
    yield "find_business_by_number at 20,000 numbers", f"{found:.3f} ms", "one index probe"
