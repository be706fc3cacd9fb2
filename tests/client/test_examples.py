"""Test the two programs of docs/examples that the guides show, as their users run them."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from aira.embedded import PROJECT, free_port
from aira_client import Client
from tests.api.running import Running
from tests.outbox.conftest import wait_until
from tests.webhook_receiver import Received, Receiver, plain
from tests.worker import start_worker

EXAMPLES = PROJECT / "docs" / "examples"
SOON = (datetime.now(UTC) + timedelta(days=40)).replace(hour=12, minute=0, second=0, microsecond=0)


def environment(running: Running, key: str, **more: str) -> dict[str, str]:
    return os.environ | {
        "PYTHONPATH": str(PROJECT / "clients/python/src"),
        "AIRA_URL": running.url,
        "AIRA_KEY": key,
        **more,
    }


def run(name: str, *arguments: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def user(running: Running) -> UUID:
    return running.database.account(f"{uuid4().hex}@example.com")


def sheet(file: Path) -> dict[str, tuple[Any, ...]]:
    """Return the rows of the spreadsheet by the ids of bookings."""
    return {row[0]: row for row in load_workbook(file).active.iter_rows(min_row=2, values_only=True)}


def test_bookings_are_kept_in_a_spreadsheet(aira: Client, running: Running, user: UUID, tmp_path: Path) -> None:
    key = running.secret(f"sheet-{uuid4().hex[:8]}", "appointments:read", "businesses:read", "personal:read")
    shop = aira.businesses.create(user=user, name="=Casa", business_type="retail", timezone="Europe/Berlin").id
    aira.booking_rules.create(business=shop, capacity=9)
    kept, moved, cancelled, trashed = (
        aira.appointments.book(business=shop, scheduled_at=SOON, customer_name=name, notes="n")
        for name in ("=1+1", "Moved", "Cancelled", "Trashed")
    )
    file = tmp_path / "bookings.xlsx"
    assert re.fullmatch(
        r"\d+ bookings",
        run("bookings_to_spreadsheet.py", "bookings.xlsx", folder=tmp_path, environment=environment(running, key)),
    )
    rows = sheet(file)
    local = SOON.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)
    assert rows[str(kept.id)][1:] == ("=Casa", local, 60, "=1+1", None, None, "confirmed", "n")
    # Staff add a column of their own.
    book = load_workbook(file)
    number = 1 + [row[0] for row in book.active.iter_rows(min_row=2, values_only=True)].index(str(moved.id)) + 1
    book.active.cell(number, 10, "call back")
    book.save(file)

    later = SOON + timedelta(hours=1)
    aira.appointments.reschedule(moved.id, scheduled_at=later)
    aira.appointments.cancel(cancelled.id, reason="ill")
    aira.appointments.trash(trashed.id)
    aira.appointments.update(kept.id, if_match="*", customer_name="Carol")
    new = aira.appointments.book(business=shop, scheduled_at=later, customer_name="New")
    before = len(rows)
    run("bookings_to_spreadsheet.py", "bookings.xlsx", folder=tmp_path, environment=environment(running, key))
    rows = sheet(file)
    assert len(rows) == before + 1
    assert rows[str(kept.id)][4] == "Carol"
    assert rows[str(moved.id)][2] == local + timedelta(hours=1)
    assert rows[str(moved.id)][9] == "call back"
    assert [rows[str(row.id)][7] for row in (cancelled, trashed, new)] == ["cancelled", "in the trash", "confirmed"]


@contextmanager
def serving(environment: dict[str, str], folder: Path, port: int) -> Iterator[None]:
    """Run the receiver of failed payments."""
    command = [sys.executable, str(EXAMPLES / "failed_payments.py"), "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=15)


def test_a_failed_payment_sends_one_message(
    aira: Client, running: Running, user: UUID, receiver: Receiver, tmp_path: Path
) -> None:
    key = running.secret(f"chat-{uuid4().hex[:8]}", "webhook-subscriptions:create", "transactions:read")
    port = free_port()
    here = environment(running, key)
    url = f"http://127.0.0.1:{port}/aira"
    begun = datetime.now(UTC)
    secret = run("failed_payments.py", "subscribe", url, folder=tmp_path, environment=here)
    [subscription] = [one.id for one in aira.webhook_subscriptions.list() if one.url == url]

    async def busy_at_first(_: Received) -> bytes:
        return plain("503 Busy" if len(receiver.got) == 1 else "200 OK")

    def accepted() -> int:
        return sum(one.status == 204 for one in aira.webhook_subscriptions.attempts(subscription))

    receiver.answer = busy_at_first
    worker = start_worker(running.database, "--only", "dispatcher")
    try:
        with serving(here | {"AIRA_WEBHOOK_SECRET": secret, "CHAT_URL": receiver.url}, tmp_path, port):
            payment = f"pi_{user.hex}"
            # The provider reports a failed payment, whose transaction does not exist yet.
            running.database.owner("select public.record_payment(%s, 'failed', 25, 'USD', %s)", payment, user)
            charge = aira.transactions.record(user=user, type="debit", amount="1.00", currency="USD")
            aira.transactions.fail(charge.id)
            wait_until(lambda: receiver.got and accepted() == 1)
            # The chat was busy, so the payment waits for its second attempt. Make it due.
            due = "update private.webhook_deliveries set next_attempt_at = now() where next_attempt_at is not null"
            running.database.owner(due)
            wait_until(lambda: accepted() == 2)
            aira.webhook_subscriptions.replay(subscription, since=begun)
            wait_until(lambda: accepted() == 4)
    finally:
        worker.terminate()
        worker.communicate(timeout=30)
    texts = [json.loads(one.body)["text"] for one in receiver.got]
    # The first one was refused, and a replay is not told again.
    assert texts == [f"A payment of 25.00 USD failed ({payment}), account {user}."] * 2
