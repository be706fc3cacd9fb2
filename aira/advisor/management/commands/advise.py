"""Run the advisor from the command line."""

import json
from argparse import ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand

from aira.advisor import LEVELS, advise, lints
from aira.schema.server_version import require_tables


class Command(BaseCommand):
    """Command that runs the advisor."""

    help = "Check the live catalog for security holes and slow spots. Exit code 1 if there are errors or warnings."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")
        parser.add_argument("--level", choices=LEVELS, default="info", help="leave out less serious findings")
        parser.add_argument("--database", default="direct")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        require_tables(options["database"])
        wanted = LEVELS[: LEVELS.index(options["level"]) + 1]
        findings = [finding for finding in advise(options["database"]) if finding.level in wanted]
        if options["json"]:
            self.stdout.write(json.dumps([finding.as_dict() for finding in findings], indent=1))
        else:
            for finding in findings:
                self.stdout.write(f"{finding.level:5}  {finding.lint}  {finding.subject}: {finding.detail}")
                self.stdout.write(f"       {finding.fix}")
            self.stdout.write(f"{len(findings)} findings of {len(lints())} lints.")
        if any(finding.level != "info" for finding in findings):
            raise SystemExit(1)
