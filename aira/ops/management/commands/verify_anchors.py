"""Compare anchors with the database from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError

from aira.ops.anchors import AnchorError, proof, signing
from aira.schema.server_version import require_tables


class Command(BaseCommand):
    """Command that proves the ledger and the audit against anchors."""

    help = (
        "Verify the signatures of anchors and compare them with the database: each ledger entry and audit event that "
        "was changed, added or removed since is named. Exit code 1 if there is one."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="files of anchors, or folders of them")
        parser.add_argument(
            "--public-key",
            action="append",
            default=[],
            help="key to trust, repeatable; default: the public key of ANCHOR_KEY",
        )
        parser.add_argument("--database", default="direct")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        require_tables(options["database"])
        keys = options["public_key"] or [key for key in [signing.own_public_key()] if key]
        if not keys:
            raise CommandError("Which key do you trust? Give it with --public-key, or set ANCHOR_KEY.")
        try:
            documents = proof.read(options["files"])
            problems = proof.verify(documents, keys, options["database"])
        except AnchorError as error:
            raise CommandError(str(error)) from None
        for problem in problems:
            self.stdout.write(problem)
        self.stdout.write(f"{len(documents)} anchors, {len(problems)} contradictions.")
        if problems:
            raise SystemExit(1)
