"""Test that a body may contain only the members that the operation reads."""

from typing import Any

import pytest
import yaml
from django.urls import resolve
from rest_framework.test import APIClient

from aira.api.urls import router
from aira.audit.models import AuditEvent
from aira.embedded import PROJECT
from aira.events import subscriptions
from aira.outbox.models import ServiceEndpoint, WebhookDelivery
from billing.models import Transaction, Wallet
from bookings.models import Appointment
from businesses.models import Business
from tests.api.routes import Route, writes
from tests.factories import Tenant

ANY = {"If-Match": "*"}


@pytest.fixture
def keys(alices_tenant: Tenant) -> dict[str, str]:
    endpoint, _ = ServiceEndpoint.objects.get_or_create(name="kb_updater", defaults={"base_url": "https://kb.example"})
    delivery = WebhookDelivery.objects.filter(record_id=alices_tenant.document.pk).first()
    assert delivery
    made = subscriptions.subscribe(url="https://hooks.example.com/", types=["*"], made_by="sam")
    return {
        "endpoints": endpoint.name,
        "deliveries": str(delivery.pk),
        "webhook-subscriptions": str(made.subscription.pk),
    }


@pytest.mark.parametrize("route", writes(), ids=lambda route: route.name)
def test_every_write_refuses_an_unknown_member(
    api: APIClient, alices_tenant: Tenant, keys: dict[str, str], route: Route
) -> None:
    before = AuditEvent.objects.count()
    answer = api.generic(
        route.method.upper(),
        route.url(alices_tenant, **keys),
        '{"amuont": "1.00", "reason": "ticket 7"}',
        "application/json",
        headers=ANY,
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:aira:problem:invalid"), answer.content
    assert answer.json()["errors"]["amuont"][0].startswith("No member has this name.")
    assert AuditEvent.objects.count() == before


def test_the_test_covers_every_kind_of_write() -> None:
    names = {route.name for route in writes()}
    assert {"post businesses/", "patch businesses/{pk}/", "delete businesses/{pk}/", "post businesses/bulk/"} <= names
    assert {"post transactions/{pk}/refund/", "post endpoints/{pk}/hold/", "post appointments/{pk}/no_show/"} <= names
    assert len(names) >= 45


@pytest.mark.parametrize(
    "amount",
    [
        '"1e3"', "1e3", "1E0", '"Infinity"', '"NaN"', '"١٢"', '"1_000"', '"+5"', '" 5"', '"5 "', '"5\\n"', '"5."',
        '".5"', '"0x10"', '"1,000.00"', '""', "true", "[5]", "{}",
    ],
)  # fmt: skip
def test_an_amount_is_digits_with_a_point(api: APIClient, alices_tenant: Tenant, alice: Any, amount: str) -> None:
    url = f"/api/v1/transactions/{alices_tenant.transaction.pk}/refund/"
    refused = api.generic("POST", url, f'{{"amount": {amount}}}', "application/json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["amount"]), refused.content
    assert "is not an amount. Write it as 1000.00." in refused.json()["errors"]["amount"][0]
    assert Wallet.objects.get(user_id=alice).balance_usd == 25


@pytest.mark.parametrize("amount", ['"5"', '"5.00"', "5", "5.0", "5.25"])
def test_an_amount_may_be_a_text_or_a_number(api: APIClient, alices_tenant: Tenant, amount: str) -> None:
    url = f"/api/v1/transactions/{alices_tenant.transaction.pk}/refund/"
    done = api.generic("POST", url, f'{{"amount": {amount}}}', "application/json")
    assert (done.status_code, done.json()["refunded_amount"][:2]) == (200, "5."), done.content


def test_a_number_out_of_range_is_refused(api: APIClient, alices_tenant: Tenant) -> None:
    url = f"/api/v1/transactions/{alices_tenant.transaction.pk}/refund/"
    refused = api.generic("POST", url, '{"amount": 1e400}', "application/json")
    assert refused.status_code == 400
    assert "1e400 is out of range" in refused.json()["detail"]


def test_a_misspelled_amount_refunds_nothing(api: APIClient, alices_tenant: Tenant, alice: Any) -> None:
    url = f"/api/v1/transactions/{alices_tenant.transaction.pk}"
    for verb, sent in (
        ("refund", {"amuont": "1.00"}),
        ("dispute", {"amont": "3"}),
        ("refund", {"amount": "1", "x": 1}),
    ):
        refused = api.post(f"{url}/{verb}/", sent)
        assert (refused.status_code, set(refused.json()["errors"])) == (400, set(sent) - {"amount"})
    assert "Did you mean amount?" in api.post(f"{url}/refund/", {"amuont": "1"}).json()["errors"]["amuont"][0]
    assert Wallet.objects.get(user_id=alice).balance_usd == 25
    hold = Transaction.objects.create(user_id=alice, amount=5, currency="USD", type="debit", hold=True)
    assert api.post(f"/api/v1/transactions/{hold.pk}/complete/", {"amuont": "1.35"}).status_code == 400
    hold.refresh_from_db()
    assert hold.status == "pending"


def test_all_errors_of_a_body_are_reported_at_once(api: APIClient, alices_tenant: Tenant) -> None:
    sent = {"nmae": "x", "id": "7", "business_type": "retail"}
    errors = api.post("/api/v1/businesses/", sent).json()["errors"]
    assert set(errors) == {"nmae", "id", "user", "name"}


@pytest.mark.parametrize(
    ("resource", "thing", "member", "verbs"),
    [
        ("appointments", "appointment", "status", ("confirm", "complete", "no_show", "cancel")),
        ("appointments", "appointment", "deleted_at", ("trash", "restore")),
        ("businesses", "business", "deleted_at", ("trash", "restore")),
        ("documents", "document", "processing_status", ("process_again", "retry")),
        ("documents", "document", "user", ()),
        ("appointments", "appointment", "slot_number", ()),
        ("booking-rules", "rules", "created_at", ()),
    ],
)
def test_an_error_about_a_read_only_member_names_the_verb_that_changes_it(
    api: APIClient, alices_tenant: Tenant, resource: str, thing: str, member: str, verbs: tuple[str, ...]
) -> None:
    row = getattr(alices_tenant, thing)
    answer = api.patch(f"/api/v1/{resource}/{row.pk}/", {member: None}, headers=ANY)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [member])
    [said] = answer.json()["errors"][member]
    assert "read-only" in said
    for verb in verbs:
        assert f"POST /api/v1/{resource}/{row.pk}/{verb}/" in said


def test_every_verb_that_an_error_names_exists() -> None:
    for prefix, view, _ in router.registry:
        for verbs in getattr(view, "changed_by", {}).values():
            for verb in verbs:
                assert resolve(f"/api/v1/{prefix}/00000000-0000-4000-8000-000000000000/{verb}/")


def test_an_unknown_member_of_an_item_refuses_that_item(api: APIClient, alice: Any, db: None) -> None:
    item = {"user": str(alice), "name": "One", "business_type": "retail"}
    answer = api.post("/api/v1/businesses/bulk/", {"items": [item, item | {"nmae": "Two"}, item | {"reason": "x"}]})
    assert [one["status"] for one in answer.json()["results"]] == [201, 400, 400]
    assert list(answer.json()["results"][1]["problem"]["errors"]) == ["nmae"]
    assert Business.objects.count() == 1


def test_a_repeated_member_is_refused(api: APIClient, alices_tenant: Tenant) -> None:
    url = f"/api/v1/transactions/{alices_tenant.transaction.pk}/refund/"
    answer = api.generic("POST", url, '{"amount": "1.00", "amount": "25.00"}', "application/json")
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:aira:problem:parse_error")
    assert "'amount' occurs twice" in answer.json()["detail"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/x"])
def test_a_body_of_another_content_type_is_refused(api: APIClient, alices_tenant: Tenant, kind: str) -> None:
    url = f"/api/v1/businesses/{alices_tenant.business.pk}/"
    assert api.generic("PATCH", url, "", kind, headers=ANY).status_code == 200
    assert api.generic("POST", f"{url}trash/", "", kind).status_code == 200
    assert api.generic("POST", f"{url}restore/", "a=b", "text/x").status_code == 415


@pytest.mark.parametrize("reason", [7, ["x"], {"why": "x"}])
def test_a_reason_must_be_text(api: APIClient, alices_tenant: Tenant, reason: Any) -> None:
    url = f"/api/v1/businesses/{alices_tenant.business.pk}"
    for refused in (
        api.post(f"{url}/trash/", {"reason": reason}),
        api.patch(f"{url}/", {"name": "x", "reason": reason}, headers=ANY),
    ):
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["reason"])


def test_a_reason_that_is_too_long_is_refused_beside_the_header(api: APIClient, alices_tenant: Tenant) -> None:
    url = f"/api/v1/businesses/{alices_tenant.business.pk}/trash/"
    refused = api.post(url, {"reason": "x" * 501}, headers={"X-Reason": "ticket 7"})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["reason"])
    # An empty reason is the same as a missing one.
    assert api.post(url, {"reason": ""}, headers={"X-Reason": "ticket 7"}).status_code == 200


