"""Figures of the database: one `.sql` file each, kept for some seconds; and dbhealth's checks, kept for some minutes.

The header of a figure: `-- metric:`, `-- help:`, `-- labels:`. Its query gives the labels' values and the figure.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import DatabaseError, Error, connections
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from aira.ops.health import health, looking
from aira.schema.sql_headers import header

# Several monitors, or an eager one, cost the database no more than one.
KEEP_FIGURES, KEEP_HEALTH = 10, 300
PATIENCE = "5s"
# What can't be looked at is no trouble by itself, and no health.
LEVELS = {"unknown": -1, "ok": 0, "info": 0, "warn": 1, "critical": 2}


@dataclass(frozen=True)
class FigureQuery:
    name: str
    help: str
    labels: tuple[str, ...]
    query: str


@dataclass(frozen=True)
class Kept:
    at: float
    metrics: list[Metric]


_kept: dict[str, Kept] = {}


@cache
def figures() -> tuple[FigureQuery, ...]:
    return tuple(parse(file) for file in sorted(Path(__file__).with_name("figures").glob("*.sql")))


def parse(file: Path) -> FigureQuery:
    text = file.read_text(encoding="utf-8")
    found = header(text)
    return FigureQuery(found["metric"], found["help"], tuple(found["labels"].split()), text)


class OfTheDatabase(Collector):
    """Reads as the owner of the schema, who sees all of the statistics."""

    def __init__(self, using: str = "direct") -> None:
        self.using = using

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("aira_database_up", "1 when the database answers")
        age = GaugeMetricFamily("aira_figures_age_seconds", "Figures are kept for so long", labels=["figures"])
        found: list[Metric] = []
        try:
            for name, keep, read in (("database", KEEP_FIGURES, self.read), ("health", KEEP_HEALTH, self.judge)):
                kept = keeping(f"{self.using}:{name}", keep, read)
                age.add_metric([name], time.monotonic() - kept.at)
                found += kept.metrics
            up.add_metric([], 1)
        except Error:
            up.add_metric([], 0)
        yield from (up, age, *found, *pool())

    def read(self) -> list[Metric]:
        connections[self.using].ensure_connection()
        found: list[Metric] = []
        for figure in figures():
            family = GaugeMetricFamily(figure.name, figure.help, labels=figure.labels)
            try:
                with looking(self.using, PATIENCE) as cursor:
                    cursor.execute(figure.query)
                    for *labels, value in cursor.fetchall():
                        family.add_metric([str(label) for label in labels], float(value))
            except DatabaseError:
                # It may not be seen, or takes too long: without a value, an alert on its absence tells.
                family.samples.clear()
            found.append(family)
        return found

    def judge(self) -> list[Metric]:
        level = GaugeMetricFamily("aira_health", "dbhealth: 0 well, 1 warn, 2 critical, -1 unknown", labels=["check"])
        problems = GaugeMetricFamily("aira_health_problems", "How many things a check finds", labels=["check"])
        ledger = GaugeMetricFamily("aira_ledger_problems", "What private.ledger_problems() finds, up to 20")
        for outcome in health(self.using):
            level.add_metric([outcome.name], LEVELS[outcome.level])
            problems.add_metric([outcome.name], len(outcome.problems))
            if outcome.name == "ledger" and outcome.level != "unknown":
                ledger.add_metric([], len(outcome.problems))
        return [level, problems, ledger]


def keeping(name: str, seconds: float, read: Callable[[], list[Metric]]) -> Kept:
    found = _kept.get(name)
    if found is None or time.monotonic() - found.at > seconds:
        found = _kept[name] = Kept(time.monotonic(), read())
    return found


def pool() -> list[Metric]:
    """psycopg's pool of this process, where there is one."""
    family = GaugeMetricFamily(
        "aira_pool", "psycopg's pool, in this process: connections, and who waits", labels=["figure"]
    )
    found: Any = getattr(connections["default"], "pool", None)
    if found is not None:
        for figure in ("pool_size", "pool_available", "requests_waiting"):
            family.add_metric([figure], found.get_stats().get(figure, 0))
    return [family]
