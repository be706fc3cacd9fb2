"""Test that the plots of docs/BENCHMARKS.md show the stored figures."""

import re
from pathlib import Path

import pytest

from aira.embedded import PROJECT
from tests.bench import bookings
from tests.bench.figures import FOLDER, Figure, Point, conditions, keep, kept
from tests.bench.plots import plot
from tests.database import Database

GROWTH = Figure("growth", "Growth", "µs", "rows")
BARS = Figure("bars", "Bars", "ms")


def points(figure: Figure, *xs: int | str) -> list[Point]:
    return [Point(figure, line, x, 2.5 * n) for line in ("ours", "theirs") for n, x in enumerate(xs, 1)]


def test_the_committed_plots_show_the_stored_figures(tmp_path: Path) -> None:
    assert kept()
    for name, figure in kept().items():
        assert plot(name, figure, tmp_path).read_text() == (FOLDER / f"{name}.svg").read_text(), (
            f"{name}: run `python -m tests.bench.plots`"
        )
    assert {file.stem for file in FOLDER.glob("*.svg")} == set(kept())


def test_every_plot_is_shown_and_described() -> None:
    page = (PROJECT / "docs" / "BENCHMARKS.md").read_text()
    assert set(re.findall(r"!\[[^\]]+\]\(benchmarks/(.+)\.svg\)", page)) == set(kept())


def test_a_figure_that_is_measured_again_replaces_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    keep(points(GROWTH, 10, 100) + points(BARS, "a", "b"), {"machine": "old"}, file)
    keep(points(GROWTH, 10, 100, 1000), {"machine": "new"}, file)
    results = kept(file)
    assert [results[name]["conditions"]["machine"] for name in ("growth", "bars")] == ["new", "old"]
    assert results["growth"]["lines"]["ours"] == [[10, 2.5], [100, 5.0], [1000, 7.5]]
    for name, words in (("growth", ["rows", "µs", "1,000", "theirs"]), ("bars", ["ms", "a", "b", "ours"])):
        drawn = plot(name, results[name], tmp_path).read_text()
        assert [word for word in words if f">{word}</text>" not in drawn] == []


def test_a_plot_names_the_machine_of_the_measurement(database: Database) -> None:
    told = conditions(database)
    assert re.match(r"1[5-9]\b", told["PostgreSQL"])
    assert re.match(r"\d+ cores, \d+ GiB", told["machine"])


@pytest.mark.slow
def test_the_bench_finds_points_for_its_plots(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookings, "CALLS", 1)
    found = list(bookings.measure(database, sizes=(100, 1_000)))
    drawn = [point for point in found if isinstance(point, Point)]
    assert {(point.figure.name, point.line, point.x) for point in drawn} >= {
        ("bookings-check", "ours", 100),
        ("bookings-check", "the original design", 1_000),
        ("bookings-slots", "ours", 1_000),
        ("bookings-book", "the original design", 1_000),
    }
    assert all(point.y > 0 for point in drawn)
