"""Demo data."""

from typing import Any, override

from django.core.management.base import BaseCommand

from aira.devtools import demo


class Command(BaseCommand):
    help = "Loads three demo tenants, written as each service writes; a second run changes nothing."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        demo.load(self.stdout.write)
