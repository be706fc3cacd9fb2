"""Test the first change of CONTRIBUTING.md literally, in a checkout with its own server."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aira.embedded import PROJECT
from tests.docs.blocks import parse
from tests.docs.checkout import alone, checkout

PAGE = PROJECT / "docs" / "CONTRIBUTING.md"
BLOCKS = [block for block in parse(PAGE, PAGE.read_text()) if block.language in ("sh", "diff")]


@pytest.fixture
def home() -> Iterator[Path]:
    """Yield a checkout with a running server, in /var/tmp, which PostgreSQL's user can read."""
    with tempfile.TemporaryDirectory(prefix="aira-docs-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        home = checkout(Path(folder) / "checkout", venv=True)
        # `make lint` asks git which files there are.
        subprocess.run(["git", "init", "--quiet"], cwd=home, check=True)
        embedded(home, "start")
        yield home
        for cluster in ("run", "test", "lint"):
            embedded(home, "--cluster", cluster, "destroy")


def embedded(home: Path, *arguments: str) -> None:
    subprocess.run([".venv/bin/python", "-m", "aira.embedded", *arguments], cwd=home, env=alone(), check=True)


@pytest.mark.slow
def test_a_first_change_goes_from_the_model_to_the_api(home: Path) -> None:
    script = "set -x\n.venv/bin/python -m aira.embedded exec -- .venv/bin/python manage.py migrate --verbosity 0\n"
    for block in BLOCKS:
        script += f"patch -p1 <<'END_OF_PATCH'\n{block.text}END_OF_PATCH\n" if block.language == "diff" else block.text
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=home,
        env=alone(DEBUG="on"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert "appointments.party_size bigint" in (home / "tests/schema/contract.txt").read_text()
    assert "party_size?: number | null" in (home / "docs/types/database.types.ts").read_text()
    assert "party_size" in (home / "docs/openapi.yaml").read_text()
    assert "party_size" in (home / "clients/python/src/aira_client/generated/models.py").read_text()
    assert " failed" not in done.stdout
    assert "fuzz" not in done.stdout, "the page's patches no longer fit: make them anew"


def test_the_example_of_the_page_is_not_part_of_the_code() -> None:
    """If the example had landed, its patches would no longer apply."""
    assert not list((PROJECT / "bookings" / "migrations").glob("*party_size*"))
    newest = max(file.stem[:4] for file in (PROJECT / "bookings" / "migrations").glob("0*.py"))
    assert f"bookings {newest} " in PAGE.read_text(), "CONTRIBUTING.md goes back to another one"
