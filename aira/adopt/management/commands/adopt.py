"""Take over the database that the original design made."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, override

import psycopg
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError

from aira.adopt import AdoptError, adoption, rehearsal, report
from aira.adopt.decisions import Decisions
from aira.adopt.survey import as_csv, as_json, as_text, survey, to_decide
from aira.ops.backup import BackupError

FORMATS = {"text": as_text, "json": as_json, "csv": as_csv}


class Command(BaseCommand):
    """Check, rehearse, run or abandon an adoption."""

    help = (
        "Take over the database that the original design's migrations made, while services write to it. "
        "docs/ADOPTION.md explains the steps. --check changes nothing, and exits with 1 if a decision is missing. "
        "A stopped run continues when it is started again."
    )
    requires_migrations_checks = False
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--check",
            action="store_true",
            help="list the differences, and the rows that a rule would refuse; change nothing",
        )
        how.add_argument(
            "--rehearse", action="store_true", help="adopt a copy on a separate server, and report how long it took"
        )
        how.add_argument(
            "--abandon", action="store_true", help="remove everything that adoption made; only before the switch"
        )
        parser.add_argument(
            "--in-place",
            action="store_true",
            help="change the original tables themselves; needs less disk space, but locks them for longer",
        )
        parser.add_argument("--decisions", type=Path, metavar="FILE", help="JSON file with decisions")
        parser.add_argument(
            "--write-decisions", type=Path, metavar="FILE", help="with --check: write a file with all open decisions"
        )
        parser.add_argument("--format", choices=FORMATS, default="text", help="format of --check (default: text)")
        parser.add_argument(
            "--report",
            type=Path,
            metavar="FILE",
            help="write the report as JSON: with --check the promise for each object and row, for a person to sign; "
            "otherwise the results, after each step",
        )
        parser.add_argument(
            "--signed",
            type=Path,
            metavar="FILE",
            help="signed report of --check: adopt only if the database still matches it",
        )
        parser.add_argument("--database", default="direct")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            decisions = Decisions.read(options["decisions"])
            if options["check"] or options["rehearse"]:
                require_original(options["database"], "check" if options["check"] else "rehearse")
            if options["check"]:
                self.check_only(decisions, options)
            elif options["abandon"]:
                adoption.abandon(options["database"], self.stdout.write)
            elif options["rehearse"]:
                outcome = rehearsal.rehearse(options["database"], decisions, self.stdout.write)
                self.stdout.write(str(outcome))
                if not outcome.succeeded:
                    raise AdoptError("The copy was not adopted. The live database is unchanged.")
            else:
                signed = report.read_signed(options["signed"]) if options["signed"] else None
                adoption.adopt(
                    options["database"],
                    decisions,
                    self.stdout.write,
                    report_to=options["report"],
                    signed=signed,
                    in_place=options["in_place"],
                )
        except (AdoptError, BackupError) as error:
            raise CommandError(str(error)) from None
        except (DatabaseError, InterfaceError) as error:
            lost = lost_connection(error)
            if lost is None:
                raise
            raise CommandError(
                f"The connection was lost: {lost}. Committed work stays. Run adopt again to continue."
            ) from error

    def check_only(self, decisions: Decisions, options: dict[str, Any]) -> None:
        """Write the result of a check, and exit with 1 if something must be decided."""
        found = survey(options["database"], decisions)
        if options["write_decisions"]:
            options["write_decisions"].write_text(to_decide(found) + "\n", encoding="utf-8")
        if options["report"]:
            report.write_promise(options["report"], found)
        self.stdout.write(FORMATS[options["format"]](found))
        if not found.ready:
            raise SystemExit(1)


def require_original(alias: str, to_do: str) -> None:
    """Raise CommandError unless the database is at the stage of the original."""
    at = adoption.stage(alias)
    if at is not adoption.Stage.ORIGINAL:
        raise CommandError(f"There is nothing to {to_do}: this database {at.value}.")


def lost_connection(error: BaseException | None) -> str | None:
    """Return why the connection to the server ended, or None if it did not end."""
    while error is not None:
        if isinstance(error, psycopg.OperationalError) and (error.sqlstate or "08")[:3] in ("08", "080", "57P"):
            return str(error).strip().splitlines()[0]
        error = error.__cause__ or error.__context__
    return None
