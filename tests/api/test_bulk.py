"""Test requests with many rows."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from aira.audit.models import AuditEvent
from billing.models import Transaction, Wallet
from businesses.models import Business
from tests.factories import Tenant

URL = "/api/v1/businesses/bulk/"


def item(user: Any, **given: Any) -> dict[str, Any]:
    return {"user": str(user), "name": "One of many", "business_type": "retail", **given}


def test_each_item_is_created_or_refused_separately(api: APIClient, alice: Any) -> None:
    items = [item(alice), item(alice, business_type="circus"), item(alice, name=None), item(alice, name="Last")]
    answer = api.post(URL, {"items": items})
    body = answer.json()
    assert (answer.status_code, body["made"], body["refused"]) == (207, 2, 2)
    assert [(one["index"], one["status"]) for one in body["results"]] == [(0, 201), (1, 400), (2, 400), (3, 201)]
    assert body["results"][1]["problem"]["constraint"] == "business_type_known"
    assert body["results"][2]["problem"]["errors"]["name"]
    assert body["results"][3]["item"]["timezone"] == "UTC"
    assert Business.objects.count() == 2


def test_a_bulk_without_refusals_gives_201_and_is_done_once(api: APIClient, alice: Any) -> None:
    for replayed in (False, True):
        answer = api.post(URL, {"items": [item(alice)] * 3}, headers={"Idempotency-Key": "b"})
        assert (answer.status_code, answer.json()["made"], "Idempotent-Replayed" in answer) == (201, 3, replayed)
    assert Business.objects.count() == 3


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": ["x"]}, {"items": 7}, [], None, {"items": [{}] * 101}])
def test_a_body_that_is_not_a_list_of_items_is_refused(api: APIClient, body: Any) -> None:
    assert api.post(URL, body, format="json").status_code == 400


def test_transactions_are_recorded_in_bulk(
    with_key: Callable[..., APIClient], alice: Any, alices_tenant: Tenant
) -> None:
    client = with_key("transactions:record")
    debit = {"user": str(alice), "type": "debit", "amount": "10.00", "currency": "USD", "status": "completed"}
    body = client.post("/api/v1/transactions/bulk/", {"items": [debit, debit, debit]}).json()
    # The wallet holds 25.
    assert [one["status"] for one in body["results"]] == [201, 201, 400]
    assert body["results"][2]["problem"]["constraint"] == "wallet_balance_not_negative"
    assert Wallet.objects.get(user_id=alice).balance_usd == 5
    pk = body["results"][0]["item"]["id"]
    assert AuditEvent.objects.get(row_id=pk, verb="insert").reason == "tests of the API"


@pytest.mark.parametrize("resource", ["appointments", "numbers", "booking-rules", "documents"])
def test_each_resource_that_can_be_created_can_be_created_in_bulk(
    api: APIClient, alices_tenant: Tenant, resource: str
) -> None:
    assert (
        api.post(f"/api/v1/{resource}/bulk/", {"items": [{"business": str(alices_tenant.business.pk)}]}).status_code
        == 207
    )


def test_a_large_amount_needs_an_approval_by_every_route(
    with_key: Callable[..., APIClient], alice: Any, alices_tenant: Tenant
) -> None:
    client = with_key("transactions:record", "transactions:complete", "transactions:refund")
    credit = {"user": str(alice), "type": "credit", "amount": "501.00", "currency": "USD", "status": "completed"}
    url = "/api/v1/transactions/"
    refused = [
        client.post(f"{url}record/", credit),
        client.post(f"{url}{client.post(f'{url}record/', credit | {'status': 'pending'}).json()['id']}/complete/"),
    ]
    paid = Transaction.objects.create(user_id=alice, amount=501, currency="USD", type="credit", status="completed")
    refused.append(client.post(f"{url}{paid.pk}/refund/", {}))
    for answer in refused:
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:aira:problem:second_person_required")
    in_bulk = client.post(f"{url}bulk/", {"items": [credit]}).json()["results"][0]
    assert (in_bulk["status"], in_bulk["problem"]["type"]) == (403, "urn:aira:problem:second_person_required")
    assert Wallet.objects.get(user_id=alice).balance_usd == 25 + 501
    # A payment that Stripe processed needs no approval.
    assert client.post(f"{url}record/", credit | {"stripe_payment_intent_id": "pi_1"}).status_code == 201
