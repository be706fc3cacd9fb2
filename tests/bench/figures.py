"""Define the results of `make bench`: rows of a table (see tables.py) and points of a plot (docs/benchmarks/results.json)."""

import json
import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aira.embedded import PROJECT
from tests.database import Database

FOLDER = PROJECT / "docs" / "benchmarks"
RESULTS = FOLDER / "results.json"


@dataclass(frozen=True)
class Row:
    """Hold a line of a subject's table. met: whether the target was reached, or None without a target."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None


def at_most(limit: float, unit: str, what: str, measured: str, *values: float) -> Row:
    return Row(what, measured, f"≤ {limit:,g}{unit}", all(value <= limit for value in values))


def at_least(limit: float, unit: str, what: str, measured: str, *values: float) -> Row:
    return Row(what, measured, f"≥ {limit:,g}{unit}", all(value >= limit for value in values))


@dataclass(frozen=True)
class Figure:
    """Hold one plot. rows: the quantity along the x-axis. Without it, each x is a bar. unit: of the measurements."""

    name: str
    title: str
    unit: str
    rows: str = ""


@dataclass(frozen=True)
class Point:
    """Hold one measurement of a figure: the line, the x and the value."""

    figure: Figure
    line: str
    x: int | str
    y: float


def conditions(database: Database) -> dict[str, str]:
    """Return the conditions of a measurement: versions, machine, date and commit."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    [version] = database.owner("show server_version").fetchone() or ["unknown"]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "PostgreSQL": version,
        "Python": platform.python_version(),
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}, {platform.system()} {platform.release()}",
        "commit": commit.stdout.strip() or "unknown",
    }


def is_newest(database: Database) -> bool:
    """On version 15, only comparisons with the original are measured, and nothing is plotted."""
    return database.kept().info.server_version >= 160000


def kept(file: Path = RESULTS) -> dict[str, Any]:
    return json.loads(file.read_text()) if file.exists() else {}


def keep(points: list[Point], under: dict[str, str], file: Path = RESULTS) -> None:
    """Replace the stored figure by the new one completely. Other figures stay."""
    results = kept(file)
    fresh: dict[str, Any] = {}
    for point in points:
        figure = point.figure
        described = {"title": figure.title, "unit": figure.unit, "rows": figure.rows, "conditions": under, "lines": {}}
        lines = fresh.setdefault(figure.name, described)["lines"]
        lines.setdefault(point.line, []).append([point.x, point.y])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(results | fresh, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
