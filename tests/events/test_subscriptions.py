"""Tools subscribe to events, within what they may read, and learn each secret once."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from aira.api.models import IdempotentAnswer
from aira.audit.models import AuditEvent
from aira.events import subscriptions
from aira.events.event_types import EVENT_TYPES
from aira.events.fan_out import fan_out
from aira.events.models import Event, WebhookSubscription
from aira.events.sealing import unseal
from aira.events.tasks import tell_of_paused_subscriptions
from aira.outbox.models import DeliveryAttempt, ServiceEndpoint, WebhookDelivery
from businesses.models import Business
from tests.events.test_listing import EVERY_SCOPE
from tests.factories import Tenant

URL = "/api/v1/webhook-subscriptions/"
ADDRESS = "https://hooks.example.com/aira"
BODY = {"url": ADDRESS, "types": ["business.updated"]}
MANAGE = [f"webhook-subscriptions:{verb}" for verb in ("read", "create", "update", "delete", "replay", "test")]


def subscribe(api: APIClient, **given: Any) -> dict[str, Any]:
    answer = api.post(URL, BODY | given)
    assert answer.status_code == 201, answer.json()
    made: dict[str, Any] = answer.json()
    return made


def change(tenant: Tenant, name: str) -> None:
    Business.objects.filter(pk=tenant.business.pk).update(name=name)


def deliveries(subscription: dict[str, Any]) -> list[WebhookDelivery]:
    return list(WebhookDelivery.objects.filter(endpoint=f"subscription:{subscription['id']}").order_by("created_at"))


def test_a_subscription_shows_its_secret_once(api: APIClient) -> None:
    made = subscribe(api)
    assert made.pop("secret").startswith("whsec_")
    assert api.get(f"{URL}{made['id']}/").json() == made
    assert (made["url"], made["types"], made["state"], made["made_by"]) == (
        ADDRESS, ["business.updated"], "active", "sam",
    )  # fmt: skip
    assert made["contact"] == "sam@example.com"


def test_the_secret_is_stored_encrypted_and_kept_out_of_the_audit(api: APIClient) -> None:
    secret = subscribe(api)["secret"]
    row = WebhookSubscription.objects.get()
    assert secret not in row.secret
    assert unseal(row.secret) == secret
    recorded = AuditEvent.objects.filter(row_id=str(row.pk)).values_list("after", flat=True)
    assert recorded
    assert "secret" not in json.dumps(list(recorded))


def test_an_idempotency_key_repeats_the_answer_without_the_secret(api: APIClient) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    first = api.post(URL, BODY, headers=headers).json()
    second = api.post(URL, BODY, headers=headers)
    assert (second.status_code, second.json()) == (201, first | {"secret": None})
    assert first["secret"] not in str(IdempotentAnswer.objects.values_list("body", flat=True))


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"types": []}, "types"),
        ({"types": ["appointment.eaten"]}, "types"),
        ({"types": ["business.updated", "business.updated"]}, "types"),
        ({"types": ["*", "business.updated"]}, "types"),
        ({"types": "business.updated"}, "types"),
        ({"types": ["x" * 200]}, "types"),
        ({"types": ["business.updated\0"]}, "types"),
        ({"types": ["business.updated"] * 40}, "types"),
        ({"url": "http://hooks.example.com/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://[::1]/"}, "url"),
        ({"url": "https://10.0.0.7/"}, "url"),
        ({"url": "https://169.254.169.254/latest/"}, "url"),
        ({"url": "https://user:secret@hooks.example.com/"}, "url"),
        ({"url": "ftp://hooks.example.com/"}, "url"),
        ({"url": "hooks"}, "url"),
        ({"url": "https://hooks.example.com/" + "x" * 3000}, "url"),
        ({"url": "https://hooks.example.com/\0"}, "url"),
        ({"description": "x" * 2001}, "description"),
        ({"description": "\0"}, "description"),
        ({"contact": "nobody"}, "contact"),
        ({"secret": "whsec_mine"}, "secret"),
        ({"personal_data": "perhaps"}, "personal_data"),
    ],
)
def test_wrong_values_are_refused_by_name(api: APIClient, given: dict[str, Any], name: str) -> None:
    answer = api.post(URL, BODY | given)
    assert answer.status_code == 400
    assert name in answer.json().get("errors", {}) or "\\u0000" in json.dumps(given)
    assert not WebhookSubscription.objects.exists()
    assert not ServiceEndpoint.objects.exists()


def test_an_address_has_one_subscription(api: APIClient) -> None:
    subscribe(api)
    answer = api.post(URL, BODY)
    assert (answer.status_code, answer.json()["constraint"]) == (409, "subscription_url_once")
    assert list(answer.json()["errors"]) == ["url"]


def test_a_private_address_is_refused_in_a_change(api: APIClient) -> None:
    made = subscribe(api)
    answer = api.patch(f"{URL}{made['id']}/", {"url": "https://192.168.0.1/"}, headers={"If-Match": "*"})
    assert list(answer.json()["errors"]) == ["url"]
    changed = api.patch(
        f"{URL}{made['id']}/", {"url": "https://new.example.com/", "types": ["*"]}, headers={"If-Match": "*"}
    ).json()
    assert (changed["url"], changed["types"]) == ("https://new.example.com/", ["*"])


def test_a_key_subscribes_to_what_it_may_read(with_key: Callable[..., APIClient]) -> None:
    client = with_key(*MANAGE, "businesses:read")
    assert client.post(URL, BODY).status_code == 201
    for types in (["appointment.booked"], ["*"], ["business.updated", "wallet.low"]):
        answer = client.post(URL, {"url": "https://other.example.com", "types": types})
        assert answer.status_code == 403, answer.json()


def test_a_key_without_the_right_gets_no_personal_data(with_key: Callable[..., APIClient]) -> None:
    blind = with_key(*MANAGE, *EVERY_SCOPE, name="blind")
    assert blind.post(URL, BODY | {"personal_data": True}).status_code == 403
    made = blind.post(URL, BODY).json()
    path = f"{URL}{made['id']}/"
    assert blind.patch(path, {"personal_data": True}, headers={"If-Match": "*"}).status_code == 403
    seeing = with_key(*MANAGE, *EVERY_SCOPE, "personal:read", name="seeing")
    assert seeing.patch(path, {"personal_data": True}, headers={"If-Match": "*"}).json()["personal_data"] is True


@pytest.mark.parametrize("change", [{"url": "https://elsewhere.example.com/"}, {"types": ["appointment.booked"]}])
def test_a_key_leads_no_events_that_it_may_not_read_to_another_address(
    api: APIClient, with_key: Callable[..., APIClient], change: dict[str, Any]
) -> None:
    """A new address would receive everything that somebody else was allowed to subscribe to."""
    personal = api.post(URL, BODY | {"types": ["*"], "personal_data": True}).json()
    path, headers = f"{URL}{personal['id']}/", {"If-Match": "*"}
    blind = with_key(*MANAGE, *EVERY_SCOPE, name="blind")
    assert blind.patch(path, change, headers=headers).status_code == 403
    everything = api.post(URL, BODY | {"url": "https://hooks.example.com/2", "types": ["*"]}).json()
    narrow = with_key(*MANAGE, "appointments:read", name="narrow")
    refused = narrow.patch(
        f"{URL}{everything['id']}/", {"url": change.get("url", "https://x.example.com/")}, headers=headers
    )
    assert refused.status_code == 403
    assert api.get(path).json()["url"] == personal["url"]
    # A description leads nothing anywhere. Without personal data, the address may change.
    assert blind.patch(path, {"description": "x"}, headers=headers).status_code == 200
    assert blind.patch(path, change | {"personal_data": False}, headers=headers).status_code == 200


@pytest.mark.parametrize("verb", ["pause", "resume", "rotate", "test", "replay"])
def test_each_action_has_a_scope(with_key: Callable[..., APIClient], api: APIClient, verb: str) -> None:
    made = subscribe(api)
    answer = with_key("webhook-subscriptions:read").post(f"{URL}{made['id']}/{verb}/", {})
    assert (answer.status_code, answer.json()["scope"]) == (403, f"webhook-subscriptions:{verb}")


def test_a_paused_subscription_receives_nothing_until_it_is_resumed(api: APIClient, alices_tenant: Tenant) -> None:
    made = subscribe(api)
    paused = api.post(f"{URL}{made['id']}/pause/").json()
    assert (paused["state"], paused["paused_reason"]) == ("paused", "paused by sam")
    change(alices_tenant, "While it was paused")
    fan_out()
    assert deliveries(made) == []
    assert api.post(f"{URL}{made['id']}/resume/").json()["state"] == "active"
    fan_out()
    assert [one.event for one in deliveries(made)] == ["business.updated"]


def test_fan_out_makes_each_delivery_once(api: APIClient, alices_tenant: Tenant) -> None:
    made = subscribe(api, types=["*"])
    for name in ("1", "2", "3"):
        change(alices_tenant, name)
    assert fan_out() == 3
    assert fan_out() == 0
    bodies = [json.loads(one.body) for one in deliveries(made)]
    assert {body["object"]["name"] for body in bodies} == {"1", "2", "3"}
    listed = api.get("/api/v1/events/", {"type": "business.updated"}).json()["results"]
    assert sorted(bodies, key=lambda body: -body["position"]) == listed


def test_events_that_another_worker_passed_on_are_not_passed_on_again(api: APIClient, alices_tenant: Tenant) -> None:
    made = subscribe(api)
    change(alices_tenant, "1")
    stale = WebhookSubscription.objects.get()
    fan_out()
    from aira.events.fan_out import passed_on

    assert list(passed_on(stale, subscriptions.newest_position())) == []
    assert len(deliveries(made)) == 1


def test_a_rotation_keeps_the_previous_secret_for_a_day(api: APIClient) -> None:
    made = subscribe(api)
    renewed = api.post(f"{URL}{made['id']}/rotate/").json()
    assert renewed["secret"] != made["secret"]
    row = WebhookSubscription.objects.get()
    assert (unseal(row.secret), unseal(row.previous_secret or "")) == (renewed["secret"], made["secret"])
    assert renewed["previous_until"] is not None


def test_a_test_sends_a_ping(api: APIClient) -> None:
    made = subscribe(api)
    answer = api.post(f"{URL}{made['id']}/test/")
    [sent] = deliveries(made)
    assert (answer.status_code, answer.json()["delivery"], sent.event, sent.state) == (
        202, str(sent.pk), "test.ping", "pending",
    )  # fmt: skip
    assert json.loads(sent.body)["type"] == "test.ping"


def test_a_replay_sends_again_what_was_delivered(api: APIClient, alices_tenant: Tenant) -> None:
    made = subscribe(api)
    change(alices_tenant, "1")
    change(alices_tenant, "2")
    fan_out()
    first = Event.objects.filter(type="business.updated").earliest("id")
    WebhookDelivery.objects.filter(endpoint=f"subscription:{made['id']}").update(
        next_attempt_at=None, delivered_at=first.at
    )
    answer = api.post(f"{URL}{made['id']}/replay/", {"since": first.at.isoformat()})
    assert (answer.status_code, answer.json()) == (202, {"events": 2})
    before = {one.pk for one in deliveries(made)}
    assert fan_out() == 2
    assert {one.pk for one in deliveries(made) if one.state == "pending"} == before
    wrong = api.post(f"{URL}{made['id']}/replay/", {"since": "yesterday"})
    assert list(wrong.json()["errors"]) == ["since"]
    later = api.post(f"{URL}{made['id']}/replay/", {"since": "2999-01-01T00:00:00Z"})
    assert later.json() == {"events": 0}


def test_attempts_are_listed(api: APIClient, alices_tenant: Tenant) -> None:
    made = subscribe(api)
    change(alices_tenant, "1")
    fan_out()
    [sent] = deliveries(made)
    DeliveryAttempt.objects.create(
        id=uuid4(), at=sent.created_at, delivery=sent, endpoint=sent.endpoint, attempt=1, duration=5, status=500,
        error="answered 500", request_head="",
    )  # fmt: skip
    [attempt] = api.get(f"{URL}{made['id']}/attempts/").json()
    assert (attempt["status"], attempt["error"]) == (500, "answered 500")


def test_removing_a_subscription_removes_its_deliveries(api: APIClient, alices_tenant: Tenant) -> None:
    made = subscribe(api)
    change(alices_tenant, "1")
    fan_out()
    assert api.delete(f"{URL}{made['id']}/", headers={"If-Match": "*"}).status_code == 204
    assert deliveries(made) == []
    assert not WebhookSubscription.objects.exists()
    assert not ServiceEndpoint.objects.exists()


def test_endpoints_of_subscriptions_are_not_listed_as_services(api: APIClient) -> None:
    subscribe(api)
    assert api.get("/api/v1/endpoints/").json() == []


def test_the_contact_is_informed_once(api: APIClient, settings: Any, mailoutbox: list[Any]) -> None:
    made = subscribe(api)
    settings.MAIL = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    name = f"subscription:{made['id']}"
    ServiceEndpoint.objects.filter(name=name).update(held_at="2026-11-30T12:00:00Z", held_reason="it answered 410 Gone")
    for _ in range(2):
        tell_of_paused_subscriptions(timestamp=0)
    [mail] = mailoutbox
    assert mail.to == ["sam@example.com"]
    assert "it answered 410 Gone" in mail.body


def test_a_pause_by_a_person_is_not_mailed(api: APIClient, settings: Any, mailoutbox: list[Any]) -> None:
    made = subscribe(api)
    settings.MAIL = True
    api.post(f"{URL}{made['id']}/pause/")
    tell_of_paused_subscriptions(timestamp=0)
    assert mailoutbox == []


def test_every_type_can_be_subscribed_to(api: APIClient) -> None:
    assert subscribe(api, types=list(EVENT_TYPES))["types"] == sorted(EVENT_TYPES)
