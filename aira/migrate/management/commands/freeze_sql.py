"""Freeze living SQL beside a migration from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, override

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from aira.schema.living_sql import PROJECT, living_file


class Command(BaseCommand):
    """Command that freezes living SQL."""

    # The command works on files, so no database is needed.
    requires_system_checks = ()
    help = (
        "Copy the living files NAME.sql … to APP/migrations/MIGRATION.sql, for run_sql(__file__, 'MIGRATION'). "
        "Write MIGRATION.down.sql by hand, with the previous definitions or a drop."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("app", help="app label")
        parser.add_argument("migration", help="for example 0007_capacity_of")
        parser.add_argument("names", nargs="+", help="living files, in the order in which they must run")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(apps.get_app_config(options["app"]).path)
        frozen = folder / "migrations" / f"{options['migration']}.sql"
        if frozen.exists():
            raise CommandError(f"{frozen.name} is frozen already. Make a new migration for a change.")
        app = str(folder.relative_to(PROJECT))
        try:
            living = [living_file(app, name).read_text(encoding="utf-8") for name in options["names"]]
        except LookupError as error:
            raise CommandError(str(error.args[0])) from None
        frozen.write_text("\n".join(living), encoding="utf-8")
        self.stdout.write(f"Wrote {frozen.relative_to(folder.parent)}. Add its .down.sql.")
