"""The tables of docs/BENCHMARKS.md, of what was measured last: `python -m tests.bench.tables` writes them, as `make bench` does.

What is kept, in docs/benchmarks/tables.json: subject → major version of PostgreSQL → conditions, seconds that it took, rows.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

from aira.embedded import PROJECT
from tests.bench.figures import FOLDER, Row

FILE = FOLDER / "tables.json"
PAGE = PROJECT / "docs" / "BENCHMARKS.md"
PLACE = re.compile(r"(<!-- bench (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
Tables = dict[str, dict[str, dict[str, Any]]]


def kept(file: Path = FILE) -> Tables:
    found: Tables = json.loads(file.read_text()) if file.exists() else {}
    return found


def keep(subject: str, rows: list[Row], under: dict[str, str], seconds: float, file: Path = FILE) -> None:
    """What was measured takes the place of what is kept for that subject and version."""
    tables = kept(file)
    version = under["PostgreSQL"].partition(".")[0]
    one = {"conditions": under, "seconds": round(seconds), "rows": [list(astuple(row)) for row in rows]}
    tables.setdefault(subject, {})[version] = one
    file.write_text(json.dumps(tables, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def rows_of(measured: dict[str, Any]) -> list[Row]:
    return [Row(*row) for row in measured["rows"]]


def table(versions: dict[str, dict[str, Any]]) -> str:
    """A column for each version, the newest first."""
    newest_first = sorted(versions, key=int, reverse=True)
    found = [{row.what: row for row in rows_of(versions[version])} for version in newest_first]
    names = list(dict.fromkeys(what for rows in found for what in rows))
    lines = [
        "| "
        + " | ".join(
            ["", *(f"on {versions[version]['conditions']['PostgreSQL']}" for version in newest_first), "target"]
        )
        + " |",
        "| --- |" + " --- |" * (len(newest_first) + 1),
    ]
    for name in names:
        rows = [rows.get(name) for rows in found]
        target = next((row.target for row in rows if row and row.target), "")
        lines.append("| " + " | ".join([name, *map(cell, rows), target]) + " |")
    return "\n".join([*lines, "", *map(told, (versions[version] for version in newest_first))])


def cell(row: Row | None) -> str:
    if row is None:
        return ""
    return f"{row.measured}, **not met**" if row.met is False else row.measured


def told(measured: dict[str, Any]) -> str:
    said = ", ".join(f"{name} {value}" for name, value in measured["conditions"].items())
    return f"<small>{said}; took {measured['seconds']} s</small>\n"


def missed(versions: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Row]]:
    for version, measured in versions.items():
        yield from ((version, row) for row in rows_of(measured) if row.met is False)


def summary(tables: Tables) -> str:
    judged = [
        row for versions in tables.values() for one in versions.values() for row in rows_of(one) if row.met is not None
    ]
    took = sum(one["seconds"] for versions in tables.values() for one in versions.values())
    lines = [
        f"{sum(bool(row.met) for row in judged)} of {len(judged)} targets are met; all subjects took {took / 60:.0f} minutes."
    ]
    short = [
        f"- {subject}: {row.what}, on {version}: {row.measured} ({row.target})"
        for subject, versions in sorted(tables.items())
        for version, row in missed(versions)
    ]
    return "\n".join(lines + (["", "Not met, and explained where they stand:", "", *short] if short else [])) + "\n"


def filled(page: str, tables: Tables) -> str:
    """The page with what is kept between its marks."""

    def fill(place: re.Match[str]) -> str:
        text = summary(tables) if place[2] == "summary" else table(tables[place[2]])
        return f"{place[1]}{text}{place[3]}"

    return PLACE.sub(fill, page)


def main() -> None:
    PAGE.write_text(filled(PAGE.read_text(), kept()))


if __name__ == "__main__":
    main()
