"""Describe the webhooks of subscriptions for OpenAPI."""

from typing import Any

from aira.events.event_types import EVENT_TYPES, TEST_PING

HEADERS = {
    "webhook-id": "Id of the delivery. It is the same on every retry",
    "webhook-timestamp": "Time of the attempt, in seconds since 1970",
    "webhook-signature": "Signatures of Standard Webhooks, one for each secret",
}
PING = f"{TEST_PING} tests a subscription."


def webhooks() -> dict[str, Any]:
    """Return the description of the webhook of each type of events."""
    types = EVENT_TYPES | {TEST_PING: PING}
    return {
        kind: {
            "post": {
                "operationId": f"webhook_{kind.replace('.', '_')}",
                "summary": kind,
                "description": meaning,
                "tags": ["webhooks"],
                # The signature proves the sender. OpenAPI has no scheme for it.
                "security": [],
                "parameters": [
                    {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
                    for name, text in HEADERS.items()
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}},
                },
                "responses": {
                    "2XX": {"description": "The event was received. Any other status is tried again"},
                    "410": {"description": "The receiver wants no more events. The subscription is paused"},
                },
            }
        }
        for kind, meaning in types.items()
    }
