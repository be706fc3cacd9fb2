"""Run the health checks from the command line."""

import json
from argparse import ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from aira.ops.health import Outcome, Problem, UnknownCheck, health, worst
from aira.schema.server_version import require_tables, why_unreachable

CODES = {"ok": 0, "info": 0, "unknown": 0, "warn": 1, "critical": 2}


class Command(BaseCommand):
    """Command that runs the health checks."""

    # Django's checks of models connect. The command must run while the database is away.
    requires_system_checks = ()
    help = "Check the health of the database. Exit code 0: healthy. 1: warnings. 2: critical problems."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print all checks as JSON")
        parser.add_argument(
            "--only", nargs="+", default=[], metavar="CHECK", help="run these only; “advisor” runs all lints"
        )
        parser.add_argument(
            "--threshold",
            action="append",
            default=[],
            metavar="CHECK=WARN,CRITICAL",
            help="other thresholds of a check",
        )
        parser.add_argument("--database", default="direct")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            connections[options["database"]].ensure_connection()
        except OperationalError as error:
            self.report([away(error)], as_json=options["json"])
            return
        require_tables(options["database"])
        try:
            outcomes = health(options["database"], options["only"], dict(map(limits, options["threshold"])))
        except UnknownCheck as error:
            raise CommandError(str(error)) from None
        self.report(outcomes, as_json=options["json"])

    def report(self, outcomes: list[Outcome], *, as_json: bool) -> None:
        """Print the outcomes. Exit with the code of the worst level."""
        level = worst(outcome.level for outcome in outcomes)
        if as_json:
            found = {"level": level, "checks": [outcome.as_dict() for outcome in outcomes]}
            self.stdout.write(json.dumps(found, indent=1, ensure_ascii=False))
        else:
            self.show(outcomes)
        if code := CODES[level]:
            raise SystemExit(code)

    def show(self, outcomes: list[Outcome]) -> None:
        """Print problems, hints and a summary."""
        for outcome in outcomes:
            for problem in outcome.problems:
                value = f" ({problem.value:g} {outcome.unit})".replace(" )", ")") if problem.value is not None else ""
                self.stdout.write(f"{problem.level:8}  {outcome.name}  {problem.subject}: {problem.detail}{value}")
            if outcome.problems:
                self.stdout.write(f"          {outcome.hint}")
            elif outcome.note:
                self.stdout.write(f"{outcome.level:8}  {outcome.name}  {outcome.note}")
        well = sum(not outcome.problems and not outcome.note for outcome in outcomes)
        self.stdout.write(f"{well} of {len(outcomes)} checks passed.")


def away(error: OperationalError) -> Outcome:
    """Return the outcome for a database that can't be reached."""
    why = why_unreachable(error) or str(error).strip().splitlines()[0]
    return Outcome(
        "database", "Database", "critical", "Nothing else can be checked.",
        "Start the server, or correct the settings.",
        problems=[Problem("critical", "connection", why)],
    )  # fmt: skip


def limits(text: str) -> tuple[str, tuple[float | None, float | None]]:
    """Return the thresholds of a check."""
    name, _, numbers = text.partition("=")
    try:
        warn, critical = (float(number) if number else None for number in numbers.split(","))
    except ValueError:
        raise CommandError(
            f"--threshold {text} can't be read. Write CHECK=WARN,CRITICAL, for example long_queries=30,300."
        ) from None
    return name, (warn, critical)
