"""Check the integrity of all stored data from the command line."""

import json
from argparse import ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand

from aira.ops.integrity import inspect, parts, record
from aira.schema.server_version import require_tables


class Command(BaseCommand):
    """Command that runs the integrity checks."""

    help = (
        "Read all data through DATABASE_DIRECT_URL and check it: the ledger proof, orphans, rows of another "
        "tenant, broken rules, damaged indexes and drift. Exit code 1 if there are faults. It takes no blocking locks."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only", nargs="+", default=[], choices=list(parts()), help="run these parts only; the run is not recorded"
        )
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--database", default="direct")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        using, only = options["database"], tuple(options["only"])
        require_tables(using)
        report = inspect(using, only)
        if not only:
            record(report, using)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=1, ensure_ascii=False))
        else:
            for fault in report.faults:
                self.stdout.write(str(fault))
            for name, why in report.not_looked_at.items():
                self.stdout.write(f"not checked: {name}: {why}")
            looked = ", ".join(f"{name} {count}" for name, count in report.looked_at.items())
            self.stdout.write(f"{len(report.faults)} faults, {report.seconds:.1f} s. Checked: {looked}.")
        if report.faults:
            raise SystemExit(1)
