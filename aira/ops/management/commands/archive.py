"""Old months, to files and back."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aira.ops import archive
from aira.ops.archive_files import ArchiveError, Month, parse, read_manifest, verify
from aira.ops.models import Archive


class Command(BaseCommand):
    help = (
        "Moves months of the audit and of the log of deliveries that are past their retention to compressed CSV in "
        "ARCHIVE_DIR. The worker does it daily where ARCHIVE_DIR is set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="say what is due, and change nothing")
        what.add_argument("--list", action="store_true", help="what is archived")
        what.add_argument("--verify", action="store_true", help="read every archive and compare it with its manifest")
        what.add_argument(
            "--restore", nargs=2, metavar=("TABLE", "MONTH"), help="bring a month back, such as audit.events 2024-01"
        )

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
        if table not in settings.ARCHIVE_AFTER:
            raise CommandError(f"{table} is not archived; these are: {', '.join(settings.ARCHIVE_AFTER)}.")
        manifest = archive.restore(Month(table, parse(text)))
        self.stdout.write(f"{table}, {text}: {manifest.rows} rows are back")

    def show(self, *, check: bool) -> None:
        wrong = 0
        for one in Archive.objects.all():
            note = f", back since {one.restored_at:%Y-%m-%d}" if one.restored_at else ""
            if check:
                month = Month(one.table_name, one.month)
                try:
                    verify(month, read_manifest(month))
                except ArchiveError as error:
                    note, wrong = f": {error}", wrong + 1
                else:
                    note = ", as it was written"
            self.stdout.write(f"{one}: {one.rows} rows in {one.file}{note}")
        if wrong:
            raise CommandError(f"{wrong} archives are not as they were written.")

    def archive(self, *, dry_run: bool) -> None:
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
                self.stdout.write(f"{month}: {outcome.rows} rows to {month.data}")
        if wrong:
            raise CommandError(f"{wrong} months are not archived.")
