"""Test that the ledger begins correctly for every account with postings, whatever its wallet holds."""

import pytest

from aira.embedded import Cluster
from tests.adopt.checking import found
from tests.hosted import manage
from tests.original import make_original, owner


def pair(account: int, status: str = "completed", currency: str = "USD") -> str:
    """Insert +10 and −10 of one account, whose sum is 0."""
    user = f"00000000-0000-4000-8000-{account:012}"
    return (
        f"insert into auth.users (id) values ('{user}') on conflict do nothing; "
        f"insert into transactions (user_id, amount, currency, type, status) values ('{user}', 10, '{currency}', 'credit', '{status}'),"
        f" ('{user}', 10, '{currency}', 'debit', '{status}')"
    )


EMPTY = (
    # Wallets of 0, of NULL, and of NULL with another currency; no wallet; refunded transactions; and no transactions.
    pair(9001), "insert into wallets (user_id) values ('00000000-0000-4000-8000-000000009001')",
    pair(9002), "insert into wallets (user_id, balance_usd, balance_inr) values ('00000000-0000-4000-8000-000000009002', null, null)",
    pair(9003, currency="INR"),
    "insert into wallets (user_id, balance_usd, currency) values ('00000000-0000-4000-8000-000000009003', null, 'INR')",
    pair(9004),
    pair(9005, "refunded"), "insert into wallets (user_id) values ('00000000-0000-4000-8000-000000009005')",
    "insert into auth.users (id) values ('00000000-0000-4000-8000-000000009006')",
    "insert into wallets (user_id) values ('00000000-0000-4000-8000-000000009006')",
    # An account with both currencies.
    "update wallets set balance_usd = 5, balance_inr = 7 where user_id = '00000000-0000-4000-8000-000000000003'",
)  # fmt: skip


@pytest.fixture(scope="module")
def adopted(cluster: Cluster) -> str:
    make_original(cluster, "emptied", *EMPTY, rows=100)
    rows = [record for record in found(cluster, "emptied") if record.get("rule") == "posted_account_has_opening"]
    assert [record["does"].partition(":")[0] for record in rows].count("wallet") == 1
    assert len(rows) == 5
    assert not any(record["must_decide"] for record in rows)
    manage(cluster, "emptied", "hosted", "adopt")
    return "emptied"


@pytest.mark.slow
def test_each_account_with_postings_gets_an_opening_and_the_ledger_proof_passes(cluster: Cluster, adopted: str) -> None:
    with owner(cluster, adopted) as connection:
        assert connection.execute("select * from private.ledger_problems()").fetchall() == []
        openings = connection.execute(
            "select right(user_id::text, 4)::int, currency, amount::float from public.ledger_entries "
            "where right(user_id::text, 4)::int >= 9000 order by 1"
        ).fetchall()
        assert openings == [(9001, "USD", 0), (9002, "USD", 0), (9003, "INR", 0), (9004, "USD", 0), (9005, "USD", 0)]
        both = connection.execute(
            "select seq, currency, balance_after::float from public.ledger_entries "
            "where user_id = '00000000-0000-4000-8000-000000000003' order by 1"
        ).fetchall()
        assert both == [(1, "USD", 5), (2, "INR", 7)]


@pytest.mark.slow
def test_the_next_posting_follows_the_opening_entry(cluster: Cluster, adopted: str) -> None:
    with owner(cluster, adopted) as connection:
        for account in (9001, 9004, 3):
            connection.execute(
                "insert into public.transactions (user_id, amount, currency, type, status) values (%s, 4, 'USD', 'credit', 'completed')",
                [f"00000000-0000-4000-8000-{account:012}"],
            )
        assert connection.execute("select * from private.ledger_problems()").fetchall() == []
