"""Walk through a deployment from the command line."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, override

from django.core.management.base import BaseCommand

from aira.ops.doctor import walk
from aira.ops.doctor.findings import WRONG


class Command(BaseCommand):
    """Command that looks at each part of a deployment and says what to do next."""

    # The first step runs the system checks and reports them.
    requires_system_checks = ()
    help = (
        "Look at settings, database, pooler, migrations, roles, worker, services, mail, staff, backups, anchors, "
        "health and proxy, and say what to do next. Exit code 0: nothing to do. 1: parts are not set up. 2: something "
        "is wrong."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", help="address of the site as people open it, such as https://console.example.com")
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        found = dict(walk(options["url"]))
        every = [finding for findings in found.values() for finding in findings]
        wrong = [finding for finding in every if finding.kind == WRONG]
        if options["json"]:
            steps = {step: [asdict(finding) for finding in findings] for step, findings in found.items()}
            self.stdout.write(json.dumps(steps, indent=1, ensure_ascii=False))
        else:
            for step, findings in found.items():
                if not findings:
                    self.stdout.write(f"ok       {step}")
                for finding in findings:
                    self.stdout.write(f"{finding.kind:8} {step}: {finding.text}\n         {finding.todo}")
            if every:
                following = (wrong or every)[0]
                self.stdout.write(f"\nNext: {following.todo}")
        if every:
            raise SystemExit(2 if wrong else 1)
