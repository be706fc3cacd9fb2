"""Test that the project's own texts pass the prose check, except in the folders that are not mended yet."""

import re
import subprocess
from pathlib import Path

import pytest

from aira.devtools.prose.__main__ import PROJECT, files, findings, is_checked, main, unchecked
from aira.devtools.prose.texts import Kind
from tests.devtools.prose.style_table import Example, examples

# The table itself and the tests of the patterns quote what must not be written.
QUOTING = ("tests/devtools/prose/", "aira/devtools/prose/rules.py")


def checked() -> list[Path]:
    folders = unchecked()
    return [path for path in files() if is_checked(path, folders)]


@pytest.mark.slow
def test_the_checked_texts_are_plain_english() -> None:
    paths = checked()
    assert len(paths) > 10
    assert "\n".join(map(str, findings(paths))) == ""


def in_one_line(text: str) -> str:
    """Return the text in lower case and one line, without the signs that begin a line of comment or a list."""
    return re.sub(r"[\s#*>-]+", " ", text).lower()


@pytest.fixture(scope="module")
def tree() -> dict[str, str]:
    paths = [path for path in checked() if not str(path).startswith(QUOTING)]
    return {str(path): in_one_line((PROJECT / path).read_text(encoding="utf-8")) for path in paths}


@pytest.mark.parametrize("example", [one for one in examples() if one.kind != Kind.NAME], ids=str)
def test_no_text_of_before_is_left(tree: dict[str, str], example: Example) -> None:
    assert [name for name, text in tree.items() if contains(text, example.before)] == []


def contains(text: str, before: str) -> bool:
    """Tell whether the text contains the parts around each “…” in their order, not far from each other."""
    parts = [re.escape(in_one_line(part).strip(" .")) for part in before.split("…")]
    return re.search(".{0,200}?".join(parts), text) is not None


def test_no_module_has_a_name_of_before() -> None:
    names = {example.before for example in examples() if example.before.endswith(".py")}
    assert [str(path) for path in checked() if path.name in names] == []


def test_no_test_has_a_name_of_before(tree: dict[str, str]) -> None:
    names = [example.before for example in examples() if example.before.startswith("test_")]
    assert names
    assert [(name, path) for name in names for path, text in tree.items() if re.search(rf"\b{name}\b", text)] == []


def test_the_text_is_found_over_broken_lines() -> None:
    assert contains(in_one_line("# That a member of\n# staff looked at it"), "That a member of staff looked…")
    assert not contains(in_one_line("Needs attention"), "Needs somebody")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository with one bad page, and one in a folder that is not checked yet."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "pyproject.toml").write_text('[tool.prose]\nunchecked = ["later"]\n')
    (tmp_path / "later").mkdir()
    for name in ("bad.md", "later/bad.md"):
        (tmp_path / name).write_text("# Title\n\nOf the rows, “x” is no interval.\n")
    return tmp_path


def test_the_command_prints_findings_and_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], project) == 1
    printed = capsys.readouterr()
    assert [line.split(" ")[:2] for line in printed.out.splitlines()] == [
        ["bad.md:3:", "begins-with-of:"], ["bad.md:3:", "is-no:"],
    ]  # fmt: skip
    assert printed.err == "2 files, 2 findings\n"


def test_the_command_checks_one_folder_or_all_if_asked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(project / "later")], project) == 0
    assert main(["--all", str(project / "later")], project) == 1
    assert main(["--all", "--count"], project) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == ["     2 bad.md", "     2 later/bad.md"]


def test_the_command_passes_when_the_page_is_mended(project: Path) -> None:
    (project / "bad.md").write_text("# Title\n\n“x” is not an interval.\n")
    assert main([], project) == 0
