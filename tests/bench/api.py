"""Lists of the API at 1,000,000 transactions, ledger entries, appointments, documents and audit events, 20,000 accounts, businesses and numbers: the
whole answer of the site to a key, CPU time of the site and of PostgreSQL together; the median (worst) of 9 after a first one."""

import time
from collections.abc import Iterator

from tests.bench.console import ACCOUNT, BUSINESS, ROWS, SOME_BUSINESS, SOMEBODY, site
from tests.bench.cpu import Cpu
from tests.bench.figures import Row, at_most
from tests.database import Database

MILLION = (
    *(
        text.replace("(150000 - n)", "(500000 - n)").replace("300000", "1000000").replace("500000) n", "1000000) n")
        for text in ROWS
    ),
    "insert into public.documents (business_id, user_id, file_name, file_path, processing_status, created_at)"
    f" select {BUSINESS}, {ACCOUNT}, 'file ' || n || '.pdf', 'x/' || n, 'completed', now() - n * interval '80 seconds'"
    " from generate_series(1, 1000000) n",
)
LISTS = (
    "businesses/",
    "businesses/?q=casa",
    f"businesses/?user={SOMEBODY}",
    "numbers/",
    "wallets/",
    "transactions/",
    "transactions/?page_size=200",
    "transactions/?ordering=created_at",
    f"transactions/?user={SOMEBODY}",
    "transactions/?created_at__lt={day}",
    "transactions/?status=completed&currency=INR",
    "transactions/?q=person777@example.com",
    "transactions/?cursor={cursor}",
    "ledger-entries/",
    f"ledger-entries/?user={SOMEBODY}",
    "appointments/",
    "appointments/?ordering=scheduled_at",
    f"appointments/?business={SOME_BUSINESS}&ordering=scheduled_at",
    "appointments/?q=%2B1 628 10 00 777",
    "booking-rules/",
    "documents/",
    f"documents/?business={SOME_BUSINESS}",
    "deliveries/",
    "endpoints/",
    "accounts/",
    "accounts/?email=person777@example.com",
    "audit-events/",
    f"audit-events/?user={SOMEBODY}",
    "analytics/",
)


def measure(database: Database) -> Iterator[Row]:
    owner = database.kept()
    owner.execute("set session_replication_role = replica")
    for statement in MILLION:
        owner.execute(statement)
    owner.execute("reset session_replication_role")
    owner.execute("refresh materialized view analytics.business_words")
    owner.execute("vacuum analyze")
    day = owner.execute("select (now() - interval '400 days')::date || 'T00:00Z'").fetchone()[0]  # type: ignore[index]
    site(database)

    from django.db import connection
    from django.test import Client

    from aira.api import keys
    from aira.api.scopes import scopes

    made = keys.make(name="bench", purpose="bench", scopes=list(scopes()), rate_limit=100_000)
    client = Client(headers={"Authorization": f"Bearer {made.secret}"})
    # Somewhere in the middle of a million.
    far = client.get(f"/api/v1/transactions/?created_at__lt={day}").json()["next"].rpartition("cursor=")[2]
    connection.ensure_connection()
    server = Cpu(connection.connection)
    for name in LISTS:
        url, times = f"/api/v1/{name.format(day=day, cursor=far)}", []
        client.get(url)
        for _ in range(9):
            before = time.process_time_ns() + server.so_far()
            answer = client.get(url)
            times.append((time.process_time_ns() + server.so_far() - before) / 1e6)
            assert answer.status_code == 200, (url, answer.content)
        times.sort()
        what = name.replace(SOMEBODY, "…").replace(SOME_BUSINESS, "…")
        yield at_most(50, " ms", what, f"{times[4]:.0f} ms ({times[-1]:.0f})", times[4])
    since = owner.execute("select (now() - interval '8000000 seconds')::date || 'T00:00Z'").fetchone()[0]  # type: ignore[index]
    started, file = time.perf_counter(), b""
    for part in client.get(f"/api/v1/transactions/?format=ndjson&fields=id,amount&created_at__gte={since}"):
        file += part
    took, rows = time.perf_counter() - started, file.count(b"\n")
    assert rows > 90_000
    yield Row(
        f"{rows:,} transactions as NDJSON",
        f"{took:.1f} s, {len(file) / 1e6:.1f} MB: {took / rows * 1e6:.0f} s a million",
    )
