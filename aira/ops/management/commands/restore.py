"""Restore a backup from the command line."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError

from aira.ops.backup import BackupError
from aira.ops.backup.restore import restore


class Command(BaseCommand):
    """Command that restores a backup into an empty database and checks it."""

    help = (
        "Restore a dump, also an encrypted one, into an empty database, migrate it, and check it: the recorded rows "
        "and guards, drift, integrity, the ledger and the access matrix. The server may be of a newer major version, "
        "or a hosted Supabase. Exit code 1 if a check fails."
    )
    # The command must run while the site's own database is lost.
    requires_system_checks = ()
    requires_migrations_checks = False

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a .dump or .dump.gpg file of BACKUP_DIR")
        parser.add_argument(
            "--into", required=True, metavar="URL",
            help="an empty database, as the role that owns it: postgres://USER:PASSWORD@HOST:PORT/DATABASE",
        )  # fmt: skip

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = restore(options["file"], options["into"], self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from None
        if outcome.problems:
            raise CommandError(
                f"{outcome.backup} is restored, but these checks failed:\n  " + "\n  ".join(outcome.problems)
            )
        self.stdout.write(
            f"{outcome.backup}: {outcome.rows} rows of {outcome.tables} tables were restored "
            f"in {outcome.restored_in:.1f} s. The checks of drift, integrity, ledger and access matrix passed. "
            f"The backup was {timedelta(seconds=int(outcome.lost))} old. Point DATABASE_URL and DATABASE_DIRECT_URL "
            "to the new database, and set the passwords of console and authenticator there."
        )
