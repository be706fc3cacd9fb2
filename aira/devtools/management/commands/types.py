"""Generate docs/types for developers of the other services."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aira.devtools.types import written


class Command(BaseCommand):
    """Command that writes or checks the types."""

    help = (
        "Write docs/types/database.types.ts and database_types.py from the live catalog, like `supabase gen types`. "
        "With --check, compare them with the files."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, and fail if a file differs")
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
                self.stdout.write(f"Wrote {name}.")
            elif not file.exists() or file.read_text(encoding="utf-8") != text:
                raise CommandError(f"{name} differs from the database. Run `manage.py types` and check the changes.")
