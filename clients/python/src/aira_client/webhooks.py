"""Verify webhooks by Standard Webhooks (https://www.standardwebhooks.com)."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence

from aira_client.errors import AiraError
from aira_client.generated.models import Event

PREFIX, VERSION = "whsec_", "v1"


class InvalidSignature(AiraError):
    """Raised for a webhook that AiRa did not send, or that was sent too long ago. Answer 401."""


class Webhook:
    """Verifier of one subscription's webhooks.

    Args:
        secrets: the secret, or several of them while you replace one.
        tolerance: seconds by which the sender's clock may differ from ours.
    """

    def __init__(self, secrets: str | Sequence[str], *, tolerance: float = 300) -> None:
        self.keys = [key_of(secret) for secret in ([secrets] if isinstance(secrets, str) else secrets)]
        if not self.keys:
            raise ValueError("No secret was given. Write the subscription's secret, which begins with whsec_.")
        self.tolerance = tolerance

    def verify(self, body: bytes | str, headers: Mapping[str, str]) -> Event:
        """Return the event of a request. Raises InvalidSignature.

        Args:
            body: the body as it arrived. A body that was parsed and written again has another signature.
            headers: the request's headers, in upper or lower case.
        """
        found = {name.lower(): value for name, value in headers.items()}
        try:
            id_, sent_at, signatures = (found[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        except KeyError as missing:
            raise InvalidSignature(f"The header {missing} is missing.") from None
        self.check_time(sent_at)
        content = body.encode() if isinstance(body, str) else body
        signed = b".".join((id_.encode(), sent_at.encode(), content))
        # While a secret is replaced, AiRa signs with the new one and the previous one.
        given = [text for version, _, text in (one.partition(",") for one in signatures.split()) if version == VERSION]
        expected = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)) for key in self.keys]
        if not any(hmac.compare_digest(one, text.encode()) for one in expected for text in given):
            raise InvalidSignature("No signature matches. Check the secret, and verify the body as it arrived.")
        try:
            return Event(json.loads(content))
        except (ValueError, TypeError):
            raise InvalidSignature("The body is not an event.") from None

    def check_time(self, sent_at: str) -> None:
        """Raise InvalidSignature for a time that is too far from now, so that nobody sends a webhook again later."""
        if not re.fullmatch("[0-9]{1,12}", sent_at) or abs(time.time() - int(sent_at)) > self.tolerance:
            raise InvalidSignature(f"The webhook was sent at {sent_at[:20]}. Compare the clock of this machine.")


def key_of(secret: str) -> bytes:
    """Return the key of a secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("This is not a secret of a subscription. It begins with whsec_.")
    return key
