"""What was changed by hand."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aira.migrate.catalog import read
from aira.migrate.catalog.reference import FILE, drift, raw, to_migrate, write
from aira.schema.server_version import require_tables


class Command(BaseCommand):
    help = (
        "Compares tables, columns, constraints, indexes, views, policies, triggers, functions and grants with what the "
        "migrations make. Exit code 1 when something was changed by hand."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="differences as JSON")
        parser.add_argument(
            "--write", action="store_true", help=f"make {FILE.name} anew, of a freshly migrated database"
        )
        parser.add_argument("--database", default="direct")

    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["database"]
        require_tables(alias)
        if missing := to_migrate(alias):
            raise CommandError(
                f"{len(missing)} migrations are not applied, from {missing[0]} on: run manage.py migrate."
            )
        if options["write"]:
            write(read(raw(alias)))
            self.stdout.write(f"{FILE.name} written.")
            return
        found = drift(alias)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False))
        else:
            for one in found:
                self.stdout.write(str(one))
            self.stdout.write(f"{len(found)} objects are not as the migrations make them.")
        if found:
            raise SystemExit(1)
