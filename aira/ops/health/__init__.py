"""Check the health of the database: one `.sql` file per check, and the lints of the advisor.

The header of a check consists of these lines:

- `-- title:`, `-- why:`, `-- hint:` and `-- unit:`,
- `-- warn:` and `-- critical:`, the lowest values of these levels, each optional,
- `-- unknown:`, what to do if the check can't run,
- `-- sees: others`, if the check needs the right to see other sessions.

Its query returns subject, value and detail. Values below the thresholds are healthy. All checks run on PostgreSQL 15 to
18.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from aira import advisor
from aira.ops.health import anchors, processes
from aira.ops.health.outcomes import LEVELS, PATIENCE, Outcome, Problem, ask, read_only, worst
from aira.outbox.missing_settings import missing
from aira.schema import replica
from aira.schema.sql_headers import header

OF_LINT = {"error": "critical", "warn": "warn", "info": "info"}
SETTINGS = "settings"
# Checks that compare the database with this machine or with the code.
BESIDE_SQL: dict[str, Callable[[str, str], Outcome]] = {
    processes.WORKERS: processes.workers,
    processes.PERIODIC: processes.periodic_jobs,
    processes.CLOCK: processes.clock,
    anchors.ANCHORS: anchors.anchors,
}


__all__ = ["LEVELS", "Outcome", "Problem", "UnknownCheck", "checks", "health", "read_only", "worst"]


class UnknownCheck(ValueError):
    """Raised if no check has this name."""


@dataclass(frozen=True)
class Check:
    """Health check."""

    name: str
    title: str
    why: str
    hint: str
    query: str
    unit: str = ""
    warn: float | None = None
    critical: float | None = None
    unknown: str = ""
    sees: str = ""

    def level(self, value: float) -> str:
        """Return the level of a value."""
        if self.critical is not None and value >= self.critical:
            return "critical"
        return "warn" if self.warn is not None and value >= self.warn else "ok"


@cache
def checks() -> tuple[Check, ...]:
    """Return all checks by name, without the advisor's lints."""
    return tuple(parse(file) for file in sorted(Path(__file__).with_name("checks").glob("*.sql")))


def parse(file: Path) -> Check:
    """Return the check of a file."""
    text = file.read_text(encoding="utf-8")
    found: dict[str, Any] = header(text)
    found |= {name: float(found[name]) for name in ("warn", "critical") if name in found}
    return Check(name=file.stem, query=text, **found)


def health(
    using: str = "direct",
    only: Iterable[str] = (),
    thresholds: Mapping[str, tuple[float | None, float | None]] | None = None,
    patience: str = PATIENCE,
) -> list[Outcome]:
    """Return the outcomes of all checks, the worst first.

    Read-only.

    Args:
        only: names of checks. Empty for all.
        thresholds: other thresholds by check, as warn and critical.
    """
    chosen = pick(only)
    pick(thresholds or ())
    outcomes = []
    for check in checks():
        if check.name in chosen:
            warn, critical = (thresholds or {}).get(check.name, (check.warn, check.critical))
            outcomes.append(look(replace(check, warn=warn, critical=critical), using, patience))
    if "advisor" in chosen:
        outcomes += lint(using)
    if replica.ALIAS in chosen and replica.configured():
        outcomes.append(standby())
    outcomes += [look_beside(using, patience) for name, look_beside in BESIDE_SQL.items() if name in chosen]
    if SETTINGS in chosen:
        outcomes.append(unset(using))
    return sorted(outcomes, key=lambda outcome: (-LEVELS.index(outcome.level), outcome.name))


def pick(only: Iterable[str]) -> set[str]:
    """Return the chosen names, or all names if none is chosen."""
    known = {check.name for check in checks()} | {"advisor", SETTINGS, replica.ALIAS, *BESIDE_SQL}
    if unknown := set(only) - known:
        raise UnknownCheck(f"No check is called {', '.join(sorted(unknown))}. Known: {', '.join(sorted(known))}.")
    return set(only) or known


