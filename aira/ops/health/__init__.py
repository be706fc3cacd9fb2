"""Is the database well? One `.sql` file a check, thresholds and a hint on top; and what the advisor finds.

The header of a check: `-- title:`, `-- why:`, `-- hint:`, `-- unit:`, `-- warn:` and `-- critical:` (from which value
on; each may be left out), `-- unknown:` what to do where it can't be looked at, `-- sees: others` where a role sees
less without the right to. Its query gives subject, value and
detail; subjects below the thresholds are well. All run on PostgreSQL 15 to 18.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections, transaction

from aira import advisor
from aira.outbox.missing_settings import missing
from aira.schema import replica
from aira.schema.sql_headers import header

# By severity; what can't be looked at is no trouble by itself.
LEVELS = ("ok", "info", "unknown", "warn", "critical")
OF_LINT = {"error": "critical", "warn": "warn", "info": "info"}
# A check that takes longer says so and stops nobody.
PATIENCE = "20s"
SETTINGS = "settings"


class UnknownCheck(ValueError):
    """No check is called like that."""


@dataclass(frozen=True)
class Check:
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
        if self.critical is not None and value >= self.critical:
            return "critical"
        return "warn" if self.warn is not None and value >= self.warn else "ok"


@dataclass(frozen=True)
class Problem:
    level: str
    subject: str
    detail: str
    value: float | None = None


@dataclass(frozen=True)
class Outcome:
    """One check, and what is wrong. note: why it could not be looked at."""

    name: str
    title: str
    level: str
    why: str
    hint: str
    unit: str = ""
    note: str = ""
    problems: list[Problem] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@cache
def checks() -> tuple[Check, ...]:
    """Every check of ours, by name; the advisor's lints come on top."""
    return tuple(parse(file) for file in sorted(Path(__file__).with_name("checks").glob("*.sql")))


def parse(file: Path) -> Check:
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
    """Every check's outcome, the worst first. thresholds: other ones, as warn and critical. Reads alone."""
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
    if SETTINGS in chosen:
        outcomes.append(unset(using))
    return sorted(outcomes, key=lambda outcome: (-LEVELS.index(outcome.level), outcome.name))


def pick(only: Iterable[str]) -> set[str]:
    known = {check.name for check in checks()} | {"advisor", SETTINGS, replica.ALIAS}
    if unknown := set(only) - known:
        raise UnknownCheck(f"no check is called {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}.")
    return set(only) or known


def look(check: Check, using: str, patience: str) -> Outcome:
    base = Outcome(check.name, check.title, "ok", check.why, check.hint, check.unit)
    try:
        if check.sees == "others" and (blind := blindness(using)):
            return replace(base, level="unknown", note=blind)
        found = ask(check.query, using, patience)
    except DatabaseError as error:
        # A right that is missing, an extension that is not there, a time-out: the other checks go on.
        return replace(base, level="unknown", note=check.unknown or str(error).splitlines()[0])
    problems = [problem for row in found if (problem := judge(check, *row)).level != "ok"]
    problems.sort(key=lambda problem: -(problem.value or 0))
    note = "; ".join(problem.detail for problem in problems if problem.level == "unknown")
    return replace(base, level=worst(problem.level for problem in problems), note=note, problems=problems)


def judge(check: Check, subject: Any, value: Any, detail: Any) -> Problem:
    """One row of a check. A value that is no number is unknown: the other rows, and the other checks, go on."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return Problem("unknown", str(subject), f"the value of {subject} is no number: {value}")
    return Problem(check.level(number), str(subject), str(detail), number)


def blindness(using: str) -> str:
    """Why the role does not see what others do. What it may not see comes as null, and would look well."""
    query = "select current_user, pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage')"
    [(role, sees)] = ask(query, using, PATIENCE)
    return "" if sees else f"{role} does not see the sessions of others: grant pg_read_all_stats to {role}."


@contextmanager
def looking(using: str, patience: str = PATIENCE) -> Iterator[Any]:
    """A cursor that reads: nothing of it lasts, in a transaction around this one either."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        # So that regclass comes out with its schema.
        cursor.execute(
            "select set_config('search_path', '', true), set_config('statement_timeout', %s, true)", [patience]
        )
        yield cursor
        transaction.set_rollback(True, using=using)


def ask(query: str, using: str, patience: str) -> list[tuple[Any, ...]]:
    with looking(using, patience) as cursor:
        cursor.execute(query)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def lint(using: str) -> list[Outcome]:
    """Each lint that finds something, as a check; one outcome for all of them when none does."""
    why = {one.name: one.why for one in advisor.lints()}
    by_lint: dict[str, list[advisor.Finding]] = {}
    try:
        with looking(using) as cursor:
            for finding in advisor.inspect(cursor):
                by_lint.setdefault(finding.lint, []).append(finding)
    except DatabaseError as error:
        note = f"Only the owner of the schema sees all of the catalog: {str(error).splitlines()[0]}"
        return [Outcome("advisor", "Advisor", "unknown", "", "Set DATABASE_DIRECT_URL.", note=note)]
    outcomes = [
        Outcome(
            name, found[0].title, OF_LINT[found[0].level], why[name], found[0].fix,
            problems=[Problem(OF_LINT[one.level], one.subject, one.detail) for one in found],
        )
        for name, found in by_lint.items()
    ]  # fmt: skip
    return outcomes or [Outcome("advisor", "Advisor", "ok", f"{len(why)} lints over the live catalog.", "")]


def standby() -> Outcome:
    """Whether reports and exports could be read from the standby that the site knows, as of now."""
    source = replica.source()
    base = Outcome(
        replica.ALIAS, "Reads from the replica", "ok", "What could be read from it is read from the primary meanwhile.",
        "Is it up, does DATABASE_REPLICA_URL lead to it, and does it replay? replica_lag and slot_wal say more.",
    )  # fmt: skip
    if source.alias == replica.ALIAS:
        return base
    return replace(base, level="warn", problems=[Problem("warn", "DATABASE_REPLICA_URL", source.why)])


def unset(using: str) -> Outcome:
    """Return which settings are not set though something waits for them."""
    base = Outcome(
        SETTINGS, "Settings", "ok", "Without these settings webhooks or calls wait, and nothing fails.",
        "Set them where the site and the worker run, restart both, and run this check there.",
    )  # fmt: skip
    try:
        known = dict(ask("select name, base_url from private.service_endpoints", using, PATIENCE))
    except DatabaseError as error:
        return replace(base, level="unknown", note=str(error).splitlines()[0])
    problems = [Problem("warn", one.setting, str(one)) for one in missing(known)]
    return replace(base, level=worst(problem.level for problem in problems), problems=problems)


def worst(levels: Iterable[str]) -> str:
    return max(levels, key=LEVELS.index, default="ok")
