from rest_framework.test import APIClient

from aira.outbox.models import ServiceEndpoint, WebhookDelivery
from knowledge.models import Document
from tests.factories import Tenant


def test_deliveries_are_read_and_replayed(api: APIClient, alices_tenant: Tenant) -> None:
    delivery = WebhookDelivery.objects.get(record_id=alices_tenant.document.pk)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_attempt_at=None, attempts=10, last_error="answered 500")
    found = api.get("/api/v1/deliveries/", {"record_id": str(alices_tenant.document.pk)}).json()["results"]
    assert [(each["id"], each["state"], each["attempts"]) for each in found] == [(str(delivery.pk), "dead", 10)]
    assert api.get(f"/api/v1/deliveries/{delivery.pk}/attempts/").json() == []
    replayed = api.post(f"/api/v1/deliveries/{delivery.pk}/replay/")
    assert (replayed.status_code, replayed.json()["state"]) == (200, "pending")


def test_an_endpoint_is_held_and_resumed(api: APIClient) -> None:
    ServiceEndpoint.objects.create(name="kb_updater", base_url="https://kb.example.com")
    held = api.post("/api/v1/endpoints/kb_updater/hold/", {"reason": "maintenance"})
    assert (held.status_code, held.json()["held_reason"]) == (200, "maintenance")
    resumed = api.post("/api/v1/endpoints/kb_updater/resume/")
    assert (resumed.status_code, resumed.json()["held_at"]) == (200, None)
    assert [each["name"] for each in api.get("/api/v1/endpoints/").json()] == ["kb_updater"]


def test_a_document_is_processed_again(api: APIClient, alices_tenant: Tenant) -> None:
    document = alices_tenant.document
    url = f"/api/v1/documents/{document.pk}/process_again/"
    assert api.post(url).json()["attempts"] == 1
    for status in ("processing", "completed"):
        Document.objects.filter(pk=document.pk).update(processing_status=status)
    again = api.post(url)
    assert (again.status_code, again.json()["processing_status"], again.json()["attempts"]) == (200, "pending", 2)
