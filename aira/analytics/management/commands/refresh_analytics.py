"""Figures, now instead of at the next run of the job."""

from argparse import ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError

from aira.analytics import refresh
from aira.analytics.models import AnalyticsRefresh


class Command(BaseCommand):
    help = "Computes the materialized views of schema analytics anew, while they can be read."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("views", nargs="*", help="names (default: all)")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        known = refresh.views()
        if unknown := set(options["views"]) - set(known):
            raise CommandError(
                f"no view of analytics is called {', '.join(sorted(unknown))}; known: {', '.join(known)}."
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
            raise CommandError(f"{failed} of {len(options['views'] or known)} views could not be refreshed.")
