"""Measure how long the console's lists take, its start page, and the page of a business."""

import time
from collections.abc import Iterator
from typing import Any

from tests.bench.figures import Row, at_most

SOMEBODY = "00000000-0000-4000-8000-000000000777"
SOME_BUSINESS = "00000000-0000-4000-9000-000000000777"
TRANSACTIONS, LEDGER, APPOINTMENTS = "billing/transaction", "billing/ledgerentry", "bookings/appointment"
PAGES = (
    ("the start page", "", ""),
    ("a business", f"businesses/business/{SOME_BUSINESS}/overview", ""),
    *((f"{name}: as it opens", path, "") for name, path in (("transactions", TRANSACTIONS), ("ledger", LEDGER))),
    ("transactions: the oldest first", TRANSACTIONS, "?o=1"),
    ("transactions: the last page", TRANSACTIONS, "?p=200"),
    ("transactions: failed", TRANSACTIONS, "?status__exact=failed"),
    ("transactions: pending (none exist)", TRANSACTIONS, "?status__exact=pending"),
    ("transactions: in rupees", TRANSACTIONS, "?currency__exact=INR"),
    ("transactions: of one day", TRANSACTIONS, "?created_at_from={day}&created_at_to={day}"),
    ("transactions: from 500, with totals of 2,000", TRANSACTIONS, "?amount_from=500"),
    ("transactions: above every amount", TRANSACTIONS, "?amount_from=501"),
    ("transactions: of an account", TRANSACTIONS, f"?user__id__exact={SOMEBODY}"),
    ("transactions: of a business", TRANSACTIONS, f"?business_number__business__id__exact={SOME_BUSINESS}"),
    ("transactions: searched by e-mail", TRANSACTIONS, "?q=person777@example.com"),
    ("transactions: searched, nothing found", TRANSACTIONS, "?q=xyzzyplugh"),
    ("ledger: the last page", LEDGER, "?p=200"),
    ("ledger: of one day", LEDGER, "?created_at_from={day}&created_at_to={day}"),
    ("ledger: of an account", LEDGER, f"?user__id__exact={SOMEBODY}"),
    ("ledger: refunds", LEDGER, "?kind__exact=refund"),
    ("appointments: as it opens", APPOINTMENTS, ""),
    ("appointments: no-shows", APPOINTMENTS, "?status__exact=no_show"),
    ("appointments: the last page", APPOINTMENTS, "?p=200"),
    ("appointments: searched by a phone number with spaces", APPOINTMENTS, "?q=%2B1 628 10 00 777"),
    ("appointments: of a business", APPOINTMENTS, f"?business__id__exact={SOME_BUSINESS}"),
    ("businesses: as it opens", "businesses/business", ""),
    ("businesses: searched", "businesses/business", "?q=casa"),
    ("numbers: as it opens", "telephony/businessnumber", ""),
    ("wallets: as it opens", "billing/wallet", ""),
    ("accounts: as it opens", "platform/account", ""),
    ("accounts: searched", "platform/account", "?q=person777"),
    ("audit: as it opens", "platform/auditevent", ""),
    ("audit: deletes", "platform/auditevent", "?verb=delete"),
    ("audit: of an account", "platform/auditevent", f"?user__id__exact={SOMEBODY}"),
)


def pages(client: Any, day: str) -> Iterator[Row]:
    for what, path, query in PAGES:
        times = []
        for _ in range(10):
            started = time.perf_counter()
            answer = client.get(f"/console/{path}/{query.format(day=day)}".replace("//", "/"))
            times.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200, (what, answer)
        times = sorted(times[1:])
        measured = f"{times[4]:.0f} ms ({times[-1]:.0f})"
        if shown := answer.context.get("cl"):
            measured += f", {shown.result_count:,} rows"
        yield at_most(300, " ms", f"console: {what}", measured, times[4])
