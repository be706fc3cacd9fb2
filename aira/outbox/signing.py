"""Sign webhooks as Standard Webhooks requires."""

import base64
from datetime import datetime
from uuid import UUID

from standardwebhooks import Webhook


class Signer:
    """Signer of webhooks.

    Attributes:
        secrets: texts `whsec_…`, the current one first. During a rotation, a service may know any of them.
    """

    def __init__(self, secrets: list[str]) -> None:
        self.webhooks = [Webhook(secret) for secret in secrets]

    def headers(self, delivery: UUID, at: datetime, body: str) -> dict[str, str]:
        """Return the headers of an attempt.

        Retries have the same id, by which services recognise repetitions.

        Args:
            at: the time of this attempt in UTC.
        """
        signatures = (webhook.sign(str(delivery), at, body) for webhook in self.webhooks)
        return {
            "content-type": "application/json",
            "user-agent": "AiRa-Webhooks/1",
            "webhook-id": str(delivery),
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def secret_problem(secret: str) -> str | None:
    """Return why a text is not a secret of webhooks, or None."""
    if not secret.startswith("whsec_"):
        return "must begin with whsec_"
    try:
        length = len(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    except ValueError:
        return "must be base64 after whsec_"
    return None if 24 <= length <= 64 else "must be 24 to 64 bytes in base64"
