"""Test that the linters of two vendors find nothing in the description, with the rules that they recommend."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aira.embedded import PROJECT
from tests.docs.npm import packages

FILE = PROJECT / "docs" / "openapi.yaml"
LINTERS = ("@redocly/cli@2.77.0", "@stoplight/spectral-cli@6.16.3")
REDOCLY = ("redocly", "lint", "--extends=recommended", "--format=json", "--max-problems=1000")
SPECTRAL = ("spectral", "lint", "--ruleset=rules.yaml", "--format=json", "--fail-severity=hint", "--quiet")


def found(folder: Path, file: Path, command: tuple[str, ...]) -> list[str]:
    """Return the rules that the file breaks, with their places."""
    (folder / "rules.yaml").write_text('extends: ["spectral:oas"]\n')
    program = packages(LINTERS) / "node_modules" / ".bin" / command[0]
    done = subprocess.run(
        [str(program), *command[1:], str(file)],
        cwd=folder,
        # Redocly asks its registry for a newer version, and reports how it is used.
        env={
            "PATH": "/usr/bin:/bin:/usr/local/bin",
            "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
            "REDOCLY_TELEMETRY": "off",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    report: Any = json.loads(done.stdout)
    rules = (
        [problem["ruleId"] for problem in report["problems"]]
        if isinstance(report, dict)
        else [p["code"] for p in report]
    )
    assert bool(rules) == bool(done.returncode) or command[0] == "redocly", done.stderr
    return rules


@pytest.mark.parametrize(
    "command", [pytest.param(REDOCLY, id="redocly", marks=pytest.mark.slow), pytest.param(SPECTRAL, id="spectral")]
)
def test_the_linter_reports_no_error_and_no_warning(command: tuple[str, ...], tmp_path: Path) -> None:
    assert found(tmp_path, FILE, command) == []
    # The linter runs, and would find a mistake.
    wrong = tmp_path / "openapi.yaml"
    wrong.write_text(FILE.read_text().replace("operationId: appointments.book\n", "operationId: slots.list\n"))
    assert found(tmp_path, wrong, command) != []
