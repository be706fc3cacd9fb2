"""Proves a backup by restoring it."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from aira.ops.backup import BackupError, dump
from aira.ops.backup.drill import Outcome, drill
from aira.ops.models import RestoreDrill


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

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            path = options["file"] or dump.newest()
        except BackupError as error:
            raise CommandError(str(error)) from None
        outcome = drill(path)
        self.record(outcome)
        if outcome.problems:
            raise CommandError(f"{path} can't be relied on:\n  " + "\n  ".join(outcome.problems))
        self.stdout.write(
            f"{outcome.backup}: {outcome.rows} rows of {outcome.tables} tables as they were, the ledger proves itself. "
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
