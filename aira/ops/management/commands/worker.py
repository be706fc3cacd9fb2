"""The process that works outside requests."""

import asyncio
import logging
import signal
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from prometheus_client import start_http_server

from aira.jobs import connector
from aira.outbox import endpoints, transport
from aira.outbox.missing_settings import missing
from aira.schema import partitions
from aira.schema.sql_calls import rows

log = logging.getLogger("aira.worker")

HTTP_POST = "select 1 from pg_proc where pronamespace = to_regnamespace('net') and proname = 'http_post'"
GRACE_SECONDS = 25


class JobsEndedError(Exception):
    """procrastinate ends without an error when what defers periodic jobs, or reports that it lives, has failed."""


LOST_DATABASE = (OperationalError, ConnectorException, JobsEndedError)


def prepare() -> None:
    """URLs that were changed in the environment reach the database with a restart, without a migrate; so does a month
    that has no partition yet."""
    try:
        for name, outcome in endpoints.sync("default").items():
            log.info("endpoint %s: %s", name, outcome)
        for one in missing(endpoints.known("default")):
            log.warning(str(one))
        partitions.add_missing()
        if settings.WEBHOOK_TRANSPORT == "pg_net" and not rows(HTTP_POST):
            log.error("WEBHOOK_TRANSPORT is pg_net, and the database has no net.http_post: webhooks will fail")
    finally:
        # Nothing else here uses it, and after a restart of the database it would be a dead one.
        connections["default"].close()


class Command(BaseCommand):
    help = (
        "Delivers webhooks and runs background and periodic jobs, until SIGTERM or SIGINT: what was begun is ended. "
        "May run several times side by side. A restart of the database is waited for; any other failure ends it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=["dispatcher", "jobs"], help="one of its two parts (default both)")
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time (default 4)")
        parser.add_argument("--connections", type=int, default=100, help="webhooks at the same time (default 100)")
        parser.add_argument("--metrics-port", type=int, help="serve Prometheus metrics there (default: no)")
        parser.add_argument("--once", action="store_true", help="do what waits now, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self.supervise(options))

    async def supervise(self, options: dict[str, Any]) -> None:
        """Both parts until told to stop; when one fails, the other ends too, and the process with an error."""
        stop, once = asyncio.Event(), options["once"]
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(each, stop.set)
        await self.patiently(sync_to_async(prepare), stop, once=once)
        if options["metrics_port"]:
            start_http_server(options["metrics_port"])
        parts: list[Coroutine[Any, Any, None]] = []
        if options["only"] != "jobs":
            parts.append(transport.dispatcher(options["connections"]).run(stop, once=once))
        if options["only"] != "dispatcher":
            jobs = partial(self.work, stop, options["concurrency"], once=once)
            parts.append(self.patiently(jobs, stop, once=once))
        ends = await asyncio.gather(*(self.stopping(part, stop) for part in parts), return_exceptions=True)
        if errors := [end for end in ends if isinstance(end, Exception)]:
            raise ExceptionGroup("the worker failed", errors)
        log.info("worker ended")

    async def stopping(self, part: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
        """When it fails, the other ends as on SIGTERM: cancelled while its pool opens, it would wait half a minute."""
        try:
            await part
        except Exception:
            stop.set()
            raise

    async def patiently(self, part: Callable[[], Awaitable[None]], stop: asyncio.Event, *, once: bool) -> None:
        """Begins again when the database was lost, waiting up to 30 s between tries."""
        wait = 1
        while not stop.is_set():
            try:
                await part()
                return
            except LOST_DATABASE as error:
                if once:
                    raise
                log.warning("worker lost the database, next try in %s s: %s", wait, error)
                await asyncio.wait([asyncio.create_task(stop.wait())], timeout=wait)
                wait = min(wait * 2, 30)

    async def work(self, stop: asyncio.Event, concurrency: int, *, once: bool) -> None:
        with app.replace_connector(connector()) as connected:
            async with connected.open_async():
                log.info("worker is waiting for jobs")
                jobs = asyncio.create_task(
                    connected.run_worker_async(
                        concurrency=concurrency,
                        wait=not once,
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=GRACE_SECONDS,
                    )
                )
                stopped = asyncio.create_task(stop.wait())
                await asyncio.wait([jobs, stopped], return_when=asyncio.FIRST_COMPLETED)
                stopped.cancel()
                # procrastinate's way to stop: jobs that run are waited for.
                jobs.cancel()
                with suppress(asyncio.CancelledError):
                    await jobs
                if not (once or stop.is_set()):
                    raise JobsEndedError("procrastinate stopped by itself")
