"""The erasure of an account."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from aira.ops import accounts
from aira.ops.archive_files import ArchiveError


class Command(BaseCommand):
    help = "Removes an account and everything personal about it, for good. The ledger stays, anonymous."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="e-mail or id; the id alone when the account was deleted elsewhere")
        parser.add_argument("--reason", required=True, help="on record, such as a ticket's number; nothing personal")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        pk, name = self.known(options["account"])
        if not options["yes"]:
            self.stdout.write(f"{name}: the account, its businesses and all that belongs to them go for good.")
            if input("Type the e-mail or id again: ").strip().lower() != options["account"].strip().lower():
                raise CommandError("That is not what you gave. Nothing was changed.")
        done = accounts.erase(account=pk, reason=options["reason"])
        counts = ", ".join(f"{count} {what}" for what, count in done.items())
        self.stdout.write(f"{pk}: erased ({counts}). Its files in storage are not this database's: remove them there.")
        try:
            for month in accounts.redact_archives(account=pk):
                self.stdout.write(f"{month}: redacted in the archive")
        except ArchiveError as error:
            raise CommandError(
                f"Archived months still name the account: {error} Run this again where they are."
            ) from None

    def known(self, who: str) -> tuple[UUID, str]:
        try:
            account = accounts.find(who)
        except accounts.UnknownAccount as error:
            try:
                return UUID(who), who
            except ValueError:
                raise CommandError(str(error)) from None
        return account.pk, str(account)
