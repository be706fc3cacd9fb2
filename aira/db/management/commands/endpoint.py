"""The addresses of the other services."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from aira.db import endpoints
from aira.db.models import ServiceEndpoint


class Command(BaseCommand):
    help = "`endpoint sync` takes VOICE_AGENT_URL over into the database; `endpoint list` shows what is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["sync", "list"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "sync":
            for name, outcome in endpoints.sync("default").items():
                self.stdout.write(f"{name}: {outcome}")
            return
        for endpoint in ServiceEndpoint.objects.order_by("name"):
            self.stdout.write(f"{endpoint.name}: {endpoint.base_url}")
