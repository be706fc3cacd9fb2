"""Test the files that people expect at the root of a repository."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from aira.embedded import PROJECT

HOOKS = [
    hook
    for repository in yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text())["repos"]
    for hook in repository["hooks"]
]


def test_hooks_run_tools_of_the_virtual_environment_and_download_nothing() -> None:
    repositories = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text())["repos"]
    assert {repository["repo"] for repository in repositories} == {"local"}
    assert {hook["language"] for hook in HOOKS} == {"system"}
    programs = {re.findall(r"\.venv/bin/[\w-]+", hook["entry"])[0] for hook in HOOKS}
    assert all((PROJECT / program).exists() for program in programs), programs


def test_hooks_check_what_make_lint_checks() -> None:
    lint = subprocess.run(["make", "--dry-run", "lint"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    names = {hook["id"] for hook in HOOKS}
    assert {"ruff-format", "ruff-check", "codespell", "prose", "mypy", "lint-imports"} <= names
    assert all(
        tool in lint
        for tool in ("ruff format", "ruff check", "codespell", "aira.devtools.prose", "mypy", "lint-imports")
    )


def test_the_public_ci_calls_the_script_of_every_checkout() -> None:
    workflow = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text())
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    assert workflow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_links_of_pages_at_the_root_lead_to_files(page: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", (PROJECT / page).read_text())
    assert links
    assert [link for link in links if "://" not in link and not (PROJECT / link).exists()] == []


def test_the_checklist_names_every_generated_file_of_the_contributors_page() -> None:
    checklist = (PROJECT / ".github/pull_request_template.md").read_text()
    guide = (PROJECT / "docs/CONTRIBUTING.md").read_text()
    generated = ("docs/ACCESS.md", "docs/types", "docs/openapi.yaml", "reference.json", "contract.txt")
    assert [name for name in generated if name not in checklist or Path(name).name not in guide] == []


def test_the_licence_is_proprietary() -> None:
    assert "All rights reserved" in (PROJECT / "LICENSE").read_text()


def test_ci_names_no_path_that_is_gone() -> None:
    left_out = re.findall(r"tests/\S+?(?=[\s\"])", (PROJECT / ".ci" / "run").read_text().partition('elsewhere="')[2])
    assert len(left_out) > 10
    assert [path for path in left_out if not (PROJECT / path).exists()] == []
