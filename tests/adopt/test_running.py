"""Test adoption while the services work: no call fails, and no acknowledged write is lost."""

import threading
from decimal import Decimal

import pytest

from aira.embedded import Cluster
from tests.adopt.writers import Services, account
from tests.hosted import manage, start_manage
from tests.original import DECISIONS, make_original, owner

pytestmark = pytest.mark.slow
ROWS = 50_000
BALANCES = "select sum(balance_usd) from wallets where user_id = any(%s)"


def test_services_continue_while_50000_rows_are_adopted(cluster: Cluster) -> None:
    make_original(cluster, "busy", rows=ROWS, offending=True)
    with owner(cluster, "busy") as connection:
        before = connection.execute(BALANCES, [[account(n) for n in range(100)]]).fetchone()
    with Services(cluster, "busy") as services:
        said = manage(cluster, "busy", "hosted", "adopt", f"--decisions={DECISIONS}")
    assert "Adopted:" in said
    for writer in services.writers:
        assert writer.broken == [], writer.name
        assert writer.refused == [], writer.name
        assert writer.done > 20, writer.name
        print(f"{writer.name}: {writer.done} calls, the longest {writer.waited:.2f} s")
    done = {writer.name: writer.done for writer in services.writers}
    with owner(cluster, "busy") as connection:
        rows = connection.execute
        added = rows("select count(*) from appointments where customer_name = 'Guest'").fetchone()
        assert added == (done["book"],)
        uploaded = rows(
            "select count(*) from documents where file_name = 'new.pdf' and processing_status = 'completed'"
        )
        assert uploaded.fetchone() == (done["upload"],)
        # Each payment is in its wallet once, whether the old or the new trigger posted it.
        after = rows(BALANCES, [[account(n) for n in range(100)]]).fetchone()
        assert before is not None
        assert after == (before[0] + done["top_up"] - Decimal(done["pay"]) / 100,)
        assert rows("select * from private.ledger_problems()").fetchall() == []
        posted = rows("select count(*) from ledger_entries where kind = 'post'").fetchone()
        assert posted is not None
        assert posted[0] > 20


def test_services_continue_while_a_long_report_delays_the_switch(cluster: Cluster) -> None:
    """Rows that services write meanwhile are copied before the next attempt, not while the services wait."""
    make_original(cluster, "reported", rows=4000, offending=True)
    with (
        Services(cluster, "reported") as services,
        owner(cluster, "reported") as report,
        start_manage(
            cluster, "reported", "hosted", "adopt", f"--decisions={DECISIONS}", PYTHONUNBUFFERED="1"
        ) as process,
    ):
        lines = []
        for said in process.stdout or ():
            lines.append(said)
            if said.startswith("Building"):
                report.execute("begin")
                report.execute("select count(*) from appointments")
                threading.Timer(20, report.rollback).start()
        assert process.wait() == 0, lines
    # Some attempts found changes, which were copied while the services worked.
    assert sum("changes to replay" in line for line in lines) > 2, lines
    for writer in services.writers:
        assert (writer.broken, writer.refused) == ([], []), writer.name
        assert writer.waited < 2, writer.name
    done = {writer.name: writer.done for writer in services.writers}
    with owner(cluster, "reported") as connection:
        rows = connection.execute
        assert rows("select count(*) from appointments where customer_name = 'Guest'").fetchone() == (done["book"],)
        assert rows("select * from private.ledger_problems()").fetchall() == []
