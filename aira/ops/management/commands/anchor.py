"""Make and send anchors from the command line."""

from argparse import ArgumentParser
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError

from aira.ops.anchors import AnchorError, sending, signing, statement


class Command(BaseCommand):
    """Command that makes an anchor and sends all that were not sent."""

    help = (
        "Seal the audit, sign the newest hashes of the ledger and the audit with ANCHOR_KEY, and send the statement to "
        "the destinations of ANCHOR_TO. The worker does the same once a day. Exit code 1 if a destination refuses."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-key", action="store_true", help="print a new pair of keys, and do nothing else")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            private, public = signing.new_key()
            self.stdout.write(f"ANCHOR_KEY={private}\nPublic key, to keep outside of this site: {public}")
            return
        try:
            anchor = statement.make()
        except AnchorError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Anchor {anchor.number} is stored and signed by key {anchor.key}.")
        refused = False
        for name, outcome in sending.send():
            if isinstance(outcome, AnchorError):
                refused = True
                self.stderr.write(f"Not sent: {outcome}")
            else:
                self.stdout.write(f"Sent {outcome} to {name}.")
        if refused:
            raise SystemExit(1)
