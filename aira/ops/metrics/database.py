"""Collect metrics of the database.

Figures are one `.sql` file each and kept for seconds. Health checks are kept for minutes. The header of a figure:
`-- metric:`, `-- help:`, `-- labels:`. Its query returns the values of the labels and the figure.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, override

from django.db import DatabaseError, Error, connections
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from aira.ops.health import health, read_only
from aira.schema.sql_headers import header

# Cached figures limit the cost of frequent or multiple monitors.
KEEP_FIGURES, KEEP_HEALTH = 10, 300
PATIENCE = "5s"
# “unknown” counts neither as failing nor as healthy.
LEVELS = {"unknown": -1, "ok": 0, "info": 0, "warn": 1, "critical": 2}


@dataclass(frozen=True)
class FigureQuery:
    """Query of a figure."""

    name: str
    help: str
    labels: tuple[str, ...]
    query: str


@dataclass(frozen=True)
class Kept:
    """Cached metrics with the time of their computation."""

    at: float
    metrics: list[Metric]


_kept: dict[str, Kept] = {}


@cache
def figures() -> tuple[FigureQuery, ...]:
    """Return all figures."""
    return tuple(parse(file) for file in sorted(Path(__file__).with_name("figures").glob("*.sql")))


def parse(file: Path) -> FigureQuery:
    """Return the figure of a file."""
    text = file.read_text(encoding="utf-8")
    found = header(text)
    return FigureQuery(found["metric"], found["help"], tuple(found["labels"].split()), text)


class DatabaseCollector(Collector):
    """Collector that reads as the owner of the schema, who sees all statistics."""

    def __init__(self, using: str = "direct") -> None:
        self.using = using

    @override
    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("aira_database_up", "1 if the database responds")
        age = GaugeMetricFamily("aira_figures_age_seconds", "Age of the cached figures", labels=["figures"])
        found: list[Metric] = []
        try:
            for name, keep, read in (("database", KEEP_FIGURES, self.read), ("health", KEEP_HEALTH, self.judge)):
                kept = cached(f"{self.using}:{name}", keep, read)
                age.add_metric([name], time.monotonic() - kept.at)
                found += kept.metrics
            up.add_metric([], 1)
        except Error:
            up.add_metric([], 0)
        yield from (up, age, *found, *pool())

    def read(self) -> list[Metric]:
        """Read all figures."""
        connections[self.using].ensure_connection()
        found: list[Metric] = []
        for figure in figures():
            family = GaugeMetricFamily(figure.name, figure.help, labels=figure.labels)
            try:
                with read_only(self.using, PATIENCE) as cursor:
                    cursor.execute(figure.query)
                    for *labels, value in cursor.fetchall():
                        family.add_metric([str(label) for label in labels], float(value))
            except DatabaseError:
                # The figure is not visible or takes too long. Without a value, an alert on its absence fires.
                family.samples.clear()
            found.append(family)
        return found

    def judge(self) -> list[Metric]:
        """Run the health checks."""
        level = GaugeMetricFamily(
            "aira_health", "dbhealth: 0 healthy, 1 warn, 2 critical, -1 unknown", labels=["check"]
        )
        problems = GaugeMetricFamily("aira_health_problems", "Number of problems that a check finds", labels=["check"])
        ledger = GaugeMetricFamily("aira_ledger_problems", "Number of rows of private.ledger_problems(), up to 20")
        for outcome in health(self.using):
            level.add_metric([outcome.name], LEVELS[outcome.level])
            problems.add_metric([outcome.name], len(outcome.problems))
            if outcome.name == "ledger" and outcome.level != "unknown":
                ledger.add_metric([], len(outcome.problems))
        return [level, problems, ledger]


def cached(name: str, seconds: float, read: Callable[[], list[Metric]]) -> Kept:
    """Return cached metrics, or read them if they are too old."""
    found = _kept.get(name)
    if found is None or time.monotonic() - found.at > seconds:
        found = _kept[name] = Kept(time.monotonic(), read())
    return found


def pool() -> list[Metric]:
    """Return the figures of this process's connection pool, if it has one."""
    family = GaugeMetricFamily(
        "aira_pool", "Connection pool of this process: connections and waiting requests", labels=["figure"]
    )
    found: Any = getattr(connections["default"], "pool", None)
    if found is not None:
        for figure in ("pool_size", "pool_available", "requests_waiting"):
            family.add_metric([figure], found.get_stats().get(figure, 0))
    return [family]
