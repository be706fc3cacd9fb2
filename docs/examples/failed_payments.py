"""Send a message to a chat when a payment fails: an example of a program that acts on webhooks.

Subscribe once, with a key that has the scopes webhook-subscriptions:create and transactions:read:

    AIRA_URL=https://aira.example AIRA_KEY=aira_… python failed_payments.py subscribe https://hooks.example.com/aira

It prints the secret. Then serve that address. CHAT_URL takes JSON such as {"text": "…"}, as most chats do:

    AIRA_WEBHOOK_SECRET=whsec_… CHAT_URL=https://chat.example/hook python failed_payments.py serve --port 8802
"""

import argparse
import os
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx

from aira_client import Client, InvalidSignature, Webhook
from aira_client.models import Event, Transaction


class FailedPayments:
    """Tell a chat about each failed payment once."""

    def __init__(self, webhook: Webhook, chat: str, file: str) -> None:
        self.webhook, self.chat = webhook, chat
        self.told = sqlite3.connect(file)
        self.told.execute("create table if not exists told (event integer primary key)")

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        """Return the HTTP status of the answer."""
        try:
            # The signature covers the body as it arrived, so verify it before parsing.
            event = self.webhook.verify(body, headers)
        except InvalidSignature:
            return 401
        text = message(event)
        # An event comes at least once, so remember which ones were told.
        if text is None or self.told.execute("select 1 from told where event = ?", [event.id]).fetchone():
            return 204
        try:
            httpx.post(self.chat, json={"text": text}, timeout=10).raise_for_status()
        except httpx.HTTPError:
            # AiRa sends the event again later.
            return 503
        with self.told:
            self.told.execute("insert into told values (?)", [event.id])
        return 204


def message(event: Event) -> str | None:
    """Return the text for a failed payment. A failed debit is a charge that was not made, so it has none."""
    match event.object:
        case Transaction(status="failed", type="credit") as failed if event.type == "transaction.failed":
            payment = failed.stripe_payment_intent_id or "without a payment at Stripe"
            return f"A payment of {failed.amount} {failed.currency} failed ({payment}), account {failed.user}."
    return None


def subscribe(url: str) -> None:
    """Subscribe the address to failed transactions, and print the secret."""
    with Client(os.environ["AIRA_URL"], os.environ["AIRA_KEY"]) as client:
        made = client.webhook_subscriptions.create(
            url=url, types=["transaction.failed"], description="messages about failed payments"
        )
    print(made.secret)


def serve(port: int, file: str) -> None:
    """Serve until the process is stopped."""
    payments = FailedPayments(Webhook(os.environ["AIRA_WEBHOOK_SECRET"]), os.environ["CHAT_URL"], file)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(payments.receive(body, dict(self.headers.items())))
            self.end_headers()

    HTTPServer(("127.0.0.1", port), Handler).serve_forever()


def main() -> None:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("subscribe").add_argument("url")
    serving = commands.add_parser("serve")
    serving.add_argument("--port", type=int, default=8802)
    serving.add_argument("--file", default="told.db")
    given = parser.parse_args()
    if given.command == "subscribe":
        subscribe(given.url)
    else:
        serve(given.port, given.file)


if __name__ == "__main__":
    main()
