"""docs/types, for developers of the other services."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aira.devtools.types import written


class Command(BaseCommand):
    help = (
        "Writes docs/types/database.types.ts and database_types.py from the live catalog, as `supabase gen types` "
        "would; with --check, says whether they are the ones that are there."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when a file is another")
        parser.add_argument("--folder", type=Path, default=Path(settings.BASE_DIR) / "docs" / "types")
        parser.add_argument("--database", default="direct")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        for name, text in written(options["database"]).items():
            file = folder / name
            if not options["check"]:
                folder.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
                self.stdout.write(f"{name} written.")
            elif not file.exists() or file.read_text(encoding="utf-8") != text:
                raise CommandError(
                    f"{name} is not what the database says: run `manage.py types`, and look at the change."
                )
