"""Test that every operation of the description answers any input as described, and never with a 500.

FUZZ_EXAMPLES sets the number of requests per operation. `make fuzz` sends many.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aira.api.reference.schema_examples import BUSINESS, USER
from aira.embedded import PROJECT
from tests.api.running import Running
from tests.database import Database, Server

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
# For the sequences of requests in which one uses what another made.
SECONDS = int(os.environ.get("FUZZ_SECONDS", "120"))
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# A check that expects what this API does not promise. The database refuses bodies that fit the schema, such as a booking
# outside the opening hours.
UNFIT = "positive_data_acceptance"
# A bulk request refuses wrong items one by one, in an answer with the status 207.
REFUSALS = """
[checks]
negative_data_rejection.expected-statuses = [207, 400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428, 429]
"""


@pytest.fixture
def site(server: Server, template: str, tmp_path: Path) -> Iterator[Running]:
    """Start a separate site, since the requests change its rows at random."""
    name = f"{template}_fuzz_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.clone(template, name)
    with (tmp_path / "server.log").open("w+b") as log:
        running = Running.start(Database(server, name), log)
        yield running
        running.stop()


@pytest.mark.parametrize("phases", ["examples,fuzzing", pytest.param("coverage", marks=pytest.mark.slow)])
def test_random_input_gets_a_described_answer(site: Running, tmp_path: Path, phases: str) -> None:
    fuzz(site, tmp_path, "--phases", phases, "--checks", CHECKS, "--max-examples", str(EXAMPLES))


@pytest.mark.slow
def test_random_sequences_of_requests_get_described_answers(site: Running, tmp_path: Path) -> None:
    """Each request of a sequence uses ids of earlier answers: it reads, changes and removes what was made."""
    fuzz(
        site, tmp_path, "--phases", "stateful", "--max-time", str(SECONDS),
        "--checks", "all", "--exclude-checks", UNFIT,
    )  # fmt: skip


def fuzz(site: Running, folder: Path, *options: str) -> None:
    """Run schemathesis with a key that may do everything. It must find nothing, and the site must not fail."""
    secret = site.secret("fuzz")
    # Use the ids that the examples name, so that requests have an effect.
    site.database.owner("insert into auth.users (id, email) values (%s, 'fuzz@example.com')", USER)
    site.database.owner(
        "insert into public.business_v2 (id, user_id, name, business_type) values (%s, %s, 'Fuzz', 'retail')",
        BUSINESS,
        USER,
    )
    for name in ("kb_updater", "voice_agent"):
        site.database.owner(
            "insert into private.service_endpoints (name, base_url) values (%s, 'https://x.example.com')"
            " on conflict do nothing",
            name,
        )
    (folder / "schemathesis.toml").write_text(REFUSALS)
    program = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [
            *(str(program), "run", str(PROJECT / "docs" / "openapi.yaml"), "--url", site.url),
            *("--header", f"Authorization: Bearer {secret}", "--header", "If-Match: *", *options),
            *("--continue-on-failure", "--no-color", "--suppress-health-check", "all", "--workers", "4"),
            *("--request-timeout", "30"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in site.said(), site.said()[-5000:]
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
