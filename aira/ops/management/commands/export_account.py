"""Everything about an account, as JSON."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aira.ops import accounts


class Command(BaseCommand):
    help = "Writes everything that is kept about an account to a file, as JSON. That it was exported is on record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="e-mail or id")
        parser.add_argument("--reason", required=True, help="on record, such as a ticket's number")
        parser.add_argument("--output", type=Path, help="default: account-ID.json; only you can read it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            account = accounts.find(options["account"])
        except accounts.UnknownAccount as error:
            raise CommandError(str(error)) from None
        path = options["output"] or Path(f"account-{account.pk}.json")
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. Give another file with --output.") from None
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(accounts.export(account=account.pk, reason=options["reason"]))
        self.stdout.write(f"{account}: written to {path}")
