"""Purge the trash from the command line."""

from argparse import ArgumentParser
from typing import Any, override

from django.conf import settings
from django.core.management.base import BaseCommand

from aira.schema import trash


class Command(BaseCommand):
    """Command that purges the trash."""

    help = "Remove rows permanently that have been in the trash for TRASH_RETENTION days. The worker does this daily."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count the rows and remove nothing")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        for model in trash.trashable():
            count = (trash.due if options["dry_run"] else trash.purge)(model, settings.TRASH_RETENTION)
            what = "to be removed" if options["dry_run"] else "removed"
            self.stdout.write(f"{model._meta.verbose_name_plural}: {count} {what}")
