"""Test the signed report of adoption: it lists the plan, then the results of each step, and compares both."""

import json
from pathlib import Path
from typing import Any

import pytest

from aira.embedded import Cluster
from tests.adopt.checking import UI, check, decided, refused
from tests.hosted import manage, start_manage
from tests.original import DECISIONS, make_original, owner

# Each test adopts a database of its own: `make test-all`.
pytestmark = pytest.mark.slow


def signed(file: Path, name: str = "Maria Rossi") -> dict[str, Any]:
    text: dict[str, Any] = json.loads(file.read_text())
    text["signed_by"] = name
    file.write_text(json.dumps(text))
    return text


def test_adoption_follows_a_signed_report_and_compares_the_results(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "signed", "create view public.v as select id from wallets", offending=True)
    plan, report = tmp_path / "plan.json", tmp_path / "adopted.json"
    decisions = tmp_path / "decisions.json"
    decisions.write_text(json.dumps({**json.loads(DECISIONS.read_text()), "objects": {"view public.v": "keep"}}))
    code, _, errors = check(cluster, "signed", f"--decisions={decisions}", f"--report={plan}", **UI)
    assert (code, errors) == (0, "")
    assert "is not signed" in refused(cluster, "signed", f"--decisions={decisions}", f"--signed={plan}")
    text = signed(plan)
    objects = {one["subject"]: one["becomes"] for one in text["promised"]["objects"]}
    assert objects["view public.v"] == "is kept"
    assert objects["trigger transactions.trigger_update_wallet_balance"] == "is replaced"

    # A person changes an object after the signature, then restores it.
    with owner(cluster, "signed") as connection:
        connection.execute("create view public.w as select id from wallets")
        decisions.write_text(
            decisions.read_text().replace('"view public.v"', '"view public.w": "keep", "view public.v"')
        )
        said = refused(cluster, "signed", f"--decisions={decisions}", f"--signed={plan}")
        assert "1 objects differ from the signed report, such as view public.w" in said
        connection.execute("drop view public.w")
        # A row of a promised kind was added later, and another disappeared.
        connection.execute(
            "update business_v2 set phone_number = '0049 30 55' where id = '00000000-0000-4000-9000-000000000009'"
        )
        connection.execute("update business_v2 set phone_number = null where phone_number = 'ask Maria'")
    manage(
        cluster, "signed", "hosted", "adopt", f"--decisions={decisions}", f"--signed={plan}", f"--report={report}", **UI
    )
    after = json.loads(report.read_text())
    assert (after["stage"], after["signed_by"], after["problems"]) == ("adopted", "Maria Rossi", [])
    compared = {(row["rule"], row["id"]): row["compared"] for row in after["rows"]}
    phone = "business_phone_is_e164"
    assert compared[phone, "00000000-0000-4000-f000-000000000021"] == "as promised"
    assert compared[phone, "00000000-0000-4000-9000-000000000009"] == "came after the report"
    assert compared[phone, "00000000-0000-4000-f000-000000000121"].startswith("not needed")


def test_a_report_that_was_changed_after_it_was_written_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "forged", rows=60)
    plan = tmp_path / "plan.json"
    check(cluster, "forged", f"--report={plan}", **UI)
    text = signed(plan)
    text["promised"]["objects"].pop()
    plan.write_text(json.dumps(text))
    assert "was changed after adopt wrote it" in refused(cluster, "forged", f"--signed={plan}")
    plan.write_text("[]")
    assert "is not a report of adopt --check --report" in refused(cluster, "forged", f"--signed={plan}")


@pytest.fixture(scope="module")
def red(cluster: Cluster) -> str:
    """Adopt, and make an object during adoption, so that the proof fails."""
    make_original(cluster, "red", "alter table wallets add column nickname text", offending=True)
    return "red"


def test_the_report_is_complete_although_the_proof_fails_also_after_a_second_run(
    cluster: Cluster, red: str, tmp_path: Path
) -> None:
    decisions, report, again = tmp_path / "decisions.json", tmp_path / "report.json", tmp_path / "again.json"
    decisions.write_text(
        json.dumps({**json.loads(DECISIONS.read_text()), "objects": {"column wallets.nickname": "keep"}})
    )
    arguments = ("adopt", f"--decisions={decisions}", f"--report={report}")
    with start_manage(cluster, red, "hosted", *arguments, PYTHONUNBUFFERED="1", **UI) as process:
        for line in process.stdout or ():
            if line.startswith("Finishing"):
                with owner(cluster, red) as connection:
                    connection.execute("create policy everybody on public.wallets for select using (true)")
                break
        said, errors = process.communicate()
    assert process.returncode == 1, said
    assert "public.wallets everybody is additional" in errors
    first = json.loads(report.read_text())
    assert any("everybody" in problem for problem in first["problems"])
    assert ("transaction_amount_positive", "00000000-0000-4000-f000-000000000040") in {
        (row["rule"], row["id"]) for row in first["rows"]
    }

    with owner(cluster, red) as connection:
        connection.execute("drop policy everybody on public.wallets")
    # Without --decisions, adoption uses those that it stored.
    said = manage(cluster, red, "hosted", "adopt", f"--report={again}", **UI)
    assert "Adopted:" in said
    second = json.loads(again.read_text())
    assert second["rows"] == first["rows"]
    assert second["promised"] == first["promised"]
    assert second["problems"] == []


def test_adopt_without_decisions_uses_the_stored_ones(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "remembered", "alter table documents add column tags text[]", rows=60)
    manage(cluster, "remembered", "hosted", "adopt", decided(tmp_path, objects={"column documents.*": "keep"}))
    assert "Adopted:" in manage(cluster, "remembered", "hosted", "adopt")
