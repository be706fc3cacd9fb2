"""Test that the page of dependencies agrees with what is installed, and that a bill of materials can be made."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import metadata
from pathlib import Path

import pytest

from aira.embedded import PROJECT

TABLES = (PROJECT / "docs/DEPENDENCIES.md").read_text(encoding="utf-8")
DECLARED = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Two names for one licence.
NAMES = {"Python Software Foundation": "PSF", "Apache Software": "Apache-2.0"}


def names(requirements: list[str]) -> list[str]:
    return [re.split(r"[\[~=<>! ]", one, maxsplit=1)[0] for one in requirements]


def rows(heading: str) -> dict[str, list[str]]:
    """Return the cells of a table by its first one."""
    part = TABLES.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return {line[0]: line for line in lines if line[0] not in ("package", "---")}


def licence(package: str) -> str:
    """Return the licence that a package declares."""
    found = metadata(package)
    if stated := found.get("License-Expression"):
        return stated
    declared = [
        one.rpartition(" :: ")[2].removesuffix(" License")
        for one in found.get_all("Classifier") or []
        if one.startswith("License :: OSI Approved :: ")
    ]
    return " OR ".join(NAMES.get(one, one) for one in declared)


@pytest.mark.parametrize(
    ("heading", "requirements"),
    [
        ("A deployment", DECLARED["dependencies"]),
        ("Development and tests", DECLARED["optional-dependencies"]["dev"]),
    ],
)
def test_each_direct_dependency_has_a_row_with_its_licence(heading: str, requirements: list[str]) -> None:
    told = rows(heading)
    assert list(told) == sorted(names(requirements))
    for package, cells in told.items():
        assert len(cells) == 5, package
        assert all(cells), package
        if declared := licence(package):
            assert cells[3] == declared, package


def test_a_bill_of_materials_lists_each_pinned_package_with_its_hashes(tmp_path: Path) -> None:
    recipe = re.search(
        r"^sbom: .*\n\t\$\(PY\) (.*) -o sbom.json (.*)$", (PROJECT / "Makefile").read_text(), re.MULTILINE
    )
    assert recipe
    file = tmp_path / "sbom.json"
    subprocess.run([sys.executable, *recipe[1].split(), "-o", str(file), recipe[2]], cwd=PROJECT, check=True)
    found = json.loads(file.read_text())
    pinned = re.findall(r"^([\w.-]+)==", (PROJECT / recipe[2]).read_text(), re.MULTILINE)
    assert sorted(one["name"] for one in found["components"]) == sorted(pinned)
    assert found["metadata"]["component"]["name"] == "aira-data-platform"
    assert all("--hash=sha256:" in json.dumps(one) or "SHA-256" in json.dumps(one) for one in found["components"])
