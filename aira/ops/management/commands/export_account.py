"""Export an account from the command line."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError

from aira.ops import accounts


class Command(BaseCommand):
    """Command that exports all data of an account."""

    help = "Write all data of an account to a JSON file. The audit records the export."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="e-mail or id")
        parser.add_argument("--reason", required=True, help="recorded in the audit, for example a ticket number")
        parser.add_argument("--output", type=Path, help="default: account-ID.json, readable only by you")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            account = accounts.find(options["account"])
        except accounts.UnknownAccount as error:
            raise CommandError(str(error)) from None
        path = options["output"] or Path(f"account-{account.pk}.json")
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror}. Name another file with --output.") from None
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(accounts.export(account=account.pk, reason=options["reason"]))
        self.stdout.write(f"{account}: written to {path}")
