"""Refresh the figures from the command line."""

from argparse import ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError

from aira.analytics import refresh
from aira.analytics.models import AnalyticsRefresh


class Command(BaseCommand):
    """Command that refreshes the figures at once, instead of at the next run of the job."""

    help = "Refresh the materialized views of the schema analytics. They can be read meanwhile."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("views", nargs="*", help="names (default: all)")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        known = refresh.views()
        if unknown := set(options["views"]) - set(known):
            raise CommandError(
                f"No view of analytics is called {', '.join(sorted(unknown))}. Known: {', '.join(known)}."
            )
        failed = 0
        for name, outcome in refresh.refresh(options["views"] or known):
            last = AnalyticsRefresh.objects.filter(view_name=name).first()
            match outcome:
                case "refreshed" if last:
                    self.stdout.write(f"{name}: {last.row_count} rows in {last.duration} ms")
                case "failed":
                    failed += 1
                    self.stdout.write(f"{name}: failed: {last.error if last else 'see the log'}")
                case _:
                    self.stdout.write(f"{name}: {outcome}")
        if failed:
            raise CommandError(
                f"{failed} of {len(options['views'] or known)} views could not be refreshed. "
                "Correct the errors above, then run the command again."
            )
