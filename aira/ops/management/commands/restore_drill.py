"""Prove a backup from the command line by restoring it."""

from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from aira.ops.backup import BackupError, dump, recovery
from aira.ops.backup.drill import drill
from aira.ops.backup.restore import Outcome
from aira.ops.models import RestoreDrill


def moment(text: str) -> datetime:
    """Return a time. Without an offset it is in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Command(BaseCommand):
    """Command that restores a backup and checks it."""

    help = (
        "Restore a backup into a separate server on this machine, compare it with the recorded state (rows, newest "
        "rows, policies, triggers, constraints, migrations, the ledger proof), and remove the server. Exit code 1 "
        "if there are differences."
    )
    # The command must run while the database is lost.
    requires_system_checks = ()
    requires_migrations_checks = False

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="a dump (default: the newest in BACKUP_DIR)")
        parser.add_argument("--driver", choices=["pg_dump", "pgbackrest"], default="pg_dump", help="default: pg_dump")
        parser.add_argument(
            "--to", type=moment, help="for pgbackrest: the point in time, for example 2026-11-27T03:15:00+00:00"
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        by_pgbackrest = options["driver"] == "pgbackrest"
        if (options["file"] and by_pgbackrest) or (options["to"] and not by_pgbackrest):
            raise CommandError("Use a file only with --driver pg_dump, and --to only with --driver pgbackrest.")
        try:
            outcome = recovery.recover(options["to"]) if by_pgbackrest else drill(options["file"] or dump.newest())
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.record(outcome)
        state = "the recorded ones or later" if by_pgbackrest else "the recorded ones"
        if outcome.problems:
            raise CommandError(
                f"{options['file'] or outcome.backup} is not reliable:\n  " + "\n  ".join(outcome.problems)
            )
        self.stdout.write(
            f"{outcome.backup}: {outcome.rows} rows of {outcome.tables} tables are {state}, and the ledger proof "
            f"passed. Restored in {outcome.restored_in:.1f} s (RTO). "
            f"The backup was {timedelta(seconds=int(outcome.lost))} old (RPO)."
        )

    def record(self, outcome: Outcome) -> None:
        """Record the outcome if the database is available."""
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
                f"The outcome was not recorded, because the database refused: {str(error).splitlines()[0]}"
            )
