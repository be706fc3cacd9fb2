from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from aira.console.models import StaffUser
from aira.schema import trash
from billing.models import Wallet
from bookings.models import Appointment
from knowledge.models import Document
from tests.factories import Tenant
from tests.interference import before_statement

TEN = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=30)


def book(api: APIClient, tenant: Tenant, **given: Any) -> Any:
    body = {"business": str(tenant.business.pk), "scheduled_at": TEN.isoformat(), "customer_name": "Dora", **given}
    return api.post("/api/v1/appointments/book/", body, format="json")


def test_an_appointment_is_booked_moved_and_cancelled(api: APIClient, alices_tenant: Tenant) -> None:
    booked = book(api, alices_tenant, external_id="CA1", notes="window")
    assert booked.status_code == 201
    assert (booked.json()["status"], booked.json()["notes"]) == ("confirmed", "window")
    again = book(api, alices_tenant, external_id="CA1")
    assert (again.status_code, again.json()["id"]) == (200, booked.json()["id"])
    url = f"/api/v1/appointments/{booked.json()['id']}"
    moved = api.post(f"{url}/reschedule/", {"scheduled_at": (TEN + timedelta(hours=2)).isoformat()}, format="json")
    assert (moved.status_code, moved.json()["scheduled_at"][11:16]) == (200, "12:00")
    for _ in range(2):
        cancelled = api.post(f"{url}/cancel/", {"reason": "ill"}, format="json")
        assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    moved = api.post(f"{url}/reschedule/", {"scheduled_at": TEN.isoformat()}, format="json")
    assert (moved.status_code, moved.json()["type"]) == (409, "urn:aira:problem:already_cancelled")


@pytest.mark.parametrize(
    ("given", "status", "kind"),
    [
        ({"scheduled_at": (TEN - timedelta(hours=5)).isoformat()}, 409, "outside_hours"),
        ({"scheduled_at": "2001-01-01T10:00Z"}, 409, "in_past"),
        ({"business": "00000000-0000-4000-8000-000000000000"}, 400, "unknown_business"),
        ({"duration": 0}, 400, "invalid_duration"),
        ({"duration": 2**40}, 400, None),
        ({"scheduled_at": "tomorrow"}, 400, "invalid"),
        ({"customer_name": ""}, 400, "invalid"),
        ({"customer_name": "a\x00b"}, 400, None),
    ],
)
def test_a_refused_booking_gives_the_reason(
    api: APIClient, alices_tenant: Tenant, given: Any, status: int, kind: str | None
) -> None:
    before = Appointment.objects.count()
    answer = book(api, alices_tenant, **given)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    if kind:
        assert answer.json()["type"] == f"urn:aira:problem:{kind}"
    assert Appointment.objects.count() == before


def test_free_slots_are_listed(api: APIClient, alices_tenant: Tenant) -> None:
    book(api, alices_tenant)
    business = str(alices_tenant.business.pk)
    asked = {"business": business, "start": TEN.isoformat(), "end": (TEN + timedelta(hours=3)).isoformat()}
    found = api.get("/api/v1/appointments/slots/", asked)
    assert [(slot["starts_at"][11:16], slot["free"]) for slot in found.json()] == [("11:00", 1), ("12:00", 1)]
    near = api.get("/api/v1/appointments/nearest/", {"business": business, "near": TEN.isoformat(), "limit": 2})
    assert [slot["local_start"][11:16] for slot in near.json()] == ["09:00", "11:00"]
    check = api.get("/api/v1/appointments/check/", {"business": business, "scheduled_at": TEN.isoformat()})
    assert check.json() == {"answer": "fully_booked"}
    wide = api.get("/api/v1/appointments/slots/", {**asked, "end": (TEN + timedelta(days=90)).isoformat()})
    assert (wide.status_code, "62 days" in wide.json()["detail"]) == (400, True)
    assert api.get("/api/v1/appointments/slots/", {"business": "x"}).status_code == 400


def test_a_transaction_is_recorded_completed_and_refunded(api: APIClient, alices_tenant: Tenant, alice: Any) -> None:
    body = {"user": str(alice), "type": "debit", "amount": "10.00", "currency": "USD", "idempotency_key": "k"}
    recorded = api.post("/api/v1/transactions/record/", body, format="json")
    assert (recorded.status_code, recorded.json()["status"]) == (201, "pending")
    url = f"/api/v1/transactions/{recorded.json()['id']}"
    for _ in range(2):
        assert api.post(f"{url}/complete/").json()["status"] == "completed"
    assert api.post("/api/v1/transactions/record/", body, format="json").json()["id"] == recorded.json()["id"]
    refused = api.post(f"{url}/fail/")
    assert (refused.status_code, refused.json()["constraint"]) == (400, "transaction_status_transition")
    part = api.post(f"{url}/refund/", {"amount": "4.00", "key": "r1"}, format="json")
    assert (part.json()["status"], part.json()["refunded_amount"]) == ("completed", "4.00")
    more = api.post(f"{url}/refund/", {"amount": "7.00"}, format="json")
    assert (more.status_code, more.json()["constraint"]) == (400, "refund_exceeds_amount")
    assert Wallet.objects.get(user_id=alice).balance_usd == 19
    wallet = f"/api/v1/wallets/{alices_tenant.wallet.pk}/statement/"
    said = api.get(wallet, {"start": "2020-01-01T00:00Z", "end": TEN.isoformat()}).json()
    assert [entry["amount"] for entry in said["entries"]] == ["25.00", "-10.00", "4.00"]
    assert (said["opening_balance"], said["closing_balance"]) == ("0.00", "19.00")


