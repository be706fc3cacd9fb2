"""Test that each page says at its beginning what it is for and for whom."""

import re
from pathlib import Path

import pytest

from aira.embedded import PROJECT
from tests.docs.blocks import files

PAGES = [*files(), PROJECT / "CHANGELOG.md", PROJECT / "CONTRIBUTING.md", PROJECT / "SECURITY.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_begins_with_its_purpose_and_its_readers(page: Path) -> None:
    beginning = page.read_text(encoding="utf-8").partition("\n## ")[0]
    assert beginning.startswith("# ")
    assert re.search(r"This page is (?:the entrance )?for \w+", " ".join(beginning.split()))
