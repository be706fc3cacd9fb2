"""Play the services at their daily work. Each uses the calls of the original document on its own connection."""

import itertools
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import psycopg

from aira.embedded import Cluster
from tests.hosted import url

Work = Callable[[psycopg.Connection, int], None]


@dataclass
class Writer:
    """Collect results. `waited`: the longest call in seconds. `refused`: SQLSTATE and constraint of each refusal."""

    name: str
    work: Work
    done: int = 0
    waited: float = 0
    refused: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def account(n: int) -> UUID:
    """Return one of the accounts that have no offending rows."""
    return UUID(f"00000000-0000-4000-8000-{101 + n % 100:012}")


def business(n: int) -> UUID:
    return UUID(f"00000000-0000-4000-9000-{101 + n % 100:012}")


def top_up(sql: psycopg.Connection, n: int) -> None:
    """Act as the UI's server: make a payment, then complete it in a separate transaction."""
    row = sql.execute(
        "insert into transactions (user_id, amount, currency, type) values (%s, 1, 'USD', 'credit') returning id",
        [account(n)],
    ).fetchone()
    sql.execute("update transactions set status = 'completed' where id = %s", row)


def pay(sql: psycopg.Connection, n: int) -> None:
    """Insert and complete in one transaction, as a service that charges for a call does."""
    with sql.transaction():
        row = sql.execute(
            "insert into transactions (user_id, amount, currency, type) values (%s, 0.01, 'USD', 'debit') returning id",
            [account(n)],
        ).fetchone()
        sql.execute("update transactions set status = 'completed' where id = %s", row)


def book(sql: psycopg.Connection, n: int) -> None:
    """Act as the Voice Agent: ask for slots, then insert. Each writer uses its own times, so that none is booked twice."""
    at = f"2032-01-01 10:00+00'::timestamptz + {n // 100} * interval '1 day"
    free = sql.execute(
        f"select validate_appointment_time(p_business_id => %s, p_scheduled_at => '{at}', p_duration => 60)",
        [business(n)],
    ).fetchone()
    assert free is not None
    sql.execute(
        f"insert into appointments (business_id, customer_name, scheduled_at, source) values (%s, 'Guest', '{at}', 'voice_agent')",
        [business(n)],
    )


def upload(sql: psycopg.Connection, n: int) -> None:
    """Act as the UI with a user's role, then as the KB Updater that writes the status."""
    with sql.transaction():
        sql.execute(
            "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', %s, true)",
            [f'{{"sub": "{account(n)}", "role": "authenticated"}}'],
        )
        row = sql.execute(
            "insert into documents (business_id, file_name, file_path) values (%s, 'new.pdf', %s) returning id",
            [business(n), f"{business(n)}/new.pdf"],
        ).fetchone()
    sql.execute("update documents set processing_status = 'processing' where id = %s", row)
    sql.execute(
        "update documents set processing_status = 'completed', vector_db_id = 'v', chunk_count = 3 where id = %s", row
    )


def rename(sql: psycopg.Connection, n: int) -> None:
    """Act as the UI with a user's role: read and change the user's business."""
    with sql.transaction():
        sql.execute(
            "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', %s, true)",
            [f'{{"sub": "{account(n)}", "role": "authenticated"}}'],
        )
        rows = sql.execute("select id, name from business_v2").fetchall()
        assert [row[0] for row in rows] == [business(n)]
        assert sql.execute("update business_v2 set description = 'changed' where id = %s", [business(n)]).rowcount == 1


def look_up(sql: psycopg.Connection, n: int) -> None:
    """Act as the Voice Agent at the start of a call."""
    found = sql.execute(
        "select b.name from business_numbers n join business_v2 b on b.id = n.business_id where n.phone_number = %s",
        [f"+1628{1000101 + n % 100}"],
    ).fetchall()
    assert len(found) == 1


SERVICES: dict[str, Work] = {
    "top_up": top_up, "pay": pay, "book": book, "upload": upload, "rename": rename, "look_up": look_up,
}  # fmt: skip


class Services:
    """Run all services at once until the block ends."""

    def __init__(self, cluster: Cluster, database: str) -> None:
        # PostgREST logs in as authenticator. Here, each writer may assume the role that it needs.
        self.url = url(cluster, database)
        self.over = threading.Event()
        self.writers = [Writer(name, work) for name, work in SERVICES.items()]
        self.threads = [threading.Thread(target=self.run, args=(writer,)) for writer in self.writers]

    def __enter__(self) -> "Services":
        for thread in self.threads:
            thread.start()
        time.sleep(0.5)
        return self

    def __exit__(self, *error: object) -> None:
        time.sleep(0.5)
        self.over.set()
        for thread in self.threads:
            thread.join()

    def run(self, writer: Writer) -> None:
        with psycopg.connect(self.url, autocommit=True, options="-c search_path=public,extensions") as sql:
            sql.execute("set role service_role")
            for n in itertools.count():
                if self.over.is_set():
                    break
                began = time.monotonic()
                try:
                    writer.work(sql, n)
                    writer.done += 1
                except psycopg.IntegrityError as error:
                    writer.refused.append(f"{error.sqlstate} {error.diag.constraint_name}")
                except (psycopg.Error, AssertionError) as error:
                    writer.broken.append(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
                    with suppress(psycopg.Error):
                        sql.rollback()
                writer.waited = max(writer.waited, time.monotonic() - began)
                # These calls prepare data and are not measured.
                time.sleep(0.01)
