"""Count the requests of each API key, by day and by operation.

A process counts in memory, and a thread adds the counts to the table every few seconds. So a request writes nothing,
and requests of one key don't wait for each other. A process that is killed loses the counts of the last seconds.
"""

import atexit
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone

from aira.api.usage.models import KeyUsage

log = logging.getLogger("aira.api")

FLUSH_SECONDS = 10.0
KEPT = timedelta(days=30)
# Rows in memory at most. It is far above what a minute of requests fills, and keeps a long outage harmless.
MOST = 20_000
BATCH = 1000
ADD = (
    "insert into console.key_usage as u (key_id, day, operation, requests, client_errors, server_errors, last_at)"
    " select * from unnest(%s::uuid[], %s::date[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[],"
    " %s::timestamptz[])"
    " on conflict (key_id, day, operation) do update set requests = u.requests + excluded.requests,"
    " client_errors = u.client_errors + excluded.client_errors,"
    " server_errors = u.server_errors + excluded.server_errors, last_at = greatest(u.last_at, excluded.last_at)"
)
NEVER = datetime.min.replace(tzinfo=UTC)
Subject = tuple[UUID, date, str]


@dataclass
class Count:
    """Requests that were counted for one key, day and operation."""

    requests: int = 0
    client_errors: int = 0
    server_errors: int = 0
    last_at: datetime = NEVER

    def add(self, other: "Count") -> None:
        """Add the numbers of another count."""
        self.requests += other.requests
        self.client_errors += other.client_errors
        self.server_errors += other.server_errors
        self.last_at = max(self.last_at, other.last_at)


class Counter:
    """Counts of this process that are not in the table yet."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: dict[Subject, Count] = {}
        # Process in which the thread runs. A forked process needs its own.
        self.pid = 0
        self.in_background = False

    def count(self, key: UUID, operation: str, status: int) -> None:
        """Count one request."""
        now = datetime.now(UTC)
        one = Count(1, int(400 <= status < 500), int(status >= 500), now)
        with self.lock:
            subject = (key, now.date(), operation)
            found = self.counts.get(subject)
            if found is not None:
                found.add(one)
            elif len(self.counts) < MOST:
                self.counts[subject] = one
        if self.in_background and self.pid != os.getpid():
            self.start()

    def start(self) -> None:
        """Start the thread of this process."""
        with self.lock:
            if self.pid == os.getpid():
                return
            self.pid = os.getpid()
        threading.Thread(target=self.run, name="usage", daemon=True).start()
        # On a planned shutdown, nothing is lost.
        atexit.register(self.attempt)

    def run(self) -> None:
        """Flush until the process ends."""
        wait: Callable[[float], Any] = threading.Event().wait
        while True:
            wait(FLUSH_SECONDS)
            self.attempt()

    def attempt(self) -> None:
        """Flush, and close the connection. Without the database, the counts stay in memory."""
        try:
            self.flush()
        except (DatabaseError, InterfaceError) as error:
            log.warning("The use of API keys was not stored, and is kept in memory: %s", str(error).strip())
        finally:
            connection.close()

    def flush(self) -> None:
        """Add the counts to the table. Raises the errors of the database, and then keeps the counts."""
        with self.lock:
            counts, self.counts = self.counts, {}
        if not counts:
            return
        # One order, so that two processes can't deadlock.
        ordered = sorted(counts.items(), key=lambda one: (str(one[0][0]), *one[0][1:]))
        keys, days, operations = zip(*(subject for subject, _ in ordered), strict=True)
        values = [(one.requests, one.client_errors, one.server_errors, one.last_at) for _, one in ordered]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(ADD, [list(part) for part in (keys, days, operations, *zip(*values, strict=True))])
        except Exception:
            with self.lock:
                for subject, one in counts.items():
                    self.counts.setdefault(subject, Count()).add(one)
            raise


counter = Counter()


def purge() -> int:
    """Delete counts older than 30 days, in transactions of up to BATCH rows. Return the count."""
    removed = 0
    while True:
        with transaction.atomic():
            old = KeyUsage.objects.filter(day__lt=(timezone.now() - KEPT).date())
            gone, _ = KeyUsage.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:BATCH])).delete()
        removed += gone
        if gone < BATCH:
            return removed
