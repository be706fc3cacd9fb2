"""Measure the Voice Agent's look-up at the start of a call, in the server's own time (EXPLAIN ANALYZE, median of 21)."""

import statistics
from collections.abc import Iterator

from tests.bench.figures import Row
from tests.bench.policies import explain
from tests.database import Database


def measure(database: Database) -> Iterator[Row]:
    user = database.account("owner@example.com")
    database.owner(
        "insert into public.business_v2 (user_id, name, business_type)"
        " select %s, 'Business ' || n, 'retail' from generate_series(1, 20000) n",
        user,
    )
    database.owner(
        "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type)"
        " select id, '+1' || (2000000000 + row_number() over ()), 'x', 'US', 'local' from public.business_v2"
    )
    database.owner("vacuum analyze")
    query = "select * from public.find_business_by_number('+1 200 001 0000')"
    times = [explain(database, "voice_agent", user, query)[0] for _ in range(21)]
    yield Row("find_business_by_number at 20,000 numbers", f"{statistics.median(times):.3f} ms")
