"""Adopted while the services work: none fails, nothing that was acknowledged is lost."""

from decimal import Decimal

import pytest

from aira.embedded import Cluster
from tests.adopt.writers import Services
from tests.hosted import manage
from tests.original import make_original, owner

pytestmark = pytest.mark.slow
ROWS = 50_000


def test_services_go_on_while_50000_rows_are_adopted(cluster: Cluster) -> None:
    make_original(cluster, "busy", rows=ROWS)
    with owner(cluster, "busy") as connection:
        before = dict(connection.execute("select user_id, balance_usd from wallets").fetchall())
    with Services(cluster, "busy") as services:
        said = manage(cluster, "busy", "hosted", "adopt")
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
        # Every payment is in its wallet once, whether the old trigger or ours moved it.
        after = dict(rows("select user_id, balance_usd from wallets").fetchall())
        assert sum(after.values()) - sum(before.values()) == done["top_up"] - Decimal(done["pay"]) / 100
        assert rows("select * from private.ledger_problems()").fetchall() == []
        posted = rows("select count(*) from ledger_entries where kind = 'post'").fetchone()
        assert posted is not None
        assert posted[0] > 20
