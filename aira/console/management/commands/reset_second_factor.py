"""Reset a second factor from the command line, for when nobody can log in to the console."""

from argparse import ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from aira.audit.actor import set_reason
from aira.console import second_factor
from aira.console.models import StaffUser


class Command(BaseCommand):
    """Command that resets the second factor of a member of staff."""

    help = "Reset the second factor of a member of staff. The next login sets up a new one. The audit records it."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="recorded in the audit, for example a ticket number")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        user = StaffUser.objects.filter(username=options["username"]).first()
        if user is None:
            name = options["username"]
            raise CommandError(
                f"No member of staff has the user name {name!r}. Look it up in the console, under Staff."
            )
        if user.second_factor_at is None:
            raise CommandError(f"{user} has no second factor. The next login sets one up.")
        with transaction.atomic():
            set_reason(options["reason"])
            second_factor.reset(user=user)
        self.stdout.write(f"The second factor of {user} was reset.")
