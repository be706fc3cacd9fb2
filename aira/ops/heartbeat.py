"""Record that a worker lives: a row per process, written every 15 seconds, and kept for a week after its end."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from asgiref.sync import sync_to_async
from django.db import connections
from django.db.models.functions import Now
from django.utils import timezone

from aira.ops.models import WorkerProcess
from aira.version import VERSION

EVERY_SECONDS = 15
KEEP = timedelta(days=7)


@dataclass
class Heartbeat:
    """Heartbeat of this process.

    Attributes:
        parts: dispatcher, jobs, or both.
        looped_at: when the dispatcher last went through its loop; None without one.
        failed: a part raised an error, so the end of the process is not in order.
    """

    parts: list[str]
    looped_at: Callable[[], datetime | None] = lambda: None
    id: UUID = field(default_factory=uuid4)
    jobs_done: int = 0
    deliveries_made: int = 0
    failed: bool = False

    async def count_job(self, call_next: Callable[[], Awaitable[Any]], *_: Any) -> Any:
        """Run a job, and count it if it did not fail. procrastinate calls this for each job."""
        done = await call_next()
        self.jobs_done += 1
        return done

    def count_delivery(self, *_: Any) -> None:
        """Count an attempt to deliver."""
        self.deliveries_made += 1

    def beat(self) -> None:
        """Write the row. Remove those of processes that were not seen for a week."""
        try:
            processes = WorkerProcess.objects.using("default")
            processes.update_or_create(
                pk=self.id,
                defaults={
                    "seen_at": Now(),
                    "looped_at": self.looped_at(),
                    "jobs_done": self.jobs_done,
                    "deliveries_made": self.deliveries_made,
                },
                create_defaults={
                    "id": self.id,
                    "host": socket.gethostname()[:200],
                    "pid": os.getpid(),
                    "version": VERSION,
                    "parts": self.parts,
                },
            )
            processes.filter(seen_at__lt=timezone.now() - KEEP).delete()
        finally:
            # A connection that waits 15 seconds would be dead after a restart of the database.
            connections["default"].close()

    def end(self) -> None:
        """Record that the process ended as planned, so that no health check reports it as missing."""
        try:
            WorkerProcess.objects.using("default").filter(pk=self.id).update(stopped_at=Now(), seen_at=Now())
        finally:
            connections["default"].close()

    async def run(self, stop: asyncio.Event) -> None:
        """Beat until `stop` is set. Raises the errors of a lost database, after which the caller tries again."""
        while not stop.is_set():
            await sync_to_async(self.beat)()
            waiting = asyncio.create_task(stop.wait())
            await asyncio.wait([waiting], timeout=EVERY_SECONDS)
            waiting.cancel()
        if not self.failed:
            await sync_to_async(self.end)()
