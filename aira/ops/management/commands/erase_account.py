"""Erase an account from the command line."""

from argparse import ArgumentParser
from typing import Any, override
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from aira.ops import accounts
from aira.ops.archive_files import ArchiveError


class Command(BaseCommand):
    """Command that erases an account."""

    help = "Remove an account and all its personal data permanently. The ledger stays, without any link to it."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="e-mail or id (the id if the account was deleted elsewhere)")
        parser.add_argument(
            "--reason", required=True, help="recorded in the audit, for example a ticket number; no personal data"
        )
        parser.add_argument("--yes", action="store_true", help="don't ask for confirmation")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        pk, name = self.known(options["account"])
        if not options["yes"]:
            self.stdout.write(f"{name}: this removes the account, its businesses and all their rows permanently.")
            if input("Enter the e-mail or id again: ").strip().lower() != options["account"].strip().lower():
                raise CommandError("The two inputs differ. Nothing was changed.")
        done = accounts.erase(account=pk, reason=options["reason"])
        counts = ", ".join(f"{count} {what}" for what, count in done.items())
        self.stdout.write(f"{pk}: erased ({counts}). Remove its files from the storage as well.")
        try:
            for month in accounts.redact_archives(account=pk):
                self.stdout.write(f"{month}: redacted in the archive")
        except ArchiveError as error:
            raise CommandError(
                f"Archived months still name the account: {error} Run this again where they are stored."
            ) from None

    def known(self, who: str) -> tuple[UUID, str]:
        """Return the id and the name of the account."""
        try:
            account = accounts.find(who)
        except accounts.UnknownAccount as error:
            try:
                return UUID(who), who
            except ValueError:
                raise CommandError(str(error)) from None
        return account.pk, str(account)
