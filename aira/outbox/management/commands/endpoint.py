"""Manage the addresses of the other services from the command line."""

import asyncio
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aira.outbox import actions, endpoints, transport
from aira.outbox.addresses import url_problem
from aira.outbox.missing_settings import missing
from aira.outbox.models import ServiceEndpoint


class Command(BaseCommand):
    """Command that shows, sets, tests, holds and resumes endpoints."""

    help = "Show, set, test, hold and resume the endpoints of the other services."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="show all endpoints")
        verbs.add_parser("sync", help="copy VOICE_AGENT_URL and KB_UPDATER_URL into the database")
        for verb, description in (
            ("test", "send a signed webhook of type TEST and show the response"),
            ("hold", "keep its deliveries pending"),
            ("resume", "send its pending deliveries"),
            ("set", "set its address until the next sync restores that of the settings"),
        ):
            named = verbs.add_parser(verb, help=description)
            named.add_argument("name")
            if verb == "set":
                named.add_argument("url")
            if verb == "hold":
                named.add_argument("--reason", default="by manage.py endpoint hold")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["verb"])(options)

    def list(self, options: dict[str, Any]) -> None:
        """Show all endpoints."""
        for endpoint in ServiceEndpoint.objects.order_by("name"):
            held = f", held since {endpoint.held_at:%Y-%m-%d %H:%M}: {endpoint.held_reason}" if endpoint.held_at else ""
            self.stdout.write(f"{endpoint.name}: {endpoint.base_url}{held}")
        for one in missing(endpoints.known("default")):
            self.stderr.write(str(one))

    def sync(self, options: dict[str, Any]) -> None:
        """Copy the addresses of the settings."""
        for name, outcome in endpoints.sync("default").items():
            self.stdout.write(f"{name}: {outcome}")

    def set(self, options: dict[str, Any]) -> None:
        """Set an address."""
        if options["name"] not in endpoints.urls():
            raise unknown(options["name"], endpoints.urls())
        if problem := url_problem(options["url"], settings.WEBHOOK_ALLOWED_HOSTS):
            raise CommandError(f"{problem}.")
        ServiceEndpoint.objects.update_or_create(name=options["name"], defaults={"base_url": options["url"]})
        self.stdout.write(f"{options['name']}: set")

    def test(self, options: dict[str, Any]) -> None:
        """Send a test."""
        endpoint = self.known(options["name"])
        try:
            answer = asyncio.run(transport.test(endpoint.name, endpoint.base_url))
        except transport.NotConfigured as error:
            raise CommandError(f"{error}.") from None
        if answer.error:
            raise CommandError(f"{endpoint.name} at {endpoint.base_url}: {answer.error}.")
        self.stdout.write(f"{endpoint.name}: answered {answer.status}")

    def hold(self, options: dict[str, Any]) -> None:
        """Hold an endpoint."""
        actions.hold(endpoint=self.known(options["name"]), reason=options["reason"])
        self.stdout.write(f"{options['name']}: held")

    def resume(self, options: dict[str, Any]) -> None:
        """Resume an endpoint."""
        actions.resume(endpoint=self.known(options["name"]))
        self.stdout.write(f"{options['name']}: resumed")

    def known(self, name: str) -> ServiceEndpoint:
        """Return the endpoint of this name."""
        endpoint = ServiceEndpoint.objects.filter(name=name).first()
        if endpoint is None:
            raise unknown(name, ServiceEndpoint.objects.order_by("name").values_list("name", flat=True))
        return endpoint


def unknown(name: str, known: Iterable[str]) -> CommandError:
    """Return the error for an unknown name."""
    return CommandError(f"No endpoint is called {name!r}. Known: {', '.join(known) or 'none'}.")
