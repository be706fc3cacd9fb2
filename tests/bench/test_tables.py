"""Test that docs/BENCHMARKS.md shows the stored measurements, and explains each missed target."""

import pkgutil
import re
from pathlib import Path

import pytest

from tests import bench
from tests.bench.__main__ import is_subject
from tests.bench.figures import Row, at_least, at_most
from tests.bench.tables import OPERATIONS, PAGE, PLACE, filled, keep, kept, missed, summary, table

UNDER = {"measured": "2026-11-27", "PostgreSQL": "18.6", "commit": "abc1234"}


@pytest.mark.parametrize("page", [PAGE, OPERATIONS], ids=lambda page: page.name)
def test_the_committed_page_shows_the_stored_measurements(page: Path) -> None:
    text = page.read_text()
    assert PLACE.search(text)
    assert filled(text, kept()) == text, "run `python -m tests.bench.tables`"


def test_every_subject_is_measured_and_has_its_place_on_the_page() -> None:
    subjects = {module.name for module in pkgutil.iter_modules(bench.__path__) if is_subject(module.name)}
    placed = [place[2] for place in PLACE.finditer(PAGE.read_text())]
    assert sorted(placed) == sorted({*subjects, "summary"})
    assert set(kept()) == subjects


def test_comparisons_with_the_original_are_also_measured_on_15() -> None:
    assert {name for name, versions in kept().items() if "15" in versions} >= {"policies", "posting", "bookings"}


def test_only_missed_targets_are_explained_and_each_of_them_is() -> None:
    for section in re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE):
        for place in PLACE.finditer(section):
            if place[2] != "summary":
                explained = "**Not met:" in PLACE.sub("", section)
                assert explained == any(missed(kept()[place[2]])), place[2]


def test_a_subject_that_is_measured_again_replaces_its_version(tmp_path: Path) -> None:
    file = tmp_path / "tables.json"
    keep("posting", [Row("rate", "1/s")], UNDER, 7.4, file)
    keep("posting", [at_least(0.9, "", "ratio", "0.8", 0.8)], UNDER, 8, file)
    keep("posting", [at_most(0.9, " ms", "took", "0.8 ms", 0.8)], {**UNDER, "PostgreSQL": "15.18"}, 8, file)
    found = kept(file)
    assert list(missed(found["posting"])) == [("18", Row("ratio", "0.8", "≥ 0.9", met=False))]
    assert table(found["posting"]).splitlines()[:4] == [
        "|  | on 18.6 | on 15.18 | target |",
        "| --- | --- | --- | --- |",
        "| ratio | 0.8, **not met** |  | ≥ 0.9 |",
        "| took |  | 0.8 ms | ≤ 0.9 ms |",
    ]
    assert summary(found).startswith("1 of 2 targets are met.")
    page = "a\n<!-- bench posting -->\nold\n<!-- end -->\nb"
    assert "old" not in filled(page, found)
    assert filled(filled(page, found), found) == filled(page, found)


@pytest.mark.parametrize(("value", "met"), [(1500, True), (1499.9, False)])
def test_targets_are_read_in_the_form_that_people_write(value: float, met: bool) -> None:
    assert at_least(1500, "", "x", "y", value) == Row("x", "y", "≥ 1,500", met)
