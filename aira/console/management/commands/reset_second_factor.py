"""For a device that is lost while nobody else can get into the console."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from aira.audit.actor import because
from aira.console import second_factor
from aira.console.models import StaffUser


class Command(BaseCommand):
    help = "Takes the second factor of a member of staff away, on record: the next login sets up another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="recorded with it, such as a ticket's number")

    def handle(self, *args: Any, **options: Any) -> None:
        user = StaffUser.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"no member of staff is called {options['username']!r}.")
        if user.second_factor_at is None:
            raise CommandError(f"{user} has no second factor: the next login sets one up.")
        with transaction.atomic():
            because(options["reason"])
            second_factor.reset(user=user)
        self.stdout.write(f"{user}'s second factor is reset.")
