"""Archive and restore months from the command line."""

from argparse import ArgumentParser
from typing import Any, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aira.ops import archive
from aira.ops.archive_files import ArchiveError, Month, parse, read_manifest, verify
from aira.ops.models import Archive


class Command(BaseCommand):
    """Command that archives, lists, verifies and restores months."""

    help = (
        "Move months of the audit and of the delivery log that are past their retention to compressed CSV in "
        "ARCHIVE_DIR. The worker does this daily if ARCHIVE_DIR is set."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="list due months and change nothing")
        what.add_argument("--list", action="store_true", help="list archived months")
        what.add_argument("--verify", action="store_true", help="read every archive and compare it with its manifest")
        what.add_argument(
            "--restore", nargs=2, metavar=("TABLE", "MONTH"), help="restore a month, for example audit.events 2024-01"
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["restore"]:
                self.restore(*options["restore"])
            elif options["list"] or options["verify"]:
                self.show(check=options["verify"])
            else:
                self.archive(dry_run=options["dry_run"])
        except ArchiveError as error:
            raise CommandError(str(error)) from None

    def restore(self, table: str, text: str) -> None:
        """Restore a month."""
        if table not in settings.ARCHIVE_AFTER:
            raise CommandError(f"{table} is not archived. Known: {', '.join(settings.ARCHIVE_AFTER)}.")
        manifest = archive.restore(Month(table, parse(text)))
        self.stdout.write(f"{table}, {text}: restored {manifest.rows} rows")

    def show(self, *, check: bool) -> None:
        """List the archives, and verify them if asked."""
        wrong = 0
        for one in Archive.objects.all():
            note = f", restored on {one.restored_at:%Y-%m-%d}" if one.restored_at else ""
            if check:
                month = Month(one.table_name, one.month)
                try:
                    verify(month, read_manifest(month))
                except ArchiveError as error:
                    note, wrong = f": {error}", wrong + 1
                else:
                    note = ", verified"
            self.stdout.write(f"{one}: {one.rows} rows in {one.file}{note}")
        if wrong:
            raise CommandError(f"{wrong} archives are damaged. Take their files from another copy.")

    def archive(self, *, dry_run: bool) -> None:
        """Archive the due months, or list them."""
        today = timezone.now().date()
        if dry_run:
            for month in archive.due(today):
                self.stdout.write(f"{month}: due")
            return
        wrong = 0
        for month, outcome in archive.archive_due(today):
            if isinstance(outcome, ArchiveError):
                self.stderr.write(str(outcome))
                wrong += 1
            else:
                self.stdout.write(f"{month}: moved {outcome.rows} rows to {month.data}")
        if wrong:
            raise CommandError(f"{wrong} months were not archived.")
