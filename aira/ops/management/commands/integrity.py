"""Everything that is stored, compared with its rules."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from aira.ops.integrity import inspect, parts, record
from aira.schema.server_version import require_tables


class Command(BaseCommand):
    help = (
        "Reads everything, over DATABASE_DIRECT_URL: the ledger's proof, orphans, rows in another tenant, broken "
        "rules, damaged indexes, objects changed by hand. Exit code 1 when it finds something. It locks nobody out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", nargs="+", default=[], choices=list(parts()), help="just these; not recorded")
        parser.add_argument("--json", action="store_true", help="the report as JSON")
        parser.add_argument("--database", default="direct")

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
                self.stdout.write(f"not looked at: {name}: {why}")
            looked = ", ".join(f"{name} {count}" for name, count in report.looked_at.items())
            self.stdout.write(f"{len(report.faults)} faults, {report.seconds:.1f} s. Looked at: {looked}.")
        if report.faults:
            raise SystemExit(1)
