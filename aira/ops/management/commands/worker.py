"""Run webhooks and jobs in a process of their own."""

import asyncio
import logging
import signal
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, override

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from prometheus_client import start_http_server

from aira.events import worker as events
from aira.jobs import connector
from aira.ops.heartbeat import Heartbeat
from aira.outbox import endpoints, transport
from aira.outbox.missing_settings import missing
from aira.schema import partitions
from aira.schema.sql_calls import rows

log = logging.getLogger("aira.worker")

HTTP_POST = "select 1 from pg_proc where pronamespace = to_regnamespace('net') and proname = 'http_post'"
GRACE_SECONDS = 25


class JobsEndedError(Exception):
    """Raised if procrastinate ends without an error: deferring jobs or reporting its health has failed."""


LOST_DATABASE = (OperationalError, ConnectorException, JobsEndedError)


def prepare() -> None:
    """Copy URLs of the environment to the database and add missing partitions. A restart is thereby enough."""
    try:
        for name, outcome in endpoints.sync("default").items():
            log.info("endpoint %s: %s", name, outcome)
        for one in missing(endpoints.known("default")):
            log.warning(str(one))
        partitions.add_missing()
        if settings.WEBHOOK_TRANSPORT == "pg_net" and not rows(HTTP_POST):
            log.error(
                "WEBHOOK_TRANSPORT is pg_net, but the database has no net.http_post, so webhooks will fail. "
                "Create the extension pg_net, or set WEBHOOK_TRANSPORT=http"
            )
    finally:
        # Close the connection, which nothing else here uses. After a restart of the database it would be dead.
        connections["default"].close()


class Command(BaseCommand):
    """Command that runs the worker."""

    help = (
        "Deliver webhooks and run background and periodic jobs. On SIGTERM or SIGINT, finish current work and stop. "
        "Several workers can run at once. The worker waits for a restart of the database. Other failures end it."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", choices=["dispatcher", "jobs"], help="run one part only (default: both)")
        parser.add_argument("--concurrency", type=int, default=4, help="concurrent jobs (default: 4)")
        parser.add_argument(
            "--connections", type=int, default=100, help="concurrent webhooks per endpoint (default: 100)"
        )
        parser.add_argument("--metrics-port", type=int, help="serve Prometheus metrics on this port (default: none)")
        parser.add_argument("--once", action="store_true", help="process what is due now, then stop")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(self.supervise(options))

    async def supervise(self, options: dict[str, Any]) -> None:
        """Run both parts until a signal. If one fails, stop the other and raise its error."""
        stop, once = asyncio.Event(), options["once"]
        for each in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(each, stop.set)
        await self.with_retries(sync_to_async(prepare), stop, once=once)
        if options["metrics_port"]:
            start_http_server(options["metrics_port"])
        heart = Heartbeat([part for part in ("dispatcher", "jobs") if options["only"] in (None, part)])
        parts: list[Coroutine[Any, Any, None]] = []
        if options["only"] != "jobs":
            dispatcher = transport.dispatcher(options["connections"], heart.count_delivery, events.secrets)
            heart.looped_at = lambda: dispatcher.looped_at
            if once:
                # The deliveries that it makes are due now.
                await events.run(stop, once=True)
            else:
                parts.append(events.run(stop))
            parts.append(dispatcher.run(stop, once=once))
        if options["only"] != "dispatcher":
            jobs = partial(self.work, stop, options["concurrency"], heart, once=once)
            parts.append(self.with_retries(jobs, stop, once=once))
        if not once:
            parts.append(self.with_retries(partial(heart.run, stop), stop, once=once))
        ends = await asyncio.gather(*(self.stopping(part, stop, heart) for part in parts), return_exceptions=True)
        if errors := [end for end in ends if isinstance(end, Exception)]:
            raise ExceptionGroup("the worker failed", errors)
        log.info("worker ended")

    async def stopping(self, part: Coroutine[Any, Any, None], stop: asyncio.Event, heart: Heartbeat) -> None:
        """Run a part.

        If it fails, stop the other part as SIGTERM does. To cancel it while its pool opens would take 30 seconds.
        """
        try:
            await part
        except Exception:
            heart.failed = True
            stop.set()
            raise

    async def with_retries(self, part: Callable[[], Awaitable[None]], stop: asyncio.Event, *, once: bool) -> None:
        """Run a part again whenever the database was lost, with up to 30 s between attempts."""
        wait = 1
        while not stop.is_set():
            try:
                await part()
                return
            except LOST_DATABASE as error:
                if once:
                    raise
                log.warning("worker lost the database and retries in %s s: %s", wait, error)
                await asyncio.wait([asyncio.create_task(stop.wait())], timeout=wait)
                wait = min(wait * 2, 30)

    async def work(self, stop: asyncio.Event, concurrency: int, heart: Heartbeat, *, once: bool) -> None:
        """Run jobs until `stop` is set."""
        with app.replace_connector(connector()) as connected:
            async with connected.open_async():
                log.info("worker is waiting for jobs")
                jobs = asyncio.create_task(
                    connected.run_worker_async(
                        concurrency=concurrency,
                        wait=not once,
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=GRACE_SECONDS,
                        worker_middleware=[heart.count_job],
                    )
                )
                stopped = asyncio.create_task(stop.wait())
                await asyncio.wait([jobs, stopped], return_when=asyncio.FIRST_COMPLETED)
                stopped.cancel()
                # Cancelling is procrastinate's way to stop. It waits for running jobs.
                jobs.cancel()
                with suppress(asyncio.CancelledError):
                    await jobs
                if not (once or stop.is_set()):
                    raise JobsEndedError("procrastinate stopped unexpectedly")