def look(check: Check, using: str, patience: str) -> Outcome:
    """Run a check."""
    base = Outcome(check.name, check.title, "ok", check.why, check.hint, check.unit)
    try:
        if check.sees == "others" and (blind := why_sessions_are_hidden(using)):
            return replace(base, level="unknown", note=blind)
        found = ask(check.query, using, patience)
    except DatabaseError as error:
        # A missing right, a missing extension or a time-out does not stop the other checks.
        return replace(base, level="unknown", note=check.unknown or str(error).splitlines()[0])
    problems = [problem for row in found if (problem := judge(check, *row)).level != "ok"]
    problems.sort(key=lambda problem: -(problem.value or 0))
    note = "; ".join(problem.detail for problem in problems if problem.level == "unknown")
    return replace(base, level=worst(problem.level for problem in problems), note=note, problems=problems)


def judge(check: Check, subject: Any, value: Any, detail: Any) -> Problem:
    """Judge one row of a check. A value that is not a number is unknown, and does not stop other rows or checks."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return Problem("unknown", str(subject), f"the value of {subject} is not a number: {value}")
    return Problem(check.level(number), str(subject), str(detail), number)


def why_sessions_are_hidden(using: str) -> str:
    """Return why the role can't see other sessions, or an empty text.

    PostgreSQL hides them as nulls, which would look healthy.
    """
    query = "select current_user, pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage')"
    [(role, sees)] = ask(query, using, PATIENCE)
    return "" if sees else f"{role} can't see other sessions. Run: grant pg_read_all_stats to {role}."


def lint(using: str) -> list[Outcome]:
    """Return an outcome for each lint with findings, or one outcome if no lint has any."""
    why = {one.name: one.why for one in advisor.lints()}
    by_lint: dict[str, list[advisor.Finding]] = {}
    try:
        with read_only(using) as cursor:
            for finding in advisor.inspect(cursor):
                by_lint.setdefault(finding.lint, []).append(finding)
    except DatabaseError as error:
        note = f"Only the owner of the schema sees the whole catalog: {str(error).splitlines()[0]}"
        return [Outcome("advisor", "Advisor", "unknown", "", "Set DATABASE_DIRECT_URL.", note=note)]
    outcomes = [
        Outcome(
            name, found[0].title, OF_LINT[found[0].level], why[name], found[0].fix,
            problems=[Problem(OF_LINT[one.level], one.subject, one.detail) for one in found],
        )
        for name, found in by_lint.items()
    ]  # fmt: skip
    return outcomes or [Outcome("advisor", "Advisor", "ok", f"{len(why)} lints check the live catalog.", "")]


def standby() -> Outcome:
    """Check whether reports and exports can be read from the configured standby."""
    source = replica.source()
    base = Outcome(
        replica.ALIAS, "Reads from the replica", "ok",
        "While the replica is unavailable, reports and exports are read from the primary.",
        "Check that it runs and replays, and check DATABASE_REPLICA_URL. See replica_lag and slot_wal.",
    )  # fmt: skip
    if source.alias == replica.ALIAS:
        return base
    return replace(base, level="warn", problems=[Problem("warn", "DATABASE_REPLICA_URL", source.why)])


def unset(using: str) -> Outcome:
    """Return the missing settings without which webhooks or calls wait."""
    base = Outcome(
        SETTINGS, "Settings", "ok",
        "Without these settings, webhooks are not sent and calls are not answered. No error appears.",
        "Set them where the site and the worker run, restart both, and run this check there.",
    )  # fmt: skip
    try:
        known = dict(ask("select name, base_url from private.service_endpoints", using, PATIENCE))
    except DatabaseError as error:
        return replace(base, level="unknown", note=str(error).splitlines()[0])
    problems = [Problem("warn", one.setting, str(one)) for one in missing(known)]
    return replace(base, level=worst(problem.level for problem in problems), problems=problems)
