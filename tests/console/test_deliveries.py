from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from aira.adminkit.models import BulkRun
from aira.console.models import StaffUser
from aira.outbox.models import DeliveryAttempt, ServiceEndpoint, WebhookDelivery
from knowledge.models import Document
from tests.adminkit.test_bulk import choose, do
from tests.console.test_pages import page
from tests.factories import Tenant


def run(console: Client, action: str, *rows: Any) -> str:
    """Return the console's message after an action of a list."""
    sent = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    answer = console.post(page(type(rows[0]), "changelist"), sent, follow=True)
    assert answer.status_code == 200
    return " ".join(str(message) for message in answer.context["messages"])


def dead(tenant: Tenant) -> WebhookDelivery:
    delivery = WebhookDelivery.objects.get(record_id=tenant.document.pk)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_attempt_at=None, attempts=10, last_error="answered 500")
    return delivery


def test_a_dead_delivery_is_replayed_under_its_id(console: Client, alices_tenant: Tenant) -> None:
    delivery = dead(alices_tenant)
    assert console.get(page(WebhookDelivery, "changelist") + "?state=dead").context["cl"].result_count == 1
    assert do(console, choose(console, "replay", delivery)) == {str(delivery.pk): None}
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.attempts_before) == ("pending", 10, 10)
    assert "is no longer possible" in str(do(console, choose(console, "replay", delivery))[str(delivery.pk)])


def test_a_delivery_shows_its_requests_and_answers(console: Client, alices_tenant: Tenant) -> None:
    delivery = dead(alices_tenant)
    DeliveryAttempt.objects.create(
        id=delivery.pk, at=timezone.now(), delivery=delivery, endpoint="kb_updater", attempt=10, duration=12, status=500,
        error="answered 500", request_head="webhook-id: 1", response_head="Server: teapot", response_body="<b>no</b>",
    )  # fmt: skip
    answer = console.get(page(WebhookDelivery, "change", delivery.pk))
    assert answer.status_code == 200
    for text in ("a.pdf", "webhook-id: 1", "Server: teapot", "&lt;b&gt;no&lt;/b&gt;"):
        assert text in answer.content.decode()


def test_an_endpoint_is_held_tested_and_resumed(console: Client, settings: Any) -> None:
    endpoint = ServiceEndpoint.objects.create(name="kb_updater", base_url="https://kb.example.com")
    assert "Endpoints on hold: 1" in run(console, "hold", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.held_reason == "by sam in the console"
    assert "on hold: by sam" in console.get(page(ServiceEndpoint, "changelist")).content.decode()
    assert "Endpoints resumed: 1" in run(console, "resume", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.held_at is None
    settings.KB_UPDATER_SECRET = []
    assert "Set KB_UPDATER_SECRET" in run(console, "test", endpoint)


def test_read_only_staff_see_no_buttons(client: Client, alices_tenant: Tenant, db: None) -> None:
    reader = StaffUser.objects.create_user("rita", password="correct horse battery", is_staff=True)
    reader.user_permissions.set(
        Permission.objects.filter(codename__in=["view_webhookdelivery", "view_serviceendpoint"])
    )
    client.force_login(reader)
    delivery = dead(alices_tenant)
    run(client, "bulk_replay", delivery)
    assert not BulkRun.objects.exists()
    delivery.refresh_from_db()
    assert delivery.state == "dead"
    endpoint = ServiceEndpoint.objects.create(name="kb_updater", base_url="https://kb.example.com")
    run(client, "hold", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.held_at is None


def test_a_failed_document_is_processed_again(console: Client, alices_tenant: Tenant) -> None:
    document = alices_tenant.document
    assert "is no longer possible" in str(do(console, choose(console, "process-again", document))[str(document.pk)])
    for status, error in (("processing", None), ("failed", "unreadable")):
        Document.objects.filter(pk=document.pk).update(processing_status=status, processing_error=error)
    assert do(console, choose(console, "process-again", document)) == {str(document.pk): None}
    document.refresh_from_db()
    assert (document.processing_status, document.attempts) == ("pending", 2)
    assert WebhookDelivery.objects.filter(record_id=document.pk).count() == 2
