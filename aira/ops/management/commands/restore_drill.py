"""Proves a backup by restoring it."""

from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from aira.ops.backup import BackupError, dump, recovery
from aira.ops.backup.drill import Outcome, drill
from aira.ops.models import RestoreDrill


def moment(text: str) -> datetime:
    """Without a zone it is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Restores a backup into a server of its own on this machine, compares it with what was backed up (rows, newest "
        "rows, policies, triggers, constraints, migrations, the ledger's proof), and removes the server. Exit code 1 "
        "when it is not the same."
    )
    # It must run when the database is lost.
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="a .dump; default: the newest in BACKUP_DIR")
        parser.add_argument("--driver", choices=["pg_dump", "pgbackrest"], default="pg_dump", help="default: pg_dump")
        parser.add_argument("--to", type=moment, help="pgbackrest's: the point in time, 2026-11-27T03:15:00+00:00")

    def handle(self, *args: Any, **options: Any) -> None:
        by_pgbackrest = options["driver"] == "pgbackrest"
        if (options["file"] and by_pgbackrest) or (options["to"] and not by_pgbackrest):
            raise CommandError("A file is for the driver pg_dump, --to for the driver pgbackrest.")
        try:
            outcome = recovery.recover(options["to"]) if by_pgbackrest else drill(options["file"] or dump.newest())
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.record(outcome)
        as_were = "as they were or later" if by_pgbackrest else "as they were"
        if outcome.problems:
            raise CommandError(
                f"{options['file'] or outcome.backup} can't be relied on:\n  " + "\n  ".join(outcome.problems)
            )
        self.stdout.write(
            f"{outcome.backup}: {outcome.rows} rows of {outcome.tables} tables {as_were}, the ledger proves itself. "
            f"Restored in {outcome.restored_in:.1f} s (RTO); it was {timedelta(seconds=int(outcome.lost))} old (RPO)."
        )

    def record(self, outcome: Outcome) -> None:
        try:
            RestoreDrill.objects.using("direct").create(
                file=outcome.backup,
                restored_in=timedelta(seconds=outcome.restored_in),
                lost=timedelta(seconds=outcome.lost),
                rows=outcome.rows,
                problems=outcome.problems,
            )
        except DatabaseError as error:
            self.stderr.write(
                f"The outcome was not recorded, the database does not take it: {str(error).splitlines()[0]}"
            )
