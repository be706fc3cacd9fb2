"""Test that the client accepts the webhooks that the platform signs, and no others."""

import base64
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from standardwebhooks import Webhook as Standard

from aira.outbox.signing import Signer
from aira_client import InvalidSignature, Webhook
from aira_client.models import Transaction

BODY = json.dumps(
    {
        "id": 4711, "type": "transaction.failed", "position": 12, "object_type": "transaction",
        "object": {"id": str(uuid4()), "amount": "25.00", "status": "failed", "newer": "é"},
    },
    ensure_ascii=False,
)  # fmt: skip


def secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


CURRENT, PREVIOUS = secret(), secret()


def signed(*by: str, at: datetime | None = None) -> dict[str, str]:
    return Signer(list(by)).headers(uuid4(), at or datetime.now(UTC), BODY)


def test_an_event_that_the_platform_signed_is_read() -> None:
    event = Webhook(CURRENT).verify(BODY.encode(), signed(CURRENT))
    assert (event.id, event.type, event.position) == (4711, "transaction.failed", 12)
    assert isinstance(event.object, Transaction)
    assert (str(event.object.amount), event.object.newer) == ("25.00", "é")


def test_another_library_verifies_and_signs_the_same() -> None:
    headers = signed(CURRENT)
    assert Standard(CURRENT).verify(BODY, headers)["id"] == 4711
    now = datetime.now(UTC)
    upper = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": Standard(CURRENT).sign("msg_1", now, BODY),
    }
    assert Webhook(CURRENT).verify(BODY, upper).id == 4711


@pytest.mark.parametrize("known", [CURRENT, PREVIOUS, [CURRENT, PREVIOUS]], ids=["new", "old", "both"])
def test_either_secret_works_while_it_is_replaced(known: Any) -> None:
    """The platform signs with both, and a receiver knows one or both."""
    assert Webhook(known).verify(BODY, signed(CURRENT, PREVIOUS)).id == 4711
    with pytest.raises(InvalidSignature):
        Webhook(known).verify(BODY, signed(secret()))


def test_signatures_of_other_versions_are_ignored() -> None:
    headers = signed(CURRENT)
    headers["webhook-signature"] = f"v1a,AAAA v2 {headers['webhook-signature']} v1,"
    assert Webhook(CURRENT).verify(BODY, headers).id == 4711
    headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v2,")
    with pytest.raises(InvalidSignature, match="No signature matches"):
        Webhook(CURRENT).verify(BODY, headers)


@pytest.mark.parametrize("change", ["body", "webhook-id", "webhook-timestamp", "webhook-signature", "no header"])
def test_a_changed_webhook_is_refused(change: str) -> None:
    headers, body = signed(CURRENT), BODY
    match change:
        case "body":
            body = body.replace("25.00", "2.00")
        case "webhook-timestamp":
            headers[change] = str(int(headers[change]) - 1)
        case "no header":
            del headers["webhook-signature"]
        case _:
            headers[change] = headers[change][:-1] + "é"
    with pytest.raises(InvalidSignature):
        Webhook(CURRENT).verify(body, headers)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_webhook_is_refused(minutes: int) -> None:
    headers = signed(CURRENT, at=datetime.now(UTC) + timedelta(minutes=minutes))
    with pytest.raises(InvalidSignature, match="Compare the clock"):
        Webhook(CURRENT).verify(BODY, headers)
    assert Webhook(CURRENT, tolerance=600).verify(BODY, headers).id == 4711


@pytest.mark.parametrize("sent_at", ["", "soon", "1e9", "²", "-5", "9" * 400])
def test_an_invalid_time_is_refused(sent_at: str) -> None:
    with pytest.raises(InvalidSignature):
        Webhook(CURRENT).verify(BODY, signed(CURRENT) | {"webhook-timestamp": sent_at})


def test_a_signed_body_that_is_not_an_event_is_refused() -> None:
    headers = Signer([CURRENT]).headers(uuid4(), datetime.now(UTC), "[1]")
    with pytest.raises(InvalidSignature, match="not an event"):
        Webhook(CURRENT).verify("[1]", headers)


@pytest.mark.parametrize("wrong", ["", "whsec_", "whsec_!!", "aira_key"])
def test_a_wrong_secret_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a secret"):
        Webhook(wrong)
    with pytest.raises(ValueError, match="No secret"):
        Webhook([])
