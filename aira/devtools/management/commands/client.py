"""Generate the part of clients/python that follows from the description of the API."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Command that writes or checks the generated client."""

    # The client comes from docs/openapi.yaml alone, so no database is needed.
    requires_system_checks = ()
    help = (
        "Write clients/python/src/aira_client/generated from docs/openapi.yaml, with the templates in"
        " aira/devtools/client. With --check, compare it with the files."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, and fail if a file differs")
        parser.add_argument("--folder", type=Path, help="another folder for the files")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        # A deployment lacks the packages of development.
        from aira.devtools.client.rendering import TARGET, written

        folder: Path = options["folder"] or TARGET
        files = written()
        if not options["check"]:
            shutil.rmtree(folder, ignore_errors=True)
            for name, text in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"Wrote {len(files)} files to {folder.name}.")
            return
        there = {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in folder.rglob("*.py")}
        if wrong := sorted(name for name in files.keys() | there.keys() if files.get(name) != there.get(name)):
            raise CommandError(f"{', '.join(wrong[:3])} differ from docs/openapi.yaml. Run `make client`.")
