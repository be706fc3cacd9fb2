"""Test that the client's README is right: each example runs, and the package can be installed."""

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from aira.embedded import PROJECT
from tests.api.running import Running
from tests.docs.blocks import parse

PACKAGE = PROJECT / "clients" / "python"
README = PACKAGE / "README.md"


def blocks(language: str) -> list[str]:
    return [block.text for block in parse(README, README.read_text(encoding="utf-8")) if block.language == language]


def environment(running: Running, key: str) -> dict[str, str]:
    secret = "whsec_" + base64.b64encode(b"x" * 32).decode()
    return os.environ | {"AIRA_URL": running.url, "AIRA_KEY": key, "AIRA_WEBHOOK_SECRET": secret}


def test_each_example_of_the_readme_runs(running: Running, key: str, newest: UUID, tmp_path: Path) -> None:
    program = "\n".join([*blocks("python"), "print(receive(b'{}', {}), more if page.next_cursor else 'one page')"])
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", "-c", program],
        cwd=tmp_path,
        env=environment(running, key) | {"PYTHONPATH": str(PACKAGE / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING:aira_client:testing.deprecated is deprecated. It works until Thu, 01 Jan 2099" in done.stderr
    said = done.stdout.splitlines()
    assert re.search(r"confirmed$", done.stdout, re.MULTILINE), said
    assert any(line.startswith("fully_booked That time is taken") for line in said), said
    assert said[-1] == "401 one page"
    assert (tmp_path / "october.csv").read_text().startswith('"id"')


def test_the_first_call_has_five_lines() -> None:
    assert len(blocks("python")[0].replace("\n\n", "\n").strip().splitlines()) == 5


@pytest.mark.slow
def test_the_package_can_be_installed(running: Running, key: str, tmp_path: Path) -> None:
    """Install it alone, so that its own requirements are enough."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    # pip builds in the folder of the package.
    source = shutil.copytree(PACKAGE, tmp_path / "source")
    install = [python, "-m", "pip", "install", "--quiet", str(source)]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if "No matching distribution" in done.stderr or "Could not find a version" in done.stderr:
        pytest.skip(f"pip reaches no registry: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr
    program = f"{blocks('python')[0]}\nprint(__import__('aira_client').__file__)"
    done = subprocess.run(
        [python, "-c", program],
        cwd=tmp_path,
        env=environment(running, key),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "venv") in done.stdout.splitlines()[-1]
    # Type checkers need the mark.
    assert list((tmp_path / "venv").rglob("aira_client/py.typed"))
