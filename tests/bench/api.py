"""Measure what lists of the API cost the site and PostgreSQL, for a key with all scopes."""

import time
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.bench.console import SOME_BUSINESS, SOMEBODY
from tests.bench.cpu import Cpu
from tests.bench.figures import Row, at_most

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


@cache
def client() -> Any:
    from django.test import Client

    from aira.api import keys
    from aira.api.scopes import scopes

    made = keys.make(name="bench", purpose="bench", scopes=list(scopes()), rate_limit=100_000)
    return Client(headers={"Authorization": f"Bearer {made.secret}"})


def lists(day: str) -> Iterator[Row]:
    from django.db import connection

    # A cursor in the middle of a million rows.
    before = f"{day}T00:00Z"
    far = client().get(f"/api/v1/transactions/?created_at__lt={before}").json()["next"].rpartition("cursor=")[2]
    connection.ensure_connection()
    server = Cpu(connection.connection)
    for name in LISTS:
        url, times = f"/api/v1/{name.format(day=before, cursor=far)}", []
        client().get(url)
        for _ in range(9):
            began = time.process_time_ns() + server.so_far()
            answer = client().get(url)
            times.append((time.process_time_ns() + server.so_far() - began) / 1e6)
            assert answer.status_code == 200, (url, answer.content)
        times.sort()
        what = name.replace(SOMEBODY, "…").replace(SOME_BUSINESS, "…").replace("{day}", "…").replace("{cursor}", "…")
        yield at_most(50, " ms", f"API: `{what}`", f"{times[4]:.0f} ms ({times[-1]:.0f})", times[4])


def export(since: str) -> Row:
    began, file = time.perf_counter(), b""
    for part in client().get(f"/api/v1/transactions/?format=ndjson&fields=id,amount&created_at__gte={since}T00:00Z"):
        file += part
    took, rows = time.perf_counter() - began, file.count(b"\n")
    assert rows > 90_000
    return Row("API: a tenth of the transactions as NDJSON", f"{took:.1f} s, {rows:,} rows, {len(file) / 1e6:.1f} MB")
