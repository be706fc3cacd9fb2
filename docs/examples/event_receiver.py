"""Receive AiRa's events: an example of a consumer that keeps the newest state of each object.

Verify the webhook, keep the event unless a newer one of its object is known, and answer. AiRa waits 20 seconds for an
answer, and sends the event again if none comes.

    AIRA_SECRET=whsec_… python docs/examples/event_receiver.py --port 8801
"""

import argparse
import json
import os
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

TABLE = "create table if not exists objects (id text primary key, position integer, type text, object text)"
# Events come at least once and in any order. The position tells which one is newer.
KEEP = """
    insert into objects values (:object_id, :position, :type, :object) on conflict (id) do update
    set position = excluded.position, type = excluded.type, object = excluded.object
    where excluded.position > objects.position
"""


class Store:
    """Keep the newest event of each object."""

    def __init__(self, file: str, secret: str) -> None:
        self.webhook = Webhook(secret)
        self.database = sqlite3.connect(file)
        self.database.execute(TABLE)

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        """Return the HTTP status of the answer."""
        try:
            # The signature covers the body as it arrived, so verify it before parsing.
            event = self.webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return 401
        if event["type"] != "test.ping":
            with self.database:
                self.database.execute(KEEP, event | {"object": json.dumps(event["object"])})
        return 204


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8801)
    parser.add_argument("--file", default="events.db")
    arguments = parser.parse_args()
    store = Store(arguments.file, os.environ["AIRA_SECRET"])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(store.receive(body, {name.lower(): value for name, value in self.headers.items()}))
            self.end_headers()

    HTTPServer(("127.0.0.1", arguments.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
