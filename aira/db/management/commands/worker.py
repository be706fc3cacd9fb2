"""The process that works outside requests."""

import asyncio
import logging
from argparse import ArgumentParser
from typing import Any

from asgiref.sync import sync_to_async
from django.core.management.base import BaseCommand
from django.db import connections
from procrastinate.contrib.django import app

from aira.db import endpoints
from aira.db.jobs import connector

log = logging.getLogger("aira.worker")


def take_endpoints_over() -> None:
    """A URL that was changed in the environment reaches the database with a restart, without a migrate."""
    try:
        for name, outcome in endpoints.sync("default").items():
            log.info("endpoint %s: %s", name, outcome)
    finally:
        # Nothing else here uses it, and after a restart of the database it would be a dead one.
        connections["default"].close()


class Command(BaseCommand):
    help = "Runs background and periodic jobs until SIGTERM or SIGINT. May run several times side by side."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time (default 4)")
        parser.add_argument("--once", action="store_true", help="do the jobs that wait now, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self.supervise(options["concurrency"], once=options["once"]))

    async def supervise(self, concurrency: int, *, once: bool) -> None:
        """procrastinate's worker ends when the database restarts: begin again, waiting up to 30 s between tries."""
        pause = 1
        while True:
            try:
                await sync_to_async(take_endpoints_over)()
                with app.replace_connector(connector()) as connected:
                    async with connected.open_async():
                        log.info("worker is waiting for jobs")
                        pause = 1
                        await connected.run_worker_async(concurrency=concurrency, wait=not once)
                        return
            except Exception:
                if once:
                    raise
                log.exception("worker lost the database; next try in %s s", pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30)
