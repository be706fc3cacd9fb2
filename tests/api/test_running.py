"""Test the API as a program uses it: keys, conventions, resources and verbs, over the network, on a deployed site."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import yaml

from aira.embedded import PROJECT
from tests.api.running import Running
from tests.command import manage

SOON = (datetime.now(UTC) + timedelta(days=40)).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def client(running: Running, everything: str) -> httpx.Client:
    # The script sends no If-Match: any state of the row will do.
    return running.client(everything, **{"If-Match": "*", "X-Reason": "tests"})


@pytest.fixture
def user(running: Running) -> str:
    return str(running.database.account(f"{uuid4().hex}@example.com"))


def kind(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    return answer.status_code, answer.json()["type"].removeprefix("urn:aira:problem:")


def made(client: httpx.Client, resource: str, **values: Any) -> dict[str, Any]:
    answer = client.post(f"/{resource}/", json=values)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def business(client: httpx.Client, user: str, name: str = "Corner") -> dict[str, Any]:
    return made(client, "businesses", user=user, name=name, business_type="retail", timezone="UTC")


def test_a_key_is_made_limited_rotated_and_revoked(running: Running) -> None:
    name = f"tool-{uuid4().hex[:8]}"
    first = running.secret(name, "wallets:read")
    assert running.client(first).get("/wallets/").status_code == 200
    refused = running.client(first).post("/businesses/", json={})
    assert kind(refused) == (403, "scope_missing")
    assert refused.json()["scope"] == "businesses:create"
    assert kind(running.client("aira_nobody").get("/wallets/")) == (401, "authentication_failed")
    assert kind(httpx.get(f"{running.url}/api/v1/wallets/")) == (401, "not_authenticated")
    second = manage(running.database, "api_key", "rotate", name).stdout.strip()
    assert [running.client(secret).get("/wallets/").status_code for secret in (first, second)] == [200, 200]
    third = manage(running.database, "api_key", "rotate", name, "--overlap-days", "0").stdout.strip()
    assert [running.client(secret).get("/wallets/").status_code for secret in (first, second, third)] == [401, 401, 200]
    assert manage(running.database, "api_key", "revoke", name).returncode == 0
    assert running.client(third).get("/wallets/").status_code == 401
    kept, prefix, used = running.database.owner(
        "select secret_hash, prefix, last_used_at from console.api_keys where name = %s", name
    ).fetchone()
    assert third.encode() not in kept
    assert third.startswith(prefix)
    assert used


def test_a_key_expires(running: Running) -> None:
    name = f"tool-{uuid4().hex[:8]}"
    secret = running.secret(name, "wallets:read")
    running.database.owner("update console.api_keys set expires_at = now() - interval '1 second' where name = %s", name)
    assert kind(running.client(secret).get("/wallets/")) == (401, "authentication_failed")


def test_a_write_records_the_key_the_request_and_the_reason(running: Running, client: httpx.Client, user: str) -> None:
    asked = uuid4().hex
    answer = client.post(
        "/businesses/",
        json={"user": user, "name": "N", "business_type": "retail"},
        headers={"X-Request-Id": asked, "X-Reason": "ticket 7"},
    )
    assert answer.headers["X-Request-Id"] == asked
    [event] = client.get("/audit-events/", params={"row_id": answer.json()["id"]}).json()["results"]
    assert (event["actor_kind"], event["actor_name"]) == ("api_key", "everything")
    assert (event["request_id"], event["reason"]) == (asked, "ticket 7")


def test_a_list_is_paged_filtered_searched_sorted_and_limited_to_fields(client: httpx.Client, user: str) -> None:
    names = [f"Shop {n}" for n in range(5)]
    for name in names:
        business(client, user, name)
    found, url, pages = [], f"/businesses/?user={user}&page_size=2&ordering=created_at&fields=name", 0
    while url:
        page = client.get(url).json()
        found += page["results"]
        url, pages = page["next"], pages + 1
    assert (found, pages) == ([{"name": name} for name in names], 3)
    email = client.get(f"/accounts/{user}/").json()["email"]
    assert len(client.get("/businesses/", params={"q": email}).json()["results"]) == 5
    for wrong in ("?typo=1", "?fields=nothing", "?ordering=name", "?cursor=x", "?page_size=0", "?user=x"):
        assert client.get(f"/businesses/{wrong}").status_code == 400, wrong


def test_a_change_needs_the_current_etag(client: httpx.Client, user: str) -> None:
    url = f"/businesses/{business(client, user)['id']}/"
    seen = client.get(url).headers["ETag"]
    assert client.get(url, headers={"If-None-Match": seen}).status_code == 304
    assert kind(client.patch(url, json={"name": "X"}, headers={"If-Match": ""})) == (428, "precondition_required")
    assert client.patch(url, json={"name": "X"}, headers={"If-Match": seen}).status_code == 200
    assert kind(client.patch(url, json={"name": "Y"}, headers={"If-Match": seen})) == (412, "precondition_failed")
    assert client.get(url).json()["name"] == "X"


def test_an_idempotency_key_serves_one_request(client: httpx.Client, user: str) -> None:
    sent = {"user": user, "name": "Once", "business_type": "retail"}
    first, again, other = (
        client.post("/businesses/", json=body, headers={"Idempotency-Key": f"k-{user}"})
        for body in (sent, sent, sent | {"name": "Twice"})
    )
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    assert kind(other) == (422, "idempotency_key_mismatch")
    assert len(client.get("/businesses/", params={"user": user}).json()["results"]) == 1


def test_a_bulk_reports_the_result_of_each_item(client: httpx.Client, user: str) -> None:
    items = [{"user": user, "name": name, "business_type": type_} for name, type_ in (("A", "retail"), ("B", "circus"))]
    answer = client.post("/businesses/bulk/", json={"items": items})
    assert (answer.status_code, answer.json()["made"], answer.json()["refused"]) == (207, 1, 1)
    assert answer.json()["results"][1]["problem"]["constraint"] == "business_type_known"


def test_a_transaction_is_held_captured_and_refunded(client: httpx.Client, user: str) -> None:
    def record(**values: Any) -> httpx.Response:
        return client.post("/transactions/record/", json={"user": user, "currency": "USD", **values})

    paid = record(type="credit", amount="100.00", status="completed", stripe_payment_intent_id=f"pi_{user}")
    assert (paid.status_code, paid.json()["amount"], paid.json()["currency"]) == (201, "100.00", "USD")
    assert kind(record(type="credit", amount="501.00", status="completed")) == (403, "second_person_required")
    hold = record(type="debit", amount="30.00", hold=True).json()["id"]
    assert client.post(f"/transactions/{hold}/complete/", json={"amount": "20.00"}).json()["status"] == "completed"
    call = record(type="debit", amount="5.00").json()["id"]
    assert client.post(f"/transactions/{call}/fail/").json()["status"] == "failed"
    assert client.post(f"/transactions/{hold}/refund/", json={"amount": "1.00"}).json()["refunded_amount"] == "1.00"
    poor = record(type="debit", amount="999.00", status="completed")
    assert kind(poor) == (400, "wallet_balance_not_negative")
    [wallet] = client.get("/wallets/", params={"user": user}).json()["results"]
    assert wallet["balance_usd"] == "81.00"
    entries = client.get("/ledger-entries/", params={"user": user}).json()["results"]
    assert [entry["amount"] for entry in entries] == ["1.00", "-20.00", "100.00"]
    assert datetime.fromisoformat(entries[0]["created_at"]).utcoffset() == timedelta(0)
    assert client.get("/ledger-entries/proof/").json() == []


def test_an_appointment_is_offered_booked_moved_and_cancelled(client: httpx.Client, user: str) -> None:
    mine = business(client, user)["id"]
    slots = client.get(
        "/slots/", params={"business": mine, "start": SOON.isoformat(), "end": (SOON + timedelta(days=1)).isoformat()}
    )
    assert slots.status_code == 200, slots.text
    sent = {"business": mine, "scheduled_at": SOON.isoformat(), "customer_name": "Dora"}
    booked = client.post("/appointments/book/", json=sent)
    assert booked.status_code == 201, booked.text
    assert client.post("/appointments/book/", json=sent).status_code == 409
    url = f"/appointments/{booked.json()['id']}"
    later = (SOON + timedelta(hours=3)).isoformat()
    moved = client.post(f"{url}/reschedule/", json={"scheduled_at": later})
    assert datetime.fromisoformat(moved.json()["scheduled_at"]) == SOON + timedelta(hours=3)
    assert client.post(f"{url}/cancel/", json={"reason": "ill"}).json()["status"] == "cancelled"


def test_rows_are_restored_documents_processed_again_and_webhooks_replayed(
    running: Running, client: httpx.Client, user: str
) -> None:
    mine = business(client, user)["id"]
    document = made(client, "documents", business=mine, file_name="a.pdf", file_path="a.pdf")["id"]
    assert client.post(f"/documents/{document}/trash/").json()["deleted_at"]
    assert client.post(f"/documents/{document}/restore/").json()["deleted_at"] is None
    assert client.delete(f"/businesses/{mine}/").status_code == 204
    assert client.get(f"/documents/{document}/").json()["deleted_at"]
    assert client.post(f"/businesses/{mine}/restore/").status_code == 200
    for state in ("processing", "failed"):
        running.database.owner(
            "update public.documents set processing_status = %s, processing_error = 'x' where id = %s", state, document
        )
    assert client.post(f"/documents/{document}/retry/").json()["processing_status"] == "pending"
    found = client.get("/deliveries/", params={"record_id": document}).json()["results"]
    running.database.owner("update private.webhook_deliveries set next_attempt_at = null where id = %s", found[0]["id"])
    assert client.post(f"/deliveries/{found[0]['id']}/replay/").json()["state"] == "pending"


def test_every_list_can_be_read_and_exported(client: httpx.Client) -> None:
    schema = client.get("/schema/", headers={"Accept": "application/json"}).json()
    lists = [
        path.removeprefix("/api/v1")
        for path, methods in schema["paths"].items()
        if "{" not in path
        and any(parameter.get("name") == "cursor" for parameter in methods.get("get", {}).get("parameters", ()))
    ]
    assert len(lists) >= 11
    for path in lists:
        page = client.get(path)
        assert (page.status_code, set(page.json())) == (200, {"data", "next", "previous", "results"}), path
        table = list(csv.DictReader(io.StringIO(client.get(f"{path}?format=csv").text)))
        lines = [json.loads(line) for line in client.get(f"{path}?format=ndjson").text.splitlines()]
        # Each export is an event itself.
        assert len(lines) - len(table) == (path == "/audit-events"), path
        assert len(table) >= len(page.json()["results"][:1]), path


def test_a_request_that_the_server_does_not_read_is_answered_as_described(client: httpx.Client) -> None:
    responses = yaml.safe_load((PROJECT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))["components"][
        "responses"
    ]
    too_long = {
        414: lambda: client.get("/slots/", params={"start": "2026-12-24" * 500}),
        431: lambda: client.get("/slots/", headers={"X-Reason": "x" * 9_000}),
    }
    for code, ask in too_long.items():
        answer = ask()
        assert answer.status_code == code
        assert answer.headers["Content-Type"].partition(";")[0] in responses[f"Unread{code}"]["content"]
