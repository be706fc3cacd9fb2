"""Test that a request that is sent twice takes effect once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from aira.api import idempotency
from aira.api.models import IdempotentAnswer
from aira.ops import accounts
from businesses.models import Business
from tests.api.running import Running
from tests.factories import Tenant

URL = "/api/v1/businesses/"


def body(user: Any, name: str = "Once") -> dict[str, str]:
    return {"user": str(user), "name": name, "business_type": "retail"}


def test_the_same_request_gets_the_same_answer_and_has_one_effect(api: APIClient, alice: Any) -> None:
    first = api.post(URL, body(alice), headers={"Idempotency-Key": "k1"})
    again = api.post(URL, body(alice), headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Business.objects.filter(name="Once").count() == 1


@pytest.mark.parametrize("change", ["body", "query"])
def test_a_different_request_with_the_same_idempotency_key_is_refused(api: APIClient, alice: Any, change: str) -> None:
    api.post(URL, body(alice), headers={"Idempotency-Key": "k1"})
    url, name = (URL, "Twice") if change == "body" else (f"{URL}?fields=id", "Once")
    refused = api.post(url, body(alice, name), headers={"Idempotency-Key": "k1"})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:aira:problem:idempotency_key_mismatch")
    assert Business.objects.count() == 1


def test_idempotency_keys_of_two_senders_are_separate(
    api: APIClient, with_key: Callable[..., APIClient], alice: Any
) -> None:
    for client in (api, with_key("businesses:create"), with_key("businesses:create", name="other")):
        made = client.post(URL, body(alice), headers={"Idempotency-Key": "k1"})
        assert (made.status_code, "Idempotent-Replayed" in made) == (201, False)
    assert Business.objects.count() == 3


def test_a_refusal_is_not_stored(api: APIClient, alice: Any) -> None:
    wrong = body(alice) | {"business_type": "circus"}
    for _ in range(2):
        assert api.post(URL, wrong, headers={"Idempotency-Key": "k1"}).json()["constraint"] == "business_type_known"
    assert api.post(URL, body(alice), headers={"Idempotency-Key": "k1"}).status_code == 201
    assert IdempotentAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "a" * 256, "two words", "ключ".encode().decode("latin-1")])
def test_an_invalid_idempotency_key_is_refused(api: APIClient, alice: Any, key: str) -> None:
    refused = api.post(URL, body(alice), headers={"Idempotency-Key": key})
    assert (refused.status_code, "Idempotency-Key" in refused.json()["errors"]) == (400, True)


def test_an_answer_is_stored_for_a_day(api: APIClient, alice: Any) -> None:
    api.post(URL, body(alice), headers={"Idempotency-Key": "k1"})
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=23))
    assert idempotency.purge() == 0
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    # An answer that is too old is not repeated, whether it was purged or not.
    assert "Idempotent-Replayed" not in api.post(URL, body(alice), headers={"Idempotency-Key": "k1"})
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert idempotency.purge() == 1
    assert not IdempotentAnswer.objects.exists()


def test_one_of_many_simultaneous_requests_has_an_effect(running: Running, everything: str) -> None:
    """Send to two processes with a thread each."""
    clients = [running.client(everything) for _ in range(8)]
    for _ in range(5):
        key, name = str(uuid4()), f"Race {uuid4()}"

        def send(client: Any, key: str = key, name: str = name) -> Any:
            return client.post("/businesses/", json=body(running.alices.user, name), headers={"Idempotency-Key": key})

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(send, clients))
        assert [answer.status_code for answer in answers] == [201] * 8
        assert len({answer.content for answer in answers}) == 1
        assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
        made = running.database.owner("select count(*) from public.business_v2 where name = %s", name).fetchone()
        assert made == (1,)


def test_repeated_requests_move_money_once(running: Running, everything: str) -> None:
    """Send a refund without its own key eight times at once."""
    client = running.client(everything)
    spent = {
        "user": str(running.bobs.user),
        "type": "debit",
        "amount": "3.00",
        "currency": "USD",
        "status": "completed",
    }
    debit = client.post("/transactions/record/", json=spent).json()["id"]
    headers = {"Idempotency-Key": str(uuid4())}
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: client.post(f"/transactions/{debit}/refund/", json={"amount": "1.00"}, headers=headers),
                range(8),
            )
        )
    assert {(answer.status_code, answer.json()["refunded_amount"]) for answer in answers} == {(200, "1.00")}
    entries = running.database.owner("select count(*) from public.ledger_entries where transaction_id = %s", debit)
    assert entries.fetchone() == (2,)


def test_stored_answers_do_not_contain_an_erased_account(
    api: APIClient, make_account: Callable[[str], Any], bob: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aira.analytics.refresh.refresh", lambda names: [])
    forgotten = make_account("forgotten@example.com")
    for key, user in (("gone", forgotten), ("kept", bob)):
        api.post(URL, body(user), headers={"Idempotency-Key": key})
    accounts.erase(account=forgotten, reason="asked for")
    assert [answer.key for answer in IdempotentAnswer.objects.all()] == ["kept"]


def test_a_repeated_answer_is_masked_by_the_current_scopes_of_the_key(
    with_key: Callable[..., APIClient], alices_tenant: Tenant
) -> None:
    client = with_key("appointments:create", "appointments:book", "appointments:cancel", "personal:read")
    person = {"customer_name": "Dora Maier", "customer_phone": "+14155550188", "customer_email": "dora@example.com"}
    sent = {
        "business": str(alices_tenant.business.pk),
        "scheduled_at": "2031-12-24T10:00:00Z",
        **person,
        "notes": "ill",
    }
    requests = {
        "appointments/": sent,
        "appointments/bulk/": {"items": [sent | {"scheduled_at": "2031-12-25T10:00:00Z"}]},
        f"appointments/{alices_tenant.appointment.pk}/cancel/": {},
    }

    def ask(kept: str, url: str) -> Any:
        return client.post(f"/api/v1/{url}", requests[url], headers={"Idempotency-Key": kept})

    first = {url: ask(url, url) for url in requests}
    again = {url: ask(url, url) for url in requests}
    for url, answer in again.items():
        assert (answer.content, answer["Idempotent-Replayed"]) == (first[url].content, "true")
    assert "Dora Maier" in again["appointments/"].content.decode()
    key: Any = client.key  # type: ignore[attr-defined]
    key.scopes.remove("personal:read")
    key.save()
    for url in requests:
        answer = ask(url, url)
        text = answer.content.decode()
        assert answer["Idempotent-Replayed"] == "true"
        assert "•••" in text
        for value in (*person.values(), "Carol", '"ill"'):
            assert value not in text, (url, value)
        # A hash of the earlier values would allow guessing them.
        assert "ETag" not in answer


def test_a_key_without_personal_data_gets_the_same_masks_again(
    with_key: Callable[..., APIClient], alices_tenant: Tenant
) -> None:
    client = with_key("appointments:create")
    sent = {"business": str(alices_tenant.business.pk), "customer_name": "Dora Maier", "customer_phone": "+14155550188",
            "customer_email": "dora@example.com", "scheduled_at": "2031-12-24T10:00:00Z"}  # fmt: skip
    first, again = (client.post("/api/v1/appointments/", sent, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert "Dora" not in first.content.decode()
    assert again.json() == first.json()


TRANSACTION = {"type": "debit", "amount": "10.00", "currency": "USD", "status": "completed"}


def test_the_header_is_the_key_of_a_transaction_and_of_its_refund(
    api: APIClient, alices_tenant: Tenant, alice: Any
) -> None:
    sent = TRANSACTION | {"user": str(alice)}
    recorded = api.post("/api/v1/transactions/record/", sent, headers={"Idempotency-Key": "call-7"}).json()
    assert recorded["idempotency_key"] == "call-7"
    # The services write over SQL. The same key is the same transaction there, also after the day of the header.
    IdempotentAnswer.objects.all().delete()
    again = api.post("/api/v1/transactions/record/", sent, headers={"Idempotency-Key": "call-7"}).json()
    assert again["id"] == recorded["id"]
    other = sent | {"amount": "11.00"}
    IdempotentAnswer.objects.all().delete()
    refused = api.post("/api/v1/transactions/record/", other, headers={"Idempotency-Key": "call-7"})
    assert (refused.status_code, refused.json()["constraint"]) == (409, "idempotency_key_reused")
    for _ in range(2):
        IdempotentAnswer.objects.all().delete()
        url = f"/api/v1/transactions/{recorded['id']}/refund/"
        refunded = api.post(url, {"amount": "4.00"}, headers={"Idempotency-Key": "refund-7"}).json()
    assert refunded["refunded_amount"] == "4.00"


def test_the_key_in_the_body_stands_above_the_header_and_items_of_a_bulk_request_take_none(
    api: APIClient, alices_tenant: Tenant, alice: Any
) -> None:
    """A client may send a header of its own with each request, to repeat it after a broken connection."""
    sent = TRANSACTION | {"user": str(alice), "idempotency_key": "mine"}
    recorded = api.post("/api/v1/transactions/record/", sent, headers={"Idempotency-Key": "automatic"}).json()
    assert recorded["idempotency_key"] == "mine"
    items = [TRANSACTION | {"user": str(alice), "amount": amount} for amount in ("1.00", "2.00")]
    done = api.post("/api/v1/transactions/bulk/", {"items": items}, headers={"Idempotency-Key": "many"})
    assert done.status_code == 201
    assert [one["item"]["idempotency_key"] for one in done.json()["results"]] == [None, None]