def test_the_reason_in_any_body_is_recorded(api: APIClient, alices_tenant: Tenant) -> None:
    url = f"/api/v1/businesses/{alices_tenant.business.pk}"
    assert api.patch(f"{url}/", {"name": "New", "reason": "ticket 7"}, headers=ANY).status_code == 200
    assert api.post(f"{url}/trash/", {"reason": "ticket 8"}).status_code == 200
    events = AuditEvent.objects.filter(row_id=str(alices_tenant.business.pk), verb__in=("update", "trash"))
    assert {"ticket 7", "ticket 8"} <= set(events.values_list("reason", flat=True))


@pytest.mark.parametrize("body", ["[]", "7", "null", '"x"'])
def test_an_action_without_values_accepts_only_a_reason(api: APIClient, alices_tenant: Tenant, body: str) -> None:
    url = f"/api/v1/appointments/{alices_tenant.appointment.pk}/trash/"
    assert api.generic("POST", url, body, "application/json").status_code == 400
    assert Appointment.objects.alive().filter(pk=alices_tenant.appointment.pk).exists()


def test_the_description_forbids_other_members() -> None:
    described = yaml.safe_load((PROJECT / "docs" / "openapi.yaml").read_text())
    seen = 0
    for methods in described["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                schema = described["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
                assert schema["additionalProperties"] is False
                assert "reason" in schema["properties"]
                seen += 1
    assert seen >= 40


@pytest.mark.parametrize(
    ("address", "member"),
    [
        ("businesses/", "name"),
        ("businesses/", "user"),
        ("documents/", "business"),
        ("transactions/record/", "idempotency_key"),
        ("transactions/record/", "business_number"),
        ("appointments/book/", "customer_name"),
        ("webhook-subscriptions/", "url"),
    ],
)
@pytest.mark.parametrize("number", [5, 0, 1.5, True])
def test_a_number_is_not_read_as_a_text_or_an_id(
    api: APIClient, alices_tenant: Tenant, address: str, member: str, number: Any
) -> None:
    refused = api.post(f"/api/v1/{address}", {member: number}, format="json")
    assert (refused.status_code, "in quotes" in str(refused.json()["errors"][member])) == (400, True)


def test_a_number_in_place_of_a_text_changes_nothing(api: APIClient, alices_tenant: Tenant) -> None:
    url = f"/api/v1/numbers/{alices_tenant.number.pk}/"
    refused = api.patch(url, {"twilio_account_sid": 5}, format="json", headers=ANY)
    assert refused.status_code == 400
    assert api.get(url).json()["twilio_account_sid"] is None
