"""Test the use of API keys: what is counted, at which cost, and who sees it."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from aira.api.tasks import purge_answers
from aira.api.usage import counts as usage_counts
from aira.api.usage.counts import Counter, counter
from aira.api.usage.models import KeyUsage
from aira.api.usage.views import use_of
from tests.factories import Tenant

Keys = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    counter.counts.clear()


def test_a_key_sees_its_own_requests_by_day_and_by_operation(
    with_key: Keys, alices_tenant: Tenant, api: APIClient
) -> None:
    client = with_key("appointments:read", "appointments:cancel", "usage:read", rate_limit=7)
    other = with_key("appointments:read", name="other")
    pk = alices_tenant.appointment.pk
    for _ in range(3):
        client.get("/api/v1/appointments/")
        other.get("/api/v1/appointments/")
        api.get("/api/v1/appointments/")
    client.get("/api/v1/appointments/?stauts=x")
    client.post(f"/api/v1/appointments/{pk}/cancel/")
    client.post(f"/api/v1/appointments/{pk}/complete/")
    client.put("/api/v1/appointments/")
    counter.flush()
    shown = client.get("/api/v1/usage/").json()
    assert (shown["requests"], shown["client_errors"], shown["server_errors"]) == (7, 3, 0)
    assert shown["by_day"] == [
        {"day": f"{datetime.now(UTC):%Y-%m-%d}", "requests": 7, "client_errors": 3, "server_errors": 0}
    ]
    assert {one["operation"]: (one["requests"], one["client_errors"]) for one in shown["by_operation"]} == {
        "appointments.list": (4, 1),
        "appointments.cancel": (1, 0),
        "appointments.complete": (1, 1),
        "appointments.unsupported": (1, 1),
    }
    assert shown["last_at"] >= shown["by_operation"][0]["last_at"]
    assert client.get("/api/v1/appointments/").status_code == 429
    counter.flush()
    # The request for the use counts, too. A request without the scope is not one for the limit.
    assert use_of(client.key.pk).requests == 9  # type: ignore[attr-defined]
    assert use_of(client.key.pk).client_errors == 4  # type: ignore[attr-defined]


def test_an_error_of_the_site_is_counted(
    with_key: Keys, alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bookings.api import AppointmentViewSet

    client = with_key("appointments:read")
    monkeypatch.setattr(AppointmentViewSet, "list", lambda *_: 1 / 0)
    client.raise_request_exception = False
    assert client.get("/api/v1/appointments/").status_code == 500
    counter.flush()
    assert KeyUsage.objects.get().server_errors == 1


def test_a_request_without_a_valid_key_is_not_counted(db: None) -> None:
    APIClient(headers={"Authorization": "Bearer aira_x"}).get("/api/v1/appointments/")
    APIClient(headers={"Authorization": "Bearer aira_x", "Accept": "image/png"}).get("/api/v1/appointments/?format=x")
    APIClient().get("/api/v1/appointments/")
    assert counter.counts == {}


def test_staff_have_no_use_in_the_api_and_keys_need_the_scope(api: APIClient, with_key: Keys) -> None:
    assert api.get("/api/v1/usage/").json()["type"] == "urn:aira:problem:no_key"
    assert with_key("appointments:read").get("/api/v1/usage/").json()["scope"] == "usage:read"


def test_counts_of_several_processes_add_up(db: None) -> None:
    key = uuid4()
    for _ in range(3):
        process = Counter()
        for _ in range(5):
            process.count(key, "appointments.list", 200)
        process.count(key, "appointments.list", 503)
        process.flush()
        process.flush()
    row = KeyUsage.objects.get()
    assert (row.requests, row.client_errors, row.server_errors) == (18, 0, 3)


def test_counts_stay_in_memory_while_the_database_is_away(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    process, key = Counter(), uuid4()
    process.count(key, "appointments.list", 200)
    with monkeypatch.context() as broken:
        broken.setattr(usage_counts, "ADD", "select 1/0 where %s::text is not null")
        with pytest.raises(DatabaseError):
            process.flush()
        process.count(key, "appointments.list", 200)
    process.flush()
    assert KeyUsage.objects.get().requests == 2


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage_counts, "MOST", 10)
    process = Counter()
    for _ in range(100):
        process.count(uuid4(), "appointments.list", 200)
    assert len(process.counts) == 10


def test_threads_lose_no_count(db: None) -> None:
    process, key = Counter(), uuid4()

    def requests() -> None:
        for _ in range(2000):
            process.count(key, "appointments.list", 200)

    threads = [threading.Thread(target=requests) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    process.flush()
    assert KeyUsage.objects.get().requests == 8000


def test_a_count_costs_microseconds() -> None:
    process, key = Counter(), uuid4()
    began = time.process_time()
    for _ in range(10_000):
        process.count(key, "appointments.list", 200)
    each = (time.process_time() - began) / 10_000
    # It takes about 3 µs. A write to the database takes a hundred times as long.
    assert each < 50e-6, f"{each * 1e6:.1f} µs"


def test_counts_of_30_days_are_kept(db: None) -> None:
    key, today = uuid4(), datetime.now(UTC).date()
    for age in (0, 29, 30, 31, 60):
        KeyUsage.objects.create(
            key_id=key, day=today - timedelta(days=age), operation="x.list", requests=1, client_errors=0,
            server_errors=0, last_at=datetime.now(UTC),
        )  # fmt: skip
    assert use_of(key).requests == 2
    purge_answers(0)
    assert KeyUsage.objects.count() == 3


def test_staff_see_the_use_of_keys(console: Client, with_key: Keys, alices_tenant: Tenant) -> None:
    client = with_key("appointments:read")
    unused = with_key("appointments:read", name="unused")
    for query in ("", "", "?stauts=x"):
        client.get(f"/api/v1/appointments/{query}")
    counter.flush()
    listed = console.get(reverse("admin:api_apikey_changelist")).content.decode()
    assert "Requests" in listed
    assert ">3<" in listed
    key: Any = client.key  # type: ignore[attr-defined]
    page = console.get(reverse("admin:api_apikey_change", args=[key.pk])).content.decode()
    assert "appointments.list" in page
    assert f"{datetime.now(UTC):%Y-%m-%d}" in page or "appointments.list: 3" in page
    other: Any = unused.key  # type: ignore[attr-defined]
    assert isinstance(other.pk, UUID)
    assert "appointments.list:" not in console.get(reverse("admin:api_apikey_change", args=[other.pk])).content.decode()
