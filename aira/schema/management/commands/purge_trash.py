"""The end of the trash."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from aira.schema import trash


class Command(BaseCommand):
    help = "Removes for good what has been in the trash for longer than TRASH_RETENTION days. The worker does it daily."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and remove nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        for model in trash.trashable():
            count = (trash.due if options["dry_run"] else trash.purge)(model, settings.TRASH_RETENTION)
            what = "to be removed" if options["dry_run"] else "removed"
            self.stdout.write(f"{model._meta.verbose_name_plural}: {count} {what}")
