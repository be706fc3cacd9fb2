"""Write the access matrix from the command line."""

import json
from argparse import ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError

from aira.ops.access_matrix import DOCS, as_markdown, build, differences


class Command(BaseCommand):
    """Command that writes or checks the access matrix."""

    help = "Try what each role can do, and write docs/ACCESS.md and docs/access.json. The database is not changed."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="compare with the committed files, with exit code 1 if they differ"
        )
        parser.add_argument("--database", default="direct")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        found = build(options["database"])
        file = DOCS / "access.json"
        if not options["check"]:
            file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            (DOCS / "ACCESS.md").write_text(as_markdown(found), encoding="utf-8")
            self.stdout.write(f"Wrote {file.name} and ACCESS.md.")
            return
        changed = differences(json.loads(file.read_text(encoding="utf-8")), found)
        for line in changed:
            self.stdout.write(line)
        if (DOCS / "ACCESS.md").read_text(encoding="utf-8") != as_markdown(found):
            changed.append("ACCESS.md")
            self.stdout.write("ACCESS.md differs from access.json.")
        if changed:
            raise CommandError(
                f"{len(changed)} cells differ. If the changes are intended, run manage.py access_matrix and commit."
            )
        self.stdout.write("The database matches the committed files.")
