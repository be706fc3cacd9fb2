"""Test lists: pages, order, filters, search, fields."""

import base64
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.serializers import ModelSerializer
from rest_framework.test import APIClient

from aira.api.urls import router
from bookings.models import Appointment
from tests.factories import Tenant

APPOINTMENTS = "/api/v1/appointments/"


@pytest.fixture
def many(alices_tenant: Tenant) -> int:
    """Create appointments that were all made at the same moment. A cursor of times alone would repeat or skip some."""
    Appointment.objects.bulk_create(
        Appointment(
            business=alices_tenant.business,
            customer_name=str(n),
            scheduled_at=f"2031-12-01T10:{n % 3}0Z",
            status="cancelled",
        )
        for n in range(23)
    )
    return 24


def walk(api: APIClient, url: str, link: str = "next") -> tuple[list[list[str]], str]:
    pages, last = [], url
    while url:
        page = api.get(url).json()
        pages.append([row["id"] for row in page["results"]])
        last, url = url, page[link]
    return pages, last


@pytest.mark.parametrize("order", ["-created_at", "created_at", "scheduled_at", "-scheduled_at"])
def test_each_row_appears_once_in_order_forwards_and_backwards(api: APIClient, many: int, order: str) -> None:
    pages, last = walk(api, f"{APPOINTMENTS}?page_size=5&ordering={order}")
    seen = [pk for page in pages for pk in page]
    assert len(pages) == 5
    assert len(seen) == len(set(seen)) == many
    name, down = order.removeprefix("-"), order.startswith("-")
    rows = sorted(Appointment.objects.all(), key=lambda row: (getattr(row, name), row.pk), reverse=down)
    assert seen == [str(row.pk) for row in rows]
    back, _ = walk(api, last, "previous")
    assert [pk for page in reversed(back) for pk in page] == seen


def test_new_rows_do_not_shift_the_pages(api: APIClient, many: int, alices_tenant: Tenant) -> None:
    first = api.get(f"{APPOINTMENTS}?page_size=10&ordering=-scheduled_at").json()
    Appointment.objects.create(
        business=alices_tenant.business, customer_name="new", scheduled_at="2032-01-01T10:00Z", status="cancelled"
    )
    pages, _ = walk(api, first["next"])
    assert len({row["id"] for row in first["results"]} | {pk for page in pages for pk in page}) == many


def cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "query",
    [
        "cursor=garbage",
        f"cursor={'A' * 100_000}",
        f"cursor={cursor('-created_at', 0, 'never', 'x')}",
        f"cursor={cursor('-created_at', 0, '2026-01-01T00:00Z')}",
        f"cursor={cursor('-created_at', 7, '2026-01-01T00:00Z', '00000000-0000-4000-8000-000000000000')}",
        f"cursor={cursor('-created_at', 0, {}, [])}",
        f"cursor={cursor('scheduled_at', 0, '2026-01-01T00:00Z', '00000000-0000-4000-8000-000000000000')}",
        f"cursor={cursor('-created_at', 0, '99999-01-01T00:00Z', '00000000-0000-4000-8000-000000000000')}",
        f"cursor={base64.urlsafe_b64encode(b'[' * 600).decode()}",
        f"cursor={base64.urlsafe_b64encode(b'\xff\xfe').decode()}",
        "page_size=0",
        "page_size=201",
        "page_size=x",
        f"page_size={'9' * 5000}",
        "page_size=²",
        "ordering=customer_name",
        "fields=secret",
        "fields=",
        "stauts=confirmed",
        "user=1",
    ],
)
def test_an_invalid_list_request_gives_a_problem(api: APIClient, many: int, query: str) -> None:
    answer = api.get(f"{APPOINTMENTS}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert set(answer.json()["errors"]) == {query.split("=")[0]}


def test_a_cursor_with_a_number_out_of_range_gives_a_problem(api: APIClient, alices_tenant: Tenant) -> None:
    for number in (2**70, -(2**70), 10**30):
        assert api.get(f"/api/v1/audit-events/?cursor={cursor('-at', 0, number)}").status_code == 400


def test_only_the_chosen_fields_are_returned(api: APIClient, alices_tenant: Tenant) -> None:
    [row] = api.get(f"{APPOINTMENTS}?fields=status,id").json()["results"]
    assert list(row) == ["id", "status"]
    one = api.get(f"{APPOINTMENTS}{row['id']}/?fields=customer_name").json()
    assert one == {"customer_name": "Carol"}


@pytest.mark.parametrize(
    ("resource", "text", "thing"),
    [
        ("businesses", "corner", "business"),
        ("businesses", "alice@example.com", "business"),
        ("numbers", "+1 (415) 555-0111", "number"),
        ("transactions", "alice@example.com", "transaction"),
        ("appointments", "carol", "appointment"),
        ("documents", "a.pdf", "document"),
        ("wallets", "alice@example.com", "wallet"),
        ("ledger-entries", "alice@example.com", "entry"),
    ],
)
def test_a_search_finds_the_row(
    api: APIClient, alices_tenant: Tenant, bobs_tenant: Tenant, resource: str, text: str, thing: str
) -> None:
    found = {row["id"] for row in api.get(f"/api/v1/{resource}/", {"q": text}).json()["results"]}
    assert str(getattr(alices_tenant, thing).pk) in found
    if "alice" in text or "0111" in text:
        assert str(getattr(bobs_tenant, thing).pk) not in found
    assert api.get(f"/api/v1/{resource}/", {"q": "xyzzyplugh"}).json()["results"] == []


def lists() -> list[str]:
    return [prefix for prefix, viewset, _ in router.registry if hasattr(viewset, "orderings")]


@pytest.mark.parametrize("resource", lists())
@pytest.mark.parametrize("who", ["key", "staff"])
def test_a_list_needs_at_most_five_queries(
    api: APIClient, with_key: Any, alices_tenant: Tenant, bobs_tenant: Tenant, alice: Any, resource: str, who: str
) -> None:
    client = api if who == "staff" else with_key(f"{resource}:read", "personal:read")
    client.get(f"/api/v1/{resource}/")  # The first request of a key records its use.
    filters = next(viewset for prefix, viewset, _ in router.registry if prefix == resource)
    filters = getattr(filters, "filterset_fields", {})
    query = f"?user={alice}&page_size=1" if "user" in filters else ""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/api/v1/{resource}/{query}")
    assert answer.status_code == 200
    assert len(queries) <= 5, [query["sql"][:100] for query in queries]


@pytest.mark.parametrize("resource", lists())
def test_rows_are_rendered_as_the_framework_would(db: None, alices_tenant: Tenant, resource: str) -> None:
    viewset = next(viewset for prefix, viewset, _ in router.registry if prefix == resource)
    serializer = viewset.serializer_class()
    for row in viewset.queryset.all():
        assert serializer.to_representation(row) == ModelSerializer.to_representation(serializer, row)
