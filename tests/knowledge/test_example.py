"""The example receiver of the docs, against the worker."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from aira.embedded import PROJECT
from docs.examples.kb_updater import Inbox, file_of
from tests.database import Database
from tests.outbox.conftest import Start, deliveries, end, forget, upload, wait_until
from tests.tenant_rows import Rows
from tests.worker import SECRET


@pytest.fixture
def example(database: Database, unused_port: int) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "docs/examples/kb_updater.py", "--port", str(unused_port)],
        cwd=PROJECT,
        env={**os.environ, "KB_UPDATER_SECRET": SECRET, "DATABASE_URL": database.address("authenticator")},
    )
    yield f"http://127.0.0.1:{unused_port}/process-document"
    process.terminate()
    process.wait(10)


def test_documents_are_processed_through_the_example(
    database: Database, alices: Rows, worker: Start, example: str
) -> None:
    forget(database)
    upload(database, alices, 5)
    database.owner(
        "insert into public.documents (business_id, file_name, file_path) values (%s, 'x', 'imports/x.pdf')",
        alices.business,
    )
    process = worker(KB_UPDATER_URL=example)
    done = "select count(*) from public.documents where processing_status in ('completed', 'failed')"
    wait_until(lambda: database.owner(done).fetchone() == (6,), 40)
    end(process)
    assert database.owner(
        "select file_path, vector_db_id is not null, processing_error from public.documents where processing_status = 'failed'"
    ).fetchall() == [
        ("imports/x.pdf", False, f"the path 'imports/x.pdf' is not in the folder of business {alices.business}")
    ]
    assert not deliveries(database, "delivered_at is null")


def test_the_example_opens_no_file_outside_the_folder_of_the_business() -> None:
    assert file_of({"business_id": "b1", "file_path": "b1/2026/Menü 50%.pdf"}) == "b1/2026/Menü 50%.pdf"
    for path in (
        "",
        None,
        "b1",
        "b1/",
        "b2/menu.pdf",
        "b1/../b2/menu.pdf",
        "/b1/menu.pdf",
        "b1//menu.pdf",
        "b1/./menu.pdf",
        "b1/..\\menu.pdf",
        "b1/%2e%2E/menu.pdf",
        "http://169.254.169.254/",
        "b1/me\nnu.pdf",
    ):
        with pytest.raises(ValueError, match="not in the folder"):
            file_of({"business_id": "b1", "file_path": path})


def sent(body: str, secret: str = SECRET, message: str = "1") -> dict[str, str]:
    at = datetime.now(UTC)
    signature = Webhook(secret).sign(message, at, body)
    return {"webhook-id": message, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def test_the_example_accepts_a_signed_webhook_once() -> None:
    inbox = Inbox(SECRET)
    body = '{"type": "INSERT"}'
    assert [inbox.receive(body.encode(), sent(body)) for _ in range(3)] == [204] * 3
    assert inbox.events.qsize() == 1


def test_the_example_refuses_a_forged_or_changed_webhook() -> None:
    inbox = Inbox(SECRET)
    forged = sent("{}", "whsec_" + "Zm9yZ2VkZm9yZ2VkZm9yZ2VkZm9yZ2Vk")
    assert inbox.receive(b"{}", forged) == 401
    assert inbox.receive(b'{"a": 1}', sent("{}")) == 401
    assert inbox.receive(b"{}", {}) == 401
    assert inbox.events.empty()
