"""Test `Prefer: respond-async`: a job does the work once, and shows its progress and its answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from aira.api import keys
from aira.api.jobs import removal, working
from aira.api.jobs.models import ApiJob, JobItem
from aira.audit.models import AuditEvent
from bookings.models import Appointment
from tests.api.test_bulk_changes import appointments, targets
from tests.factories import Tenant

URL = "/api/v1/appointments/bulk_cancel/"
ASYNC = {"Prefer": "respond-async"}
Keys = Callable[..., APIClient]


def never() -> bool:
    return False


@pytest.fixture
def client(with_key: Keys) -> APIClient:
    return with_key("appointments:cancel", "jobs:read", "jobs:cancel", "ledger-entries:read")


def started(client: APIClient, body: Any, **headers: str) -> str:
    answer = client.post(URL, body, headers=ASYNC | headers)
    assert answer.status_code == 202, answer.json()
    assert answer["Preference-Applied"] == "respond-async"
    assert answer["Location"] == f"/api/v1/jobs/{answer.json()['id']}/"
    assert client.get(answer["Location"]).json()["state"] == "waiting"
    return str(answer.json()["id"])


def test_a_job_answers_what_the_request_would_have_answered(client: APIClient, alices_tenant: Tenant) -> None:
    rows = appointments(alices_tenant, 3)
    Appointment.objects.filter(pk=rows[1].pk).update(status="completed")
    body = targets([*rows, alices_tenant.business, rows[0]], body={"reason": "closed"})
    job = started(client, body | {"reason": "storm"}, **{"X-Request-Id": "req-9"})
    working.work(job, never)
    shown = client.get(f"/api/v1/jobs/{job}/").json()
    assert (shown["state"], shown["done"], shown["total"]) == ("finished", 5, 5)
    assert (shown["kind"], shown["operation"]) == ("bulk", "appointments.bulk_cancel")
    answer = shown["result"]["body"]
    assert shown["result"]["status"] == 207
    assert [one["status"] for one in answer["results"]] == [200, 409, 200, 404, 400]
    assert [one["index"] for one in answer["results"]] == [0, 1, 2, 3, 4]
    assert (answer["done"], answer["refused"]) == (2, 3)
    assert answer["results"][4]["problem"]["type"] == "urn:aira:problem:repeated_id"
    assert all("item" not in one for one in answer["results"])
    event = AuditEvent.objects.filter(row_id=str(rows[0].pk), verb="update").latest("at")
    assert (event.actor_kind, event.actor_name, event.reason) == ("api_key", "tool", "closed")
    assert event.request_id == "req-9"
    # The next request is synchronous and finds the work done.
    again = client.post(URL, targets(rows[:1]))
    assert (again.status_code, again.get("Preference-Applied")) == (200, None)


def test_the_reason_of_the_request_holds_for_items_without_one(client: APIClient, alices_tenant: Tenant) -> None:
    [row] = appointments(alices_tenant, 1)
    working.work(started(client, targets([row]) | {"reason": "storm"}), never)
    assert AuditEvent.objects.filter(row_id=str(row.pk), verb="update").latest("at").reason == "storm"


@pytest.mark.parametrize("count", [100, 101, 1000, 1001, 10_000])
def test_a_job_takes_up_to_a_thousand_items(client: APIClient, alices_tenant: Tenant, count: int) -> None:
    body = {"items": [{"id": f"{n:032x}"} for n in range(count)]}
    sync = client.post(URL, body)
    assert sync.status_code == (207 if count == 100 else 400)
    answer = client.post(URL, body, headers=ASYNC)
    assert answer.status_code == (202 if count <= 1000 else 400), answer.json()
    if count > 1000:
        assert "1 to 1,000" in str(answer.json())
    assert JobItem.objects.count() == (count if count <= 1000 else 0)


def test_an_atomic_request_is_handled_at_once(client: APIClient, alices_tenant: Tenant) -> None:
    rows = appointments(alices_tenant, 2)
    answer = client.post(URL, targets(rows) | {"atomic": True}, headers=ASYNC)
    assert (answer.status_code, "Preference-Applied" in answer) == (200, False)


@pytest.mark.parametrize(
    ("prefer", "status"),
    [
        ("respond-async", 202), ("Respond-Async, wait=10", 202), ("wait=5,respond-async;x=1", 202),
        ("return=minimal", 200), ("respond-asynchronous", 200), ("", 200), (",;=", 200),
    ],
)  # fmt: skip
def test_the_header_is_read_as_its_rfc_says(client: APIClient, alices_tenant: Tenant, prefer: str, status: int) -> None:
    rows = appointments(alices_tenant, 1)
    assert client.post(URL, targets(rows), headers={"Prefer": prefer}).status_code == status


@pytest.mark.parametrize("body", [[], "x", None, {}, {"items": "x"}, {"items": [7]}, {"items": [{}], "atomic": "no"}])
def test_a_wrong_body_starts_no_job(client: APIClient, alices_tenant: Tenant, body: Any) -> None:
    assert client.post(URL, body, format="json", headers=ASYNC).status_code == 400
    assert not ApiJob.objects.exists()


def test_a_repeated_request_starts_one_job(client: APIClient, alices_tenant: Tenant) -> None:
    rows = appointments(alices_tenant, 2)
    answers = [client.post(URL, targets(rows), headers=ASYNC | {"Idempotency-Key": "a"}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert ApiJob.objects.count() == 1


@pytest.mark.parametrize("way", ["revoked", "scope", "cancelled"])
def test_the_rest_is_left_if_the_key_may_no_longer_change_rows(
    client: APIClient, alices_tenant: Tenant, way: str
) -> None:
    rows = appointments(alices_tenant, 4)
    job = started(client, targets(rows))
    stops = iter([False, False, True])
    working.work(job, lambda: next(stops))
    key: Any = client.key  # type: ignore[attr-defined]
    if way == "revoked":
        keys.revoke(key=key.pk)
    elif way == "scope":
        type(key).objects.filter(pk=key.pk).update(scopes=["jobs:read"])
    else:
        assert client.post(f"/api/v1/jobs/{job}/cancel/").json()["state"] == "cancelled"
    working.work(job, never)
    row = ApiJob.objects.get()
    assert row.state == ("cancelled" if way == "cancelled" else "failed")
    assert [one["status"] for one in row.result["body"]["results"]] == [200, 200]  # type: ignore[index]
    if way != "cancelled":
        expected = {"revoked": "caller_gone", "scope": "scope_missing"}[way]
        assert row.problem["type"] == f"urn:aira:problem:{expected}"  # type: ignore[index]
        assert row.done == 2
    assert Appointment.objects.filter(status="cancelled").count() == 2


def test_an_unexpected_error_does_not_stop_the_other_items(
    client: APIClient, alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from bookings import actions

    rows, cancel = appointments(alices_tenant, 2), actions.cancel

    def broken(*, appointment: Any, **more: Any) -> None:
        if appointment == rows[0].pk:
            raise ZeroDivisionError
        cancel(appointment=appointment, **more)

    monkeypatch.setattr(actions, "cancel", broken)
    job = started(client, targets(rows))
    working.work(job, never)
    results = client.get(f"/api/v1/jobs/{job}/").json()["result"]["body"]["results"]
    assert [one["status"] for one in results] == [500, 200]
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivision" not in str(results)


def test_people_in_a_result_are_gone_after_a_day(client: APIClient, alices_tenant: Tenant) -> None:
    job = started(client, targets(appointments(alices_tenant, 1)))
    working.work(job, never)
    ApiJob.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    removal.purge()
    shown = client.get(f"/api/v1/jobs/{job}/").json()
    assert (shown["state"], shown["result"]) == ("expired", None)
    assert not JobItem.objects.exists()


def test_the_ledger_proof_runs_in_a_job(client: APIClient, alices_tenant: Tenant) -> None:
    url = "/api/v1/ledger-entries/proof/"
    answer = client.get(url, headers=ASYNC)
    assert (answer.status_code, answer["Preference-Applied"]) == (202, "respond-async")
    working.work(answer.json()["id"], never)
    shown = client.get(answer["Location"]).json()
    assert (shown["state"], shown["kind"]) == ("finished", "search")
    assert shown["result"] == {"status": 200, "body": client.get(url).json()}


def test_a_job_whose_worker_was_not_told_is_found(client: APIClient, alices_tenant: Tenant) -> None:
    job = started(client, targets(appointments(alices_tenant, 1)))
    assert working.stalled() == []
    ApiJob.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    assert working.stalled() == [job]
    working.work(job, never)
    assert working.stalled() == []
    assert ApiJob.objects.get().result["status"] == 200  # type: ignore[index]
