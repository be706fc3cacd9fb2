"""Keys of programs that use the API."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from aira.api import keys
from aira.api.models import RATE_LIMIT, ApiKey
from aira.api.scopes import scopes
from aira.schema.errors import explain


def days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 3650):
        raise ArgumentTypeError(f"give a number of days up to 3650, not {text}")
    return int(text)


class Command(BaseCommand):
    help = "Makes, lists, rotates and revokes keys of the API. A secret is printed once, alone on the standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("scopes", help="what a key can be allowed")
        verbs.add_parser("list", help="every key, and when it was last used")
        create = verbs.add_parser("create", help="make one")
        create.add_argument("name", help="the program that uses it")
        create.add_argument("--purpose", required=True, help="recorded as the reason of writes that send none")
        create.add_argument("--scope", action="append", required=True, dest="scopes", metavar="RESOURCE:VERB")
        create.add_argument("--days", type=days, help="until it expires; without, it does not")
        create.add_argument("--rate-limit", type=int, default=RATE_LIMIT, help="requests in a minute")
        rotate = verbs.add_parser("rotate", help="give one a new secret")
        rotate.add_argument("name")
        rotate.add_argument("--overlap-days", type=days, default=keys.OVERLAP.days, help="the old secret still opens")
        revoke = verbs.add_parser("revoke", help="shut one out, for good")
        revoke.add_argument("name")

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
        for scope, meaning in scopes().items():
            self.stdout.write(f"{scope}: {meaning}")

    def list(self, options: dict[str, Any]) -> None:
        for key in ApiKey.objects.all():
            used = f"last used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
            self.stdout.write(f"{key}: {key.state}, {used}; {' '.join(key.scopes)}")

    def create(self, options: dict[str, Any]) -> None:
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
        overlap = timedelta(days=options["overlap_days"])
        self.show(keys.rotate(key=self.known(options["name"]).pk, overlap=overlap))

    def revoke(self, options: dict[str, Any]) -> None:
        keys.revoke(key=self.known(options["name"]).pk)
        self.stdout.write(f"{options['name']}: revoked")

    def show(self, made: keys.NewSecret) -> None:
        self.stderr.write(f"{made.key.name}: keep this secret now, it is not shown again.")
        self.stdout.write(made.secret)

    def known(self, name: str) -> ApiKey:
        key: ApiKey | None = ApiKey.objects.filter(name=name, revoked_at=None).first()
        if key is None:
            raise CommandError(f"there is no key {name!r} that could be used; `manage.py api_key list` shows them.")
        return key
