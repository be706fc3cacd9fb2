"""Run the examples of docs/API.md and of its guides."""

import json
import re
import subprocess
import sys
from pathlib import Path

from aira.embedded import PROJECT
from tests.api.running import Running
from tests.command import deployed
from tests.docs.blocks import parse
from tests.worker import start_worker

PAGES = [
    PROJECT / "docs" / page
    for page in ("API.md", "api/authentication.md", "api/idempotency.md", "api/files.md", "api/bulk.md", "api/jobs.md")
]
BLOCKS = [block.text for page in PAGES for block in parse(page, page.read_text()) if block.language == "bash"]


def run(script: str, running: Running, tmp_path: Path, **given: str) -> str:
    """Provide manage.py and curl as an operator has them."""
    tools = f'manage.py() {{ "{sys.executable}" "{PROJECT}/manage.py" "$@"; }}\ncurl() {{ command curl -sS --fail "$@"; }}\n'
    environment = {**deployed(running.database), "AIRA": f"{running.url}/api/v1", **given}
    done = subprocess.run(
        ["bash", "-euc", tools + script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_does_what_it_says(running: Running, everything: str, tmp_path: Path) -> None:
    examples = {
        name: next(block for block in BLOCKS if name in block)
        for name in ("api_key", "refund", "october.csv", "bulk_cancel", "exports", "LINK")
    }
    assert len(BLOCKS) == 6, "a new example has to be run, too"
    # The last example revokes the key. So the request uses the secret that the rotation printed before.
    made = examples["api_key"].replace("\nmanage.py api_key revoke", "\n#").replace("\ncurl", "\n#")
    printed = run(made, running, tmp_path)
    assert "transactions:refund: " in printed
    secret = re.findall(r"^aira_\S+$", printed, re.MULTILINE)[-1]
    first = examples["api_key"].strip().splitlines()[-1]
    assert '"results"' in run(first, running, tmp_path, KEY=secret)
    revoke = next(line for line in examples["api_key"].splitlines() if " revoke " in line)
    assert "revoked" in run(revoke, running, tmp_path)

    client = running.client(everything)
    spent = {
        "user": str(running.bobs.user),
        "type": "debit",
        "amount": "5.00",
        "currency": "USD",
        "status": "completed",
    }
    debit = client.post("/transactions/record/", json=spent).json()["id"]
    assert '"refunded_amount":"2.10"' in run(examples["refund"], running, tmp_path, KEY=everything, ID=debit)

    run(examples["october.csv"], running, tmp_path, KEY=everything)
    # Fields come in the order of the resource, whatever order the request names.
    head = (tmp_path / "october.csv").read_text().splitlines()[0]
    assert {name.strip('"') for name in head.split(",")} == {
        "created_at",
        "user",
        "type",
        "amount",
        "currency",
        "status",
    }

    ended = run(examples["bulk_cancel"], running, tmp_path, KEY=everything, ID=str(running.bobs.appointment))
    assert '"done":1,"refused":0' in ended

    made = json.loads(run(examples["exports"], running, tmp_path, KEY=everything))
    worker = start_worker(running.database, "--only", "jobs", "--once")
    assert worker.communicate(timeout=60) is not None
    link = client.get(f"/exports/{made['id']}/").json()["link"]
    run(examples["LINK"], running, tmp_path, LINK=link)
    assert (tmp_path / "transactions.csv").read_text().startswith('"id",')
