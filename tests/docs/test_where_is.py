"""The table "Where is …" of docs/CONTRIBUTING.md leads to the rules."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<question>[^|]+\?) \| \[`(?P<name>[^`]+)`\]\(\.\./(?P<file>[^)]+)\) \|$", re.MULTILINE)


def rows() -> list[re.Match[str]]:
    page = (ROOT / "docs" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return list(ROW.finditer(page.partition("## Where is …")[2].partition("\n## ")[0]))


def test_the_table_names_each_rule_once() -> None:
    assert len(rows()) >= 30
    assert len({row["question"] for row in rows()}) == len(rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["name"])
def test_a_rule_is_in_the_file_that_the_table_links(row: re.Match[str]) -> None:
    file = ROOT / row["file"]
    assert file.is_file()
    assert re.search(rf"\b{re.escape(row['name'])}", file.read_text(encoding="utf-8"))
