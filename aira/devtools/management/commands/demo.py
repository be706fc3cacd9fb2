"""Load the demo from the command line."""

from typing import Any, override

from django.core.management.base import BaseCommand

from aira.devtools import demo


class Command(BaseCommand):
    """Command that loads the demo."""

    help = "Load three demo tenants, written as each service writes. A second run changes nothing."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        demo.load(self.stdout.write)
