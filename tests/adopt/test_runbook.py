"""Test that docs/ADOPTION.md fits a page, and that its steps adopt an original for which they were not written."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aira.embedded import PROJECT, Cluster
from tests.adopt.checking import UI
from tests.hosted import url
from tests.original import make_original

RUNBOOK = PROJECT / "docs/ADOPTION.md"
# Objects and rows that people in another project may have made.
ANOTHER = (
    "alter table business_v2 add column business_hours jsonb, add column slogan text",
    "update business_v2 set business_hours = '{\"Mon-Fri\": \"9-17\"}' where name = 'Trattoria 1'",
    "update business_v2 set business_hours = '\"by appointment\"' where name = 'Trattoria 2'",
    'create policy "Support may see" on wallets for select to authenticated using (true)',
    "create unique index one_path on documents (business_id, file_path)",
    "create view public.revenue as select user_id, sum(amount) from transactions where status = 'completed' group by 1",
    "update business_numbers set voice_url = 'https://ui.aira.example/calls' where phone_number = '+16281000003'",
    "insert into transactions (user_id, amount, currency, type) values ('00000000-0000-4000-8000-000000000001', -3, 'USD', 'debit')",
)


def blocks() -> list[str]:
    parts = RUNBOOK.read_text(encoding="utf-8").split("```sh by tests/adopt/test_runbook.py\n")[1:]
    return [part.partition("```")[0] for part in parts]


def decide(file: Path) -> None:
    """Fill in the file as step 2 says: each value lists its answers, so leave one."""
    wanted = json.loads(file.read_text())
    for answers in (wanted["rules"], wanted["objects"]):
        for name, value in answers.items():
            # Adoption reads readable opening hours without a decision.
            answers[name] = next(answer for answer in value.split(" | ") if answer != "read")
    file.write_text(json.dumps(wanted))


def test_the_runbook_fits_a_page() -> None:
    assert len(RUNBOOK.read_text(encoding="utf-8").splitlines()) <= 75


@pytest.mark.slow
def test_the_runbook_is_followed_literally(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "runbook", *ANOTHER, rows=400)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "manage.py").write_text(f'#!/bin/sh\nexec "{sys.executable}" "{PROJECT}/manage.py" "$@"\n')
    (programs / "manage.py").chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_DIRECT_URL"},
        "PATH": f"{programs}:{os.environ['PATH']}", "SECRET_KEY": "x", **UI, "DATABASE_URL": url(cluster, "runbook", "hosted"),
    }  # fmt: skip
    said = []
    for number, block in enumerate(blocks()):
        done = subprocess.run(
            ["bash", "-euc", block], cwd=tmp_path, env=environment, text=True, capture_output=True, check=False
        )
        said.append(done.stdout)
        if number == 0:
            assert done.returncode == 1, "something waits"
            decide(tmp_path / "decisions.json")
        elif "dbhealth" not in block:
            assert done.returncode == 0, block + done.stdout + done.stderr
    assert "Adoption can begin." in said[1]
    assert "The longest of" in said[3]
    assert "Adopted:" in said[4]
    report = json.loads((tmp_path / "adopted.json").read_text())
    assert report["signed_by"] == "Maria Rossi"
    assert report["problems"] == []
    objects = {one["subject"]: one["becomes"] for one in report["promised"]["objects"]}
    assert objects["view public.revenue"] == "is kept"
    assert {row["compared"] for row in report["rows"]} == {"as promised"}
