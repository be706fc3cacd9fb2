"""Filters take several choices, times of completion and metadata. Money and details have one shape."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from billing.models import Transaction
from tests.factories import Tenant

LIST = "/api/v1/transactions/"


def found(api: APIClient, **query: Any) -> set[str]:
    answer = api.get(LIST, query)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"] == answer.json()["results"]
    return {row["id"] for row in answer.json()["data"]}


def recorded(tenant: Tenant, **values: Any) -> str:
    row = Transaction.objects.create(
        user_id=tenant.business.user_id, amount="1.00", currency="USD", type="credit", **values
    )
    return str(row.pk)


def test_a_filter_takes_several_choices(api: APIClient, alices_tenant: Tenant) -> None:
    completed, pending, failed = (
        str(alices_tenant.transaction.pk),
        recorded(alices_tenant, status="pending"),
        recorded(alices_tenant, status="failed"),
    )
    assert found(api, status="pending,failed") == {pending, failed}
    assert found(api, status="completed") == {completed}
    assert found(api, status="completed, pending", currency="USD,INR") == {completed, pending}


@pytest.mark.parametrize("value", ["paid", "pending,paid", "pending,"])
def test_an_unknown_choice_is_refused(api: APIClient, value: str) -> None:
    answer = api.get(LIST, {"status": value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["status"])
    assert "pending, completed, failed, refunded" in answer.json()["errors"]["status"][0]


def test_transactions_are_found_by_the_time_of_their_completion(api: APIClient, alices_tenant: Tenant) -> None:
    recorded(alices_tenant, status="pending")
    completed = Transaction.objects.get(pk=alices_tenant.transaction.pk)
    assert completed.completed_at
    at = completed.completed_at.isoformat()
    assert found(api, completed_at__gte=at) == {str(completed.pk)}
    assert found(api, completed_at__lt=at) == set()


def test_transactions_are_found_by_their_metadata(api: APIClient, alices_tenant: Tenant) -> None:
    text = recorded(alices_tenant, metadata={"order": "12", "shop": "a"})
    number = recorded(alices_tenant, metadata={"order": 12})
    truth = recorded(alices_tenant, metadata={"paid": True, "a b": "c"})
    assert found(api, **{"metadata[order]": "12"}) == {text, number}
    assert found(api, **{"metadata[order]": "12", "metadata[shop]": "a"}) == {text}
    assert found(api, **{"metadata[paid]": "true"}) == {truth}
    assert found(api, **{"metadata[a b]": "c"}) == {truth}
    assert found(api, **{"metadata[order]": "1"}) == set()


@pytest.mark.parametrize("name", ["metadata", "metadata[]", "metadata[a][b]", "metadata[a"])
def test_a_malformed_metadata_filter_is_refused(api: APIClient, name: str) -> None:
    answer = api.get(LIST, {name: "x"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


def test_a_list_without_metadata_refuses_the_filter(api: APIClient) -> None:
    assert api.get("/api/v1/appointments/", {"metadata[a]": "x"}).status_code == 400


def test_money_has_an_amount_and_a_currency(api: APIClient, alices_tenant: Tenant) -> None:
    transaction = api.get(f"{LIST}{alices_tenant.transaction.pk}/").json()
    assert transaction["amount_money"] == {"amount": "25.00", "currency": "USD"}
    assert transaction["refunded_money"] == {"amount": "0.00", "currency": "USD"}
    wallet = api.get(f"/api/v1/wallets/{alices_tenant.wallet.pk}/").json()
    assert wallet["balances"] == [{"amount": "25.00", "currency": "USD"}, {"amount": "0.00", "currency": "INR"}]
    entry = api.get(f"/api/v1/ledger-entries/{alices_tenant.entry.pk}/").json()
    assert entry["balance_after_money"] == {"amount": "25.00", "currency": "USD"}


def test_a_file_has_the_amount_and_the_currency_in_columns_of_their_own(api: APIClient, alices_tenant: Tenant) -> None:
    answer = api.get(LIST, {"format": "csv"}, headers={"X-Reason": "test"})
    head = b"".join(answer.streaming_content).decode().splitlines()[0]  # type: ignore[attr-defined]
    assert "amount_money" not in head
    assert "amount" in head


def test_the_values_of_a_rule_are_an_object(api: APIClient, alices_tenant: Tenant) -> None:
    data = {"user": str(alices_tenant.business.user_id), "type": "debit", "amount": "99.00", "currency": "USD"}
    answer = api.post(f"{LIST}record/", data | {"status": "completed"})
    problem = answer.json()
    assert problem["constraint"] == "wallet_balance_not_negative"
    assert problem["details"] == json.loads(problem["context"])
    assert problem["details"]["available"] == "25.00"


def test_a_refusal_names_the_member_of_the_body(api: APIClient, alices_tenant: Tenant) -> None:
    data = {"user": str(alices_tenant.business.user_id), "type": "credit", "currency": "USD", "reason": "x", "key": "k"}
    assert api.post(f"{LIST}adjust/", data | {"amount": "1.00"}).status_code == 201
    answer = api.post(f"{LIST}adjust/", data | {"amount": "2.00"})
    assert (answer.status_code, list(answer.json()["errors"])) == (409, ["key"])