def test_the_ledger_proof_is_available(api: APIClient, alices_tenant: Tenant) -> None:
    proof = api.get("/api/v1/ledger-entries/proof/")
    assert (proof.status_code, proof.json()) == (200, [])
    assert APIClient().get("/api/v1/ledger-entries/proof/").status_code == 401


def test_a_dispute_of_spent_money_creates_a_debt(api: APIClient, alices_tenant: Tenant, alice: Any) -> None:
    spend = {"user": str(alice), "type": "debit", "amount": "20", "currency": "USD", "status": "completed"}
    api.post("/api/v1/transactions/record/", spend, format="json")
    url = f"/api/v1/transactions/{alices_tenant.transaction.pk}/dispute/"
    assert api.post(url, {}, format="json").json()["refunded_amount"] == "5.00"
    assert api.get("/api/v1/transactions/?status=pending").json()["results"][0]["amount"] == "20.00"


def test_a_key_that_may_only_read_changes_nothing(alices_tenant: Tenant) -> None:
    reader = StaffUser.objects.create_user("reader", password="correct horse", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    api = APIClient()
    api.force_login(reader)
    assert book(api, alices_tenant).status_code == 403
    assert api.post(f"/api/v1/appointments/{alices_tenant.appointment.pk}/cancel/").status_code == 403
    assert api.post(f"/api/v1/transactions/{alices_tenant.transaction.pk}/refund/").status_code == 403
    asked = {"business": str(alices_tenant.business.pk), "scheduled_at": TEN.isoformat()}
    assert api.get("/api/v1/appointments/check/", asked).json() == {"answer": "ok"}


@pytest.mark.parametrize(
    ("becomes", "kind", "said"),
    [
        (None, "document_in_trash", "The document is in the trash. Restore it first."),
        ("pending", "document_not_failed", "The document is pending. Only a failed document can be retried."),
    ],
)
def test_a_document_that_cannot_be_processed_again_gives_its_status(
    api: APIClient, alices_tenant: Tenant, becomes: str | None, kind: str, said: str
) -> None:
    same = Document.objects.filter(pk=alices_tenant.document.pk)
    for state in ("processing", "failed"):
        same.update(processing_status=state, processing_error="no text")
    retry = f"/api/v1/documents/{alices_tenant.document.pk}/retry/"
    if becomes:
        with before_statement('UPDATE "documents"', lambda: same.update(processing_status=becomes)):
            refused = api.post(retry)
    else:
        trash.discard(same)
        refused = api.post(retry)
    assert (refused.status_code, refused.json()["type"]) == (409, f"urn:aira:problem:{kind}")
    assert refused.json()["detail"] == said


@pytest.mark.parametrize(("verb", "status"), [("complete", "completed"), ("no_show", "no_show")])
def test_an_appointment_is_completed_or_marked_as_a_no_show(
    api: APIClient, alices_tenant: Tenant, verb: str, status: str
) -> None:
    url = f"/api/v1/appointments/{alices_tenant.appointment.pk}"
    for _ in range(2):
        done = api.post(f"{url}/{verb}/")
        assert (done.status_code, done.json()["status"]) == (200, status)
    other = "no_show" if verb == "complete" else "complete"
    refused = api.post(f"{url}/{other}/")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:aira:problem:appointment_not_moved")
    assert "Confirm it first." in refused.json()["detail"]
    for _ in range(2):
        assert api.post(f"{url}/confirm/").json()["status"] == "confirmed"


def test_an_appointment_is_confirmed_again_if_its_time_is_free(api: APIClient, alices_tenant: Tenant) -> None:
    first = book(api, alices_tenant).json()["id"]
    api.post(f"/api/v1/appointments/{first}/cancel/")
    book(api, alices_tenant)
    taken = api.post(f"/api/v1/appointments/{first}/confirm/")
    assert (taken.status_code, taken["Content-Type"]) == (409, "application/problem+json")
    assert Appointment.objects.get(pk=first).status == "cancelled"


def test_an_appointment_in_the_trash_must_be_restored_first(api: APIClient, alices_tenant: Tenant) -> None:
    trash.discard(Appointment.objects.filter(pk=alices_tenant.appointment.pk))
    for verb in ("complete", "no_show", "confirm"):
        refused = api.post(f"/api/v1/appointments/{alices_tenant.appointment.pk}/{verb}/")
        assert (refused.status_code, "Restore it first." in refused.json()["detail"]) == (409, True)
    assert api.post("/api/v1/appointments/00000000-0000-4000-8000-000000000000/complete/").status_code == 404


@pytest.mark.parametrize("verb", ["complete", "no_show", "confirm", "cancel"])
def test_each_verb_needs_its_own_scope(with_key: Any, alices_tenant: Tenant, verb: str) -> None:
    url = f"/api/v1/appointments/{alices_tenant.appointment.pk}/{verb}/"
    refused = with_key("appointments:update", name="other").post(url)
    assert (refused.status_code, refused.json()["scope"]) == (403, f"appointments:{verb}")
    assert with_key(f"appointments:{verb}").post(url).status_code == 200
