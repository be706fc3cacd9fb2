"""Write the tables of docs/BENCHMARKS.md, and the figures of docs/OPERATIONS.md on growing, from the last measurements.

`python -m tests.bench.tables` writes them, as `make bench` does.

docs/benchmarks/tables.json keeps them: subject → major version of PostgreSQL → conditions, duration in seconds, rows.
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
OPERATIONS = PROJECT / "docs" / "OPERATIONS.md"
# A subject, its row, and the meaning for a person who plans to grow.
GROWING = (
    (
        "posting",
        "10,000 wallets: created and completed",
        "transactions created and completed, 10,000 wallets, without the audit",
    ),
    (
        "posting",
        "one hot wallet: created and completed",
        "the same on one hot wallet; more machines don't help, since its entries are one chain",
    ),
    ("deliveries", "deliveries, 100 connections", "webhooks delivered by one worker"),
    (
        "bookings",
        "check at 100,000",
        "a booking check among 100,000 appointments of a business; the time does not grow",
    ),
    ("analytics", "all of them, again", "refresh of all analytics, with 1,000,000 appointments and 500,000 entries"),
    (
        "lists",
        "API: a tenth of the transactions as NDJSON",
        "an export of 100,000 transactions, which a replica can take from the primary",
    ),
)
PLACE = re.compile(r"(<!-- bench (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
Tables = dict[str, dict[str, dict[str, Any]]]


def kept(file: Path = FILE) -> Tables:
    found: Tables = json.loads(file.read_text()) if file.exists() else {}
    return found


def keep(subject: str, rows: list[Row], under: dict[str, str], seconds: float, file: Path = FILE) -> None:
    """Replace the stored measurement of that subject and version."""
    tables = kept(file)
    version = under["PostgreSQL"].partition(".")[0]
    one = {"conditions": under, "seconds": round(seconds), "rows": [list(astuple(row)) for row in rows]}
    tables.setdefault(subject, {})[version] = one
    file.write_text(json.dumps(tables, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def rows_of(measured: dict[str, Any]) -> list[Row]:
    return [Row(*row) for row in measured["rows"]]


def table(versions: dict[str, dict[str, Any]]) -> str:
    """Return a table with a column for each version, the newest first."""
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
        f"{sum(bool(row.met) for row in judged)} of {len(judged)} targets are met. All subjects took {took / 60:.0f} minutes."
    ]
    short = [
        f"- {subject}: {row.what}, on {version}: {row.measured} ({row.target})"
        for subject, versions in sorted(tables.items())
        for version, row in missed(versions)
    ]
    return (
        "\n".join(lines + (["", "These targets are not met. Their sections explain why:", "", *short] if short else []))
        + "\n"
    )


def growing(tables: Tables) -> str:
    newest = {
        (subject, row.what): row
        for subject in tables
        for row in rows_of(tables[subject][max(tables[subject], key=int)])
    }
    # Leave out the time of the original.
    lines = [f"| {newest[subject, what].measured.partition(', the ')[0]} | {of} |" for subject, what, of in GROWING]
    return "\n".join(["| figure | measurement |", "| --- | --- |", *lines]) + "\n"


def filled(page: str, tables: Tables) -> str:
    """Return the page with the stored tables between its marks."""
    of_all = {"summary": summary, "growing": growing}

    def fill(place: re.Match[str]) -> str:
        text = of_all[place[2]](tables) if place[2] in of_all else table(tables[place[2]])
        return f"{place[1]}{text}{place[3]}"

    return PLACE.sub(fill, page)


def main() -> None:
    for page in (PAGE, OPERATIONS):
        page.write_text(filled(page.read_text(), kept()))


if __name__ == "__main__":
    main()
