"""Staff read events, and manage the subscriptions that receive them."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from aira.console.models import StaffUser
from aira.events import subscriptions
from aira.events.fan_out import fan_out
from aira.events.models import Event, WebhookSubscription
from aira.events.sealing import unseal
from aira.outbox.models import WebhookDelivery
from businesses.models import Business
from tests.adminkit.test_bulk import choose, do
from tests.console.test_pages import page
from tests.factories import Tenant


@pytest.fixture
def subscription(db: None) -> WebhookSubscription:
    made = subscriptions.subscribe(url="https://hooks.example.com/", types=["*"], made_by="sam", description="a sync")
    return made.subscription


def press(console: Client, name: str, row: WebhookSubscription, data: Any = None) -> Any:
    return console.post(page(WebhookSubscription, "change", row.pk).replace("/change/", f"/do/{name}/"), data or {})


def change(tenant: Tenant) -> Event:
    Business.objects.filter(pk=tenant.business.pk).update(name="Casa Nova")
    fan_out()
    return Event.objects.latest("id")


def test_events_are_listed_and_shown(console: Client, alices_tenant: Tenant) -> None:
    event = change(alices_tenant)
    listed = console.get(page(Event, "changelist"), {"type": "business.updated"})
    assert listed.context["cl"].result_count == 1
    text = console.get(page(Event, "change", event.pk)).content.decode()
    assert "Casa Nova" in text
    assert "Corner Shop" in text


def test_people_are_masked_in_events(client: Client, alices_tenant: Tenant) -> None:
    fan_out()
    event = Event.objects.get(type="appointment.booked")
    reader = StaffUser.objects.create_user("rita", password="correct horse battery", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_event"))
    client.force_login(reader)
    text = client.get(page(Event, "change", event.pk)).content.decode()
    assert "C•••" in text
    assert "Carol" not in text


def test_a_subscription_is_paused_and_resumed(console: Client, subscription: WebhookSubscription) -> None:
    assert do(console, choose(console, "pause", subscription)) == {str(subscription.pk): None}
    subscription.refresh_from_db()
    assert subscription.endpoint.held_reason == "paused by sam"
    assert "paused by sam" in console.get(page(WebhookSubscription, "change", subscription.pk)).content.decode()
    assert do(console, choose(console, "resume", subscription)) == {str(subscription.pk): None}
    assert WebhookSubscription.objects.get().state == "active"


def test_a_new_secret_is_shown_once(console: Client, subscription: WebhookSubscription) -> None:
    address = page(WebhookSubscription, "change", subscription.pk)
    asked = press(console, "rotate", subscription)
    secret = unseal(WebhookSubscription.objects.get().secret)
    # HTML writes a plus sign as it is, and the admin escapes nothing else of base64.
    assert secret.replace("+", "&#x2B;") in asked.content.decode() or secret in asked.content.decode()
    assert "no-store" in asked["Cache-Control"]
    assert secret not in console.get(address).content.decode()


def test_a_test_and_a_replay_are_sent(
    console: Client, subscription: WebhookSubscription, alices_tenant: Tenant
) -> None:
    change(alices_tenant)
    name = subscription.endpoint_id
    sent = WebhookDelivery.objects.filter(endpoint=name)
    count = sent.count()
    press(console, "test", subscription)
    assert sent.filter(event="test.ping").count() == 1
    sent.update(next_attempt_at=None)
    press(console, "replay", subscription, {"since_0": "2020-01-01", "since_1": "00:00"})
    fan_out()
    assert sent.exclude(next_attempt_at=None).count() == count


def test_readers_see_no_buttons(client: Client, subscription: WebhookSubscription) -> None:
    reader = StaffUser.objects.create_user("rita", password="correct horse battery", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_webhooksubscription"))
    client.force_login(reader)
    assert client.get(page(WebhookSubscription, "change", subscription.pk)).status_code == 200
    for name in ("pause", "rotate", "test", "replay"):
        assert press(client, name, subscription).status_code == 403
    assert WebhookSubscription.objects.get().state == "active"
