"""Test repairs that meet each other, the money, or a decision that does not fit."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aira.embedded import Cluster
from tests.hosted import ended, manage
from tests.original import make_original, owner

# Each test adopts a database of its own: `make test-all`.
pytestmark = pytest.mark.slow

ZERO = "00000000-0000-4000-f000-000000000001"


def decided(tmp_path: Path, **decisions: Any) -> str:
    file = tmp_path / "decisions.json"
    file.write_text(json.dumps(decisions))
    return f"--decisions={file}"


def refused(cluster: Cluster, name: str, *arguments: str) -> str:
    process = ended(cluster, name, "hosted", "adopt", *arguments)
    said, errors = process.stdout, process.stderr
    assert process.returncode == 1
    assert "Traceback" not in errors
    return said + errors


# This transaction was never posted, and its account had no wallet.
UNPOSTED = (
    "insert into auth.users (id) values ('00000000-0000-4000-8000-000000009999')",
    "insert into transactions (user_id, amount, currency, type, status)"
    " values ('00000000-0000-4000-8000-000000009999', 7, 'INR', 'credit', 'completed')",
    # This transaction was inserted and completed in one database transaction. The old trigger posted it, but its times
    # look unchanged.
    "do $$ begin insert into transactions (id, user_id, amount, currency, type)"
    f" values ('{ZERO}', '00000000-0000-4000-8000-000000000007', 3, 'USD', 'credit');"
    f" update transactions set status = 'completed' where id = '{ZERO}'; end $$",
)
REPEATED = (
    "insert into appointments (business_id, customer_name, scheduled_at, status, external_id, created_at)"
    " select b.id, x.name, '2031-05-05 10:00+00'::timestamptz + x.n * interval '1 day', 'confirmed', x.external_id,"
    " now() + x.n * interval '1 second' from (select min(id::text)::uuid as id from business_v2) b,"
    " (values (1, 'First', 'ZA1'), (2, 'Third', 'ZA1'), (3, 'Fourth', 'ZA1'), (4, 'Second', 'ZA1:2'),"
    " (5, 'Other', 'ZA1:x'), (6, 'Alone', 'ZA2'), (7, 'Next', 'ZA2')) x (n, name, external_id)"
)
BALANCE = "select balance_usd from wallets where user_id = '00000000-0000-4000-8000-000000000007'"


@dataclass
class Repaired:
    """Adopt an original with both transactions once for all tests. `balance` is that of the second wallet before
    adoption.
    """

    name: str
    balance: Any


@pytest.fixture(scope="module")
def repaired(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Repaired:
    make_original(cluster, "repaired", *UNPOSTED, REPEATED)
    with owner(cluster, "repaired") as connection:
        was = connection.execute(BALANCE).fetchone()
    rules = {"completed_was_posted": "post", "appointment_external_id_once": "suffix"}
    manage(cluster, "repaired", "hosted", "adopt", decided(tmp_path_factory.mktemp("repaired"), rules=rules))
    return Repaired("repaired", was)


def test_a_transaction_that_was_never_posted_is_posted_once_even_without_a_wallet(
    cluster: Cluster, repaired: Repaired
) -> None:
    with owner(cluster, repaired.name) as connection:
        rows = connection.execute
        made = rows("select balance_inr from wallets where user_id = '00000000-0000-4000-8000-000000009999'")
        assert made.fetchone() == (7,)
        assert rows(BALANCE).fetchone() == repaired.balance


def test_a_wallet_that_posting_does_not_correct_is_decided_row_by_row(cluster: Cluster, tmp_path: Path) -> None:
    make_original(
        cluster, "mixed",
        "insert into transactions (user_id, amount, currency, type, status)"
        " values ('00000000-0000-4000-8000-000000000007', 7, 'USD', 'credit', 'completed')",
        "do $$ begin insert into transactions (id, user_id, amount, currency, type)"
        f" values ('{ZERO}', '00000000-0000-4000-8000-000000000007', 3, 'USD', 'credit');"
        f" update transactions set status = 'completed' where id = '{ZERO}'; end $$",
    )  # fmt: skip
    said = refused(cluster, "mixed", decided(tmp_path, rules={"completed_was_posted": "post"}))
    assert "completed_was_posted: post does not repair transactions" in said
    manage(
        cluster, "mixed", "hosted", "adopt",
        decided(tmp_path, rules={"completed_was_posted": {ZERO: "keep", "*": "post"}}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "decisions", "sentence"),
    [
        (
            f"insert into transactions (id, user_id, amount, currency, type)"
            f" values ('{ZERO}', '00000000-0000-4000-8000-000000000007', 0, 'USD', 'debit')",
            {"rules": {"transaction_amount_positive": "flip"}},
            f"flip does not repair transactions {ZERO}",
        ),
        (
            "update business_numbers set voice_url = 'http://ui.example' where phone_number = '+16281000007'",
            {"rules": {"voice_url_is_voice_agent": "fill"}},
            "voice_url_is_voice_agent: fill does not repair business_numbers",
        ),
        (
            "update business_numbers set phone_number = 'none' where phone_number = '+16281000007'",
            {"rules": {"number_is_e164": {"*": {"set": "none either"}}}},
            "number_is_e164: set does not repair business_numbers",
        ),
        (
            "update business_numbers set phone_number = 'none' where phone_number = '+16281000007'",
            {"rules": {"number_is_e164": {"*": {"set": None}}}},
            "is not an option",
        ),
        (
            "select 1",
            {"time_zones": {"*": ["Europe/Berlin"]}},
            "the time zone of * is ['Europe/Berlin']. Write an IANA name",
        ),
    ],
)
def test_a_decision_that_does_not_fit_changes_nothing(
    cluster: Cluster, tmp_path: Path, request: pytest.FixtureRequest, statement: str, decisions: Any, sentence: str
) -> None:
    name = f"unfit_{abs(hash(sentence))}"
    make_original(cluster, name, statement, rows=200)
    assert sentence in refused(cluster, name, decided(tmp_path, **decisions))
    with owner(cluster, name) as connection:
        found = connection.execute("select to_regproc('public.update_wallet_balance') is not null").fetchone()
    assert found == (True,), "the original is as it was"


def test_a_time_zone_of_an_unknown_business_is_named(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "zoneless", rows=100)
    file = decided(tmp_path, time_zones={"somebody": "Europe/Berlin", "*": "Mars/Olympus"})
    process = ended(cluster, "zoneless", "hosted", "adopt", "--check", file)
    said = process.stdout
    assert process.returncode == 1
    assert "! The time zone of business somebody can't be set: this business does not exist." in said
    assert "! Time zone Mars/Olympus is unknown" in said


def test_a_suffix_that_is_taken_is_skipped(cluster: Cluster, repaired: Repaired) -> None:
    with owner(cluster, repaired.name) as connection:
        found = connection.execute(
            "select external_id, customer_name from appointments where external_id ~ '^ZA[12](:|$)' order by 1"
        )
        assert dict(found.fetchall()) == {
            "ZA1": "First", "ZA1:2": "Second", "ZA1:3": "Third", "ZA1:4": "Fourth", "ZA1:x": "Other",
            "ZA2": "Alone", "ZA2:2": "Next",
        }  # fmt: skip
