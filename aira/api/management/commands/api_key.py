"""Manage API keys from the command line."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from aira.api import keys
from aira.api.models import RATE_LIMIT, ApiKey
from aira.api.scopes import scopes
from aira.schema.errors import explain


def days(text: str) -> int:
    """Return a number of days."""
    if not (text.isascii() and text.isdigit() and int(text) <= 3650):
        raise ArgumentTypeError(f"“{text}” is not a number of days from 0 to 3650")
    return int(text)


class Command(BaseCommand):
    """Command that creates, lists, rotates and revokes API keys."""

    help = "Create, list, rotate and revoke API keys. A secret is printed once, alone on the standard output."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("scopes", help="list all scopes")
        verbs.add_parser("list", help="list all keys with their last use")
        create = verbs.add_parser("create", help="create a key")
        create.add_argument("name", help="program that uses the key")
        create.add_argument("--purpose", required=True, help="recorded as the reason of writes without one")
        create.add_argument("--scope", action="append", required=True, dest="scopes", metavar="RESOURCE:VERB")
        create.add_argument("--days", type=days, help="days until it expires (default: never)")
        create.add_argument("--rate-limit", type=int, default=RATE_LIMIT, help="requests per minute")
        rotate = verbs.add_parser("rotate", help="give a key a new secret")
        rotate.add_argument("name")
        rotate.add_argument(
            "--overlap-days", type=days, default=keys.OVERLAP.days, help="days for which the old secret remains valid"
        )
        revoke = verbs.add_parser("revoke", help="revoke a key permanently")
        revoke.add_argument("name")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                getattr(self, options["verb"])(options)
        except keys.KeyRefused as refused:
            raise CommandError(str(refused)) from None
        except DatabaseError as error:
            refusal = explain(error)
            if refusal is None:
                raise
            raise CommandError(str(refusal)) from None

    def scopes(self, options: dict[str, Any]) -> None:
        """Print all scopes."""
        for scope, meaning in scopes().items():
            self.stdout.write(f"{scope}: {meaning}")

    def list(self, options: dict[str, Any]) -> None:
        """Print all keys."""
        for key in ApiKey.objects.all():
            used = f"last used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
            self.stdout.write(f"{key}: {key.state}, {used}; {' '.join(key.scopes)}")

    def create(self, options: dict[str, Any]) -> None:
        """Create a key."""
        days = options["days"]
        self.show(
            keys.make(
                name=options["name"],
                purpose=options["purpose"],
                scopes=options["scopes"],
                expires_at=None if days is None else timezone.now() + timedelta(days=days),
                rate_limit=options["rate_limit"],
            )
        )

    def rotate(self, options: dict[str, Any]) -> None:
        """Rotate a key."""
        overlap = timedelta(days=options["overlap_days"])
        self.show(keys.rotate(key=self.known(options["name"]).pk, overlap=overlap))

    def revoke(self, options: dict[str, Any]) -> None:
        """Revoke a key."""
        keys.revoke(key=self.known(options["name"]).pk)
        self.stdout.write(f"{options['name']}: revoked")

    def show(self, made: keys.NewSecret) -> None:
        """Print the secret."""
        self.stderr.write(f"{made.key.name}: store this secret now. It is not shown again.")
        self.stdout.write(made.secret)

    def known(self, name: str) -> ApiKey:
        """Return the key that is in use under this name."""
        key: ApiKey | None = ApiKey.objects.filter(name=name, revoked_at=None).first()
        if key is None:
            raise CommandError(f"No key in use is called {name!r}. `manage.py api_key list` shows all.")
        return key
