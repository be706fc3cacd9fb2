"""Test query parameters: each must be known, have an allowed value, and come once."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from rest_framework.test import APIClient

from aira.api.urls import router
from aira.schema import trash
from aira.schema.models import TrashableModel
from bookings.models import Appointment
from tests.api.routes import UNKNOWN, Route, reads, writes
from tests.factories import Tenant

NOW = datetime.now(UTC)
SOON = NOW + timedelta(days=30)
TRASHABLE = ["businesses", "numbers", "appointments", "documents"]


def asked(tenant: Tenant, route: Route) -> dict[str, str]:
    """Return what a read needs, so that only the added parameter is wrong."""
    business, span = {"business": str(tenant.business.pk)}, {"start": NOW.isoformat(), "end": SOON.isoformat()}
    match route.path.rstrip("/").rpartition("/")[2]:
        case "slots":
            return business | span
        case "nearest":
            return business | {"near": SOON.isoformat()}
        case "check":
            return business | {"scheduled_at": SOON.isoformat()}
        case "statement":
            return span
    return {}


@pytest.mark.parametrize("route", reads(), ids=lambda route: route.name)
def test_every_read_refuses_an_unknown_and_a_repeated_parameter(
    api: APIClient, alices_tenant: Tenant, route: Route
) -> None:
    url, needed = (
        route.url(
            alices_tenant, **{"analytics": "money", "endpoints": "kb_updater", "audit-events": "1", "events": "1"}
        ),
        asked(alices_tenant, route),
    )
    unknown = api.get(url, needed | {"stauts": "confirmed"})
    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["stauts"]), unknown.content
    sent = QueryDict(mutable=True)
    sent.update(needed)
    sent.setlist("format", ["json", "json"])
    twice = api.get(f"{url}?{sent.urlencode()}")
    assert (twice.status_code, list(twice.json()["errors"])) == (400, ["format"]), twice.content


@pytest.mark.parametrize("route", writes(), ids=lambda route: route.name)
def test_every_write_refuses_an_unknown_parameter(api: APIClient, alices_tenant: Tenant, route: Route) -> None:
    url = f"{route.url(alices_tenant, endpoints='kb_updater')}?dry_run=1"
    answer = api.generic(route.method.upper(), url, "{}", "application/json", headers={"If-Match": "*"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["dry_run"]), answer.content


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("businesses/?is_active=maybe", "Write true or false."),
        ("numbers/?is_active=yes", "Write true or false."),
        ("deliveries/?delivered_at__isnull=nope", "Write true or false."),
        ("appointments/?status=confirmed&status=cancelled", "Send it once."),
        ("appointments/?status=open", "It must be one of confirmed, cancelled, completed, no_show."),
        ("appointments/?status=", "It has no value."),
        ("appointments/?user=", "It has no value."),
        ("appointments/?cursor=", "It has no value."),
        ("transactions/?currency=EUR", "USD, INR"),
        (f"appointments/?business={UNKNOWN}", "No business has this id."),
        (f"wallets/?user={UNKNOWN}", "No account has this id."),
        ("appointments/?trashed=maybe", "It must be one of true, false, any."),
        ("appointments/?deleted_at__isnull=true", "Use trashed=true, false or any."),
        ("wallets/?trashed=any", "No parameter has this name."),
        ("appointments/?format=xml", "It must be one of json, csv, ndjson."),
        (f"appointments/{UNKNOWN}/?format=csv", "It must be one of json."),
        ("analytics/money/?days=5", "It must be one of 7, 30, 90."),
    ],
)
def test_a_refused_value_is_answered_with_the_allowed_ones(
    api: APIClient, alices_tenant: Tenant, query: str, said: str
) -> None:
    answer = api.get(f"/api/v1/{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content
    [[text]] = answer.json()["errors"].values()
    assert said in text
    assert text in answer.json()["detail"]
    value = query.rpartition("=")[2]
    assert value in text or "once" in said or "parameter" in said or "Use" in said


@pytest.mark.parametrize(("sent", "found"), [("true", 1), ("True", 1), ("1", 1), ("false", 0), ("0", 0)])
def test_a_boolean_filters(api: APIClient, alices_tenant: Tenant, sent: str, found: int) -> None:
    assert len(api.get("/api/v1/businesses/", {"is_active": sent}).json()["results"]) == found


@pytest.mark.parametrize(
    "query",
    [
        "wallets/{wallet}/statement/?start={late}&end={early}",
        "slots/?business={business}&start={late}&end={early}",
        "appointments/slots/?business={business}&start=2026-12-09&end=2026-12-08",
        "appointments/?scheduled_at__gte={late}&scheduled_at__lt={early}",
        "audit-events/?at__gte={late}&at__lt={early}",
        "transactions/?amount__gte=5&amount__lte=4",
    ],
)
def test_a_range_that_ends_before_it_starts_is_refused(api: APIClient, alices_tenant: Tenant, query: str) -> None:
    keys = {"wallet": alices_tenant.wallet.pk, "business": alices_tenant.business.pk}
    early, late = "2026-10-01T00:00Z", "2026-10-02T00:00Z"
    answer = api.get(f"/api/v1/{query.format(early=early, late=late, **keys)}")
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:aira:problem:invalid"), answer.content
    assert "Swap the values." in answer.json()["detail"]
    same = query.format(early=early, late=early, **keys).replace("amount__gte=5", "amount__gte=4")
    assert api.get(f"/api/v1/{same.replace('12-09', '12-07')}").status_code == 200


@pytest.mark.parametrize("text", ["1e1", "Infinity", "NaN", "١٢", "1_0", "+5", " 5", "5 "])
def test_a_filter_by_amount_takes_plain_digits(api: APIClient, alices_tenant: Tenant, text: str) -> None:
    refused = api.get("/api/v1/transactions/", {"amount__gte": text})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["amount__gte"])
    assert "is not an amount" in refused.json()["errors"]["amount__gte"][0]
    assert len(api.get("/api/v1/transactions/", {"amount__gte": "10.50"}).json()["results"]) == 1


def test_every_pair_of_bounds_is_compared() -> None:
    """A new filter `x__gte` needs `x__lt` or `x__lte`, which FilterForm compares with it."""
    for prefix, view, _ in router.registry:
        for name, lookups in (getattr(view, "filterset_fields", None) or {}).items():
            ranges = {lookup for lookup in lookups if lookup not in ("exact", "isnull")}
            assert ranges in (set(), {"gte", "lt"}, {"gte", "lte"}), f"{prefix}: {name}"


def test_the_test_covers_every_table_with_a_trash() -> None:
    found = [prefix for prefix, view, _ in router.registry
             if getattr(view, "queryset", None) is not None and issubclass(view.queryset.model, TrashableModel)
             and hasattr(view, "orderings")]  # fmt: skip
    assert sorted(found) == sorted(TRASHABLE)


@pytest.mark.parametrize("resource", TRASHABLE)
def test_lists_and_files_exclude_the_trash_by_default(api: APIClient, alices_tenant: Tenant, resource: str) -> None:
    thing = {"businesses": "business", "numbers": "number", "appointments": "appointment", "documents": "document"}
    row = getattr(alices_tenant, thing[resource])

    def found(**query: str) -> tuple[list[str], list[str]]:
        listed = api.get(f"/api/v1/{resource}/", query).json()["results"]
        file = api.get(f"/api/v1/{resource}/", query | {"format": "csv", "fields": "id"}, headers={"X-Reason": "x"})
        lines = b"".join(file.streaming_content).decode().split()[1:]  # type: ignore[attr-defined]
        return [one["id"] for one in listed], [line.strip('"') for line in lines]

    pk = [str(row.pk)]
    assert [found(), found(trashed="true"), found(trashed="any")] == [(pk, pk), ([], []), (pk, pk)]
    trash.discard(type(row).objects.filter(pk=row.pk))
    assert [found(), found(trashed="false"), found(trashed="true"), found(trashed="any")] == [
        ([], []), ([], []), (pk, pk), (pk, pk),
    ]  # fmt: skip


def test_a_row_in_the_trash_can_be_read_by_its_id(api: APIClient, alices_tenant: Tenant) -> None:
    trash.discard(Appointment.objects.filter(pk=alices_tenant.appointment.pk))
    assert api.get(f"/api/v1/appointments/{alices_tenant.appointment.pk}/").json()["deleted_at"]


def test_the_next_page_keeps_the_parameters(api: APIClient, alices_tenant: Tenant) -> None:
    Appointment.objects.bulk_create(
        Appointment(business=alices_tenant.business, customer_name="x", scheduled_at=NOW, status="cancelled")
        for _ in range(3)
    )
    trash.discard(Appointment.objects.filter(customer_name="x"))
    page: Any = api.get("/api/v1/appointments?trashed=true&page_size=2").json()
    assert "/api/v1/appointments/?" in page["next"]
    assert "trashed=true" in page["next"]
    assert len(api.get(page["next"]).json()["results"]) == 1


@pytest.mark.parametrize("size", ["0", "-1", "many", "100000"])
def test_a_wrong_page_size_is_refused_in_a_file_too(api: APIClient, db: None, size: str) -> None:
    for form in ("json", "csv", "ndjson"):
        answer = api.get(f"/api/v1/businesses/?page_size={size}&format={form}", headers={"X-Reason": "x"})
        assert (answer.status_code, list(json.loads(answer.content)["errors"])) == (400, ["page_size"])
