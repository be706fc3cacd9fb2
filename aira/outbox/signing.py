"""The head of a webhook, as Standard Webhooks has it."""

import base64
from datetime import datetime
from uuid import UUID

from standardwebhooks import Webhook


class Signer:
    """secrets: `whsec_…`, the current one first; during a rotation the receiver may know any of them."""

    def __init__(self, secrets: list[str]) -> None:
        self.webhooks = [Webhook(secret) for secret in secrets]

    def headers(self, delivery: UUID, at: datetime, body: str) -> dict[str, str]:
        """at: of this attempt, UTC. The id is the same on every retry: receivers tell repetitions by it."""
        signatures = (webhook.sign(str(delivery), at, body) for webhook in self.webhooks)
        return {
            "content-type": "application/json",
            "user-agent": "AiRa-Webhooks/1",
            "webhook-id": str(delivery),
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def secret_problem(secret: str) -> str | None:
    """Why it is no secret of a webhook; None when it is one."""
    if not secret.startswith("whsec_"):
        return "must begin with whsec_"
    try:
        length = len(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    except ValueError:
        return "must be base64 after whsec_"
    return None if 24 <= length <= 64 else "must be 24 to 64 bytes in base64"
