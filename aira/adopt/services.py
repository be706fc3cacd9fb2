"""Simulate services for a rehearsal: they read and change rows of the copy as the real ones do, and time each call."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg

# Each entry is one call. Its rows come from the tables in their original or finished form.
CALLS = {
    "reads a business by its number": "select b.name from public.business_numbers n "
    "join public.business_v2 b on b.id = n.business_id order by n.id limit 1",
    "renames a business": "update public.business_v2 set description = description "
    "where id = (select id from public.business_v2 order by id limit 1)",
    "writes an appointment's notes": "update public.appointments set notes = notes "
    "where id = (select id from public.appointments order by id limit 1)",
    "writes a document's status": "update public.documents set chunk_count = chunk_count "
    "where id = (select id from public.documents order by id limit 1)",
    "describes a transaction": "update public.transactions set description = description "
    "where id = (select id from public.transactions order by id limit 1)",
    "reads a wallet": "select balance_usd from public.wallets order by id limit 1",
}


@dataclass
class Calls:
    """Hold the measurements of the simulated services.

    Attributes:
        longest: Maps a kind of call to its longest duration in seconds.
        done: The number of successful calls.
    """

    longest: dict[str, float] = field(default_factory=dict)
    done: int = 0
    failed: dict[str, str] = field(default_factory=dict)


@contextmanager
def simulated(url: str) -> Iterator[Calls]:
    """Repeat each kind of call on its own connection, until the block ends."""
    calls, over = Calls(), threading.Event()

    def work(name: str, statement: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not over.wait(0.01):
                began = time.monotonic()
                try:
                    connection.execute(statement)
                    calls.done += 1
                except psycopg.Error as error:
                    calls.failed.setdefault(name, str(error).splitlines()[0])
                calls.longest[name] = max(calls.longest.get(name, 0), time.monotonic() - began)

    threads = [threading.Thread(target=work, args=call) for call in CALLS.items()]
    for thread in threads:
        thread.start()
    try:
        yield calls
    finally:
        over.set()
        with suppress(RuntimeError):
            for thread in threads:
                thread.join()
