"""Report the analytics to staff: one `.sql` file per report, over all accounts.

The header of a report: `-- title:`, `-- view:` (the materialized view that it reads), `-- note:` (the meaning of its
columns). %(days)s in a query is the length of the period.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connections

from aira.analytics.models import AnalyticsRefresh
from aira.schema.sql_headers import header

PERIODS = (7, 30, 90)


@dataclass(frozen=True)
class Report:
    """Definition of a report."""

    name: str
    title: str
    view: str
    note: str
    query: str


@dataclass(frozen=True)
class Figures:
    """Rows of a report.

    Attributes:
        refresh: None if the view was never refreshed. Its error explains old figures.
    """

    report: Report
    columns: list[str]
    rows: list[tuple[Any, ...]]
    refresh: AnalyticsRefresh | None


@cache
def reports() -> dict[str, Report]:
    """Return all reports by name."""
    return {report.name: report for report in map(parse, sorted(Path(__file__).parent.glob("*.sql")))}


def parse(file: Path) -> Report:
    """Return the report of a file."""
    query = file.read_text(encoding="utf-8")
    return Report(name=file.stem, query=query, **header(query))


def figures(report: Report, days: int, using: str) -> Figures:
    """Return the rows of a report.

    Args:
        days: one of PERIODS.
        using: the connection that aira.schema.replica chose.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(report.query, {"days": days})
        columns, rows = [column.name for column in cursor.description], cursor.fetchall()
    refresh = AnalyticsRefresh.objects.using(using).filter(view_name=report.view).first()
    return Figures(report, columns, rows, refresh)
