"""Freeze living SQL beside a migration."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from aira.schema.living_sql import PROJECT, living_file


class Command(BaseCommand):
    # It works on files: no database is needed.
    requires_system_checks = ()
    help = (
        "Copies the living files NAME.sql … into APP/migrations/MIGRATION.sql, for run_sql(__file__, 'MIGRATION'). "
        "Write MIGRATION.down.sql by hand: what stood there before, or a drop."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("app", help="app label")
        parser.add_argument("migration", help="such as 0007_capacity_of")
        parser.add_argument("names", nargs="+", help="living files, in the order they must run")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(apps.get_app_config(options["app"]).path)
        frozen = folder / "migrations" / f"{options['migration']}.sql"
        if frozen.exists():
            raise CommandError(f"{frozen.name} is frozen already; a change is a new migration.")
        app = str(folder.relative_to(PROJECT))
        try:
            living = [living_file(app, name).read_text(encoding="utf-8") for name in options["names"]]
        except LookupError as error:
            raise CommandError(str(error.args[0])) from None
        frozen.write_text("\n".join(living), encoding="utf-8")
        self.stdout.write(f"{frozen.relative_to(folder.parent)} written; it needs a .down.sql.")
