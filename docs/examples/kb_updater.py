"""Receive AiRa's webhooks: an example for the KB Updater, which `make run` starts.

Verify the webhook, drop it if it is known, answer, and only then process it. AiRa waits 20 seconds for an answer. It
sends the webhook again if none comes.

    KB_UPDATER_SECRET=whsec_… DATABASE_URL=postgres://… python docs/examples/kb_updater.py --port 8800
"""

import argparse
import logging
import os
import queue
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
from standardwebhooks import Webhook, WebhookVerificationError

log = logging.getLogger("kb_updater")

# Run one statement as kb_updater and return its value. With supabase-py:
# client.rpc("document_started", {…}).execute().data
Call = Callable[..., str]


class Inbox:
    """Keep received webhooks until they are processed. In production, use a table with the key webhook-id."""

    def __init__(self, secret: str, remember: int = 10_000) -> None:
        self.webhook = Webhook(secret)
        self.remember = remember
        self.known: OrderedDict[str, None] = OrderedDict()
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        self.lock = threading.Lock()

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        """Return the HTTP status of the answer."""
        try:
            # The signature covers the body as it arrived, so verify it before parsing.
            event = self.webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return 401
        with self.lock:
            if headers["webhook-id"] not in self.known:
                self.known[headers["webhook-id"]] = None
                self.events.put(event)
                if len(self.known) > self.remember:
                    self.known.popitem(last=False)
        return 204


def work(event: dict[str, Any], call: Call) -> None:
    """Process one event. Repeating it is harmless."""
    if event["type"] == "DELETE":
        log.info("forget %s", event["old_record"].get("vector_db_id"))
    # Ignore unknown events: `manage.py endpoint test` sends a TEST.
    if event["type"] != "INSERT":
        return
    document, attempt = event["record"]["id"], event["record"]["attempts"]
    if call("select document_started(%s, %s)", document, attempt) != "processing":
        return
    try:
        vectors, chunks = embed(event["record"])
    except ValueError as error:
        call("select document_failed(%s, %s, %s)", document, attempt, str(error))
        return
    if call("select document_completed(%s, %s, %s, %s)", document, attempt, vectors, chunks) != "completed":
        log.info("forget %s: the document was deleted or queued again meanwhile", vectors)


def file_of(record: dict[str, Any]) -> str:
    """Return the path of a document's file.

    The database refuses unsafe paths from users. This key opens the files of all tenants, so check the path again.

    Raises:
        ValueError: The path is outside the business's folder.
    """
    path = record.get("file_path") or ""
    folder, *parts = path.split("/")
    if (
        folder != record.get("business_id")
        or not parts
        or any(part in ("", ".", "..") for part in parts)
        or "\\" in path
        or re.search(r"%(00|2e|2f|5c)", path, re.IGNORECASE)
        or not path.isprintable()
    ):
        raise ValueError(f"the path {path[:200]!r} is not in the folder of business {record.get('business_id')}")
    return path


def embed(record: dict[str, Any]) -> tuple[str, int]:
    """Return the place and the number of the vectors. Replace this function by the real work."""
    path = file_of(record)
    log.debug("reading %s", path)
    return f"vec_{record['id'][:8]}", 8


def handler(inbox: Inbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(inbox.receive(body, {name.lower(): value for name, value in self.headers.items()}))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Log nothing here, since each event is logged after processing."""

    return Handler


def main() -> None:
    parser = argparse.ArgumentParser(description="Receive AiRa's webhooks and report documents as processed.")
    parser.add_argument("--port", type=int, default=8800)
    inbox = Inbox(os.environ["KB_UPDATER_SECRET"].split()[0])
    server = ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), handler(inbox))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    log.info("listening on port %s", server.server_port)

    def call(query: str, *params: Any) -> str:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            connection.execute("set local role kb_updater")
            [value] = connection.execute(query, params).fetchone() or [""]
            return str(value)

    while True:
        event = inbox.events.get()
        try:
            work(event, call)
        except psycopg.OperationalError as error:
            log.warning("The database does not answer. The event waits: %s", error)
            inbox.events.put(event)
            threading.Event().wait(1)
        else:
            log.info("%s %s", event["type"], (event["record"] or event["old_record"] or {}).get("file_name"))


if __name__ == "__main__":
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), format="%(name)s %(message)s")
    main()
