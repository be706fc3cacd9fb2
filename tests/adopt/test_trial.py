"""Test that `--check` tries each decision on each row and lists the rows that remain invalid."""

from pathlib import Path
from typing import Any

import pytest

from aira.embedded import Cluster
from tests.adopt.checking import check, decided, found
from tests.hosted import connect
from tests.original import DECISIONS, make_original

# Each test adopts a database of its own: `make test-all`.
pytestmark = pytest.mark.slow

BUSINESS, NUMBER = "00000000-0000-4000-9000-000000000001", "00000000-0000-4000-a000-000000000001"
OTHER = "00000000-0000-4000-a000-000000000002"
ZERO = "00000000-0000-4000-f000-000000000001"
# Maps a row to a decision that does not repair it, and to its line in the report.
UNREPAIRED = [
    (f"update business_v2 set phone_number = 'abc' where id = '{BUSINESS}'", "business_phone_is_e164", "normalise", BUSINESS),
    (f"update business_numbers set voice_url = 'ftp://ui.example' where id = '{NUMBER}'", "voice_url_is_voice_agent", "fill", NUMBER),
    (f"insert into transactions (id, user_id, amount, currency, type) values ('{ZERO}', '00000000-0000-4000-8000-000000000001', 0, 'USD', 'debit')",
     "transaction_amount_positive", "flip", ZERO),
    # Another row already has this value.
    (f"update business_numbers set phone_number = 'abc' where id = '{NUMBER}'", "number_is_e164", {"*": {"set": "+16281000002"}}, NUMBER),
    # No account has this id, and the other value is not an id.
    (f"update business_numbers set user_id = null where id = '{NUMBER}'", "number_has_owner", {NUMBER: {"set": ZERO}}, NUMBER),
    (f"update business_numbers set user_id = null where id = '{NUMBER}'", "number_has_owner", {NUMBER: {"set": "alice"}}, NUMBER),
    # The value breaks another rule.
    (f"update documents set file_path = '../x', id = '{ZERO}' where file_name = 'menu 1.pdf'", "document_path_is_safe",
     {"*": {"set": f"{BUSINESS}/x"}}, ZERO),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(UNREPAIRED)))
def test_a_row_that_its_decision_does_not_repair_is_listed(cluster: Cluster, tmp_path: Path, number: int) -> None:
    statement, rule, answer, row = UNREPAIRED[number]
    name = f"unrepaired_{number}"
    make_original(cluster, name, statement, rows=60)
    # VOICE_AGENT_URL, which the answer `fill` needs, is not set.
    code, said, errors = check(cluster, name, decided(tmp_path, rules={rule: answer}))
    assert (code, errors) == (1, "")
    assert "1 rows are not repaired by their decision" in said
    assert f"does not repair {'documents' if row == ZERO and rule.startswith('document') else ''}" in said
    assert row in said.partition("are not repaired")[2]


def test_decisions_are_tried_without_changing_anything(cluster: Cluster) -> None:
    make_original(cluster, "helped", offending=True, rows=2000)

    def state() -> Any:
        with connect(cluster, "helped") as connection:
            return connection.execute(
                "select (select md5(string_agg(t::text, '' order by id)) from transactions t), "
                "(select md5(string_agg(n::text, '' order by id)) from business_numbers n), "
                "(select count(*) from pg_class where relnamespace = 'public'::regnamespace)"
            ).fetchall()

    before = state()
    code, said, errors = check(
        cluster, "helped", f"--decisions={DECISIONS}", VOICE_AGENT_URL="https://voice.aira.example/calls"
    )
    assert (code, errors) == (0, ""), said
    assert state() == before


def test_rows_that_a_decision_does_not_repair_are_in_the_json(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "unrepaired_json", UNREPAIRED[0][0], rows=60)
    rows = found(cluster, "unrepaired_json", decided(tmp_path, rules={"business_phone_is_e164": "normalise"}))
    assert [row["subject"] for row in rows if row.get("unrepaired")] == [f"business_v2 {BUSINESS}"]
