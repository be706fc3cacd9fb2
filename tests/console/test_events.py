"""Staff read events, and manage the subscriptions that receive them."""

import html
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
    assert secret in html.unescape(asked.content.decode())
    assert "webhooks are signed with both secrets" in asked.content.decode()
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
    for name in ("change", "pause", "rotate", "test", "replay", "remove"):
        assert press(client, name, subscription).status_code == 403
    assert WebhookSubscription.objects.get().state == "active"


GIVEN = {
    "url": "https://hooks.example.com/aira",
    "description": "accounting",
    "contact": "it@example.com",
    "types": ["transaction.completed", "wallet.low"],
}


def test_a_subscription_is_made_with_a_secret_that_is_shown_once(console: Client) -> None:
    add = page(WebhookSubscription, "add")
    assert "Create a subscription" in console.get(page(WebhookSubscription, "changelist")).content.decode()
    assert "only once" in console.get(add).content.decode()
    answer = console.post(add, GIVEN)
    row = WebhookSubscription.objects.get()
    assert (row.endpoint.base_url, row.description, row.contact) == (GIVEN["url"], "accounting", "it@example.com")
    assert (row.types, row.personal_data, row.made_by) == (["transaction.completed", "wallet.low"], False, "sam")
    shown = html.unescape(answer.content.decode())
    assert unseal(row.secret) in shown
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"url": "http://hooks.example.com/"}, "url", "https"),
        ({"url": "https://127.0.0.1/"}, "url", "127.0.0.1"),
        ({"url": ""}, "url", "Fill it in"),
        ({"types": ["*", "wallet.low"]}, "types", "every type"),
        ({"types": ["wallet.high"]}, "types", "wallet.high"),
        ({"contact": "nobody"}, "contact", "e-mail"),
        ({"description": "x" * 5000}, "description", "characters"),
    ],
)
def test_a_subscription_that_cannot_work_is_refused_beside_its_field(
    console: Client, given: dict[str, Any], field: str, said: str
) -> None:
    answer = console.post(page(WebhookSubscription, "add"), GIVEN | given)
    assert said in " ".join(answer.context["form"].errors[field]), answer.context["form"].errors
    assert not WebhookSubscription.objects.exists()


def test_a_subscription_is_changed_and_removed(console: Client, subscription: WebhookSubscription) -> None:
    address = page(WebhookSubscription, "change", subscription.pk).replace("/change/", "/do/change/")
    form = console.get(address).context["form"]
    assert (form["url"].value(), form["types"].value()) == ("https://hooks.example.com/", ["*"])
    assert press(console, "change", subscription, GIVEN).status_code == 302
    subscription.refresh_from_db()
    assert (subscription.endpoint.base_url, subscription.description) == (GIVEN["url"], "accounting")
    refused = press(console, "change", subscription, GIVEN | {"url": "ftp://x"})
    assert refused.status_code == 200
    gone = console.post(
        page(WebhookSubscription, "change", subscription.pk).replace("/change/", "/do/remove/"),
        {"reason": "retired"},
        follow=True,
    )
    assert gone.redirect_chain[-1][0] == page(WebhookSubscription, "changelist")
    assert "is removed" in gone.content.decode()
    assert not WebhookSubscription.objects.exists()


def test_staff_subscribe_only_to_what_they_may_read(client: Client, db: None) -> None:
    engineer = StaffUser.objects.create_user("rita", password="correct horse battery", is_staff=True)
    names = ("add_webhooksubscription", "view_webhooksubscription", "view_wallet")
    engineer.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(engineer)
    add = page(WebhookSubscription, "add")
    hidden = client.post(add, GIVEN).context["form"].errors
    assert hidden == {"types": ["You may not view the records of transaction.completed. Leave them out."]}
    masked = client.post(add, GIVEN | {"types": ["wallet.low"], "personal_data": "on"}).context["form"].errors
    assert list(masked) == ["personal_data"]
    assert not WebhookSubscription.objects.exists()
    assert "shown" in client.post(add, GIVEN | {"types": ["wallet.low"]}).context
    reader = StaffUser.objects.create_user("rob", password="correct horse battery", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_webhooksubscription"))
    client.force_login(reader)
    assert client.post(add, GIVEN).status_code == 403
