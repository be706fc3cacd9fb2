from typing import Any

import pytest
from rest_framework.test import APIClient

from aira.console.models import StaffUser
from aira.outbox.models import ServiceEndpoint
from bookings.models import Appointment
from businesses.models import Business
from tests.factories import Tenant

# The state of the row does not matter.
ANY = {"If-Match": "*"}
RESOURCES = {
    "accounts": None,
    "businesses": "business",
    "numbers": "number",
    "wallets": "wallet",
    "transactions": "transaction",
    "ledger-entries": "entry",
    "payments": "payment",
    "payment-facts": "fact",
    "appointments": "appointment",
    "booking-rules": "rules",
    "documents": "document",
    "audit-events": None,
}


@pytest.mark.parametrize("resource", RESOURCES)
def test_staff_read_every_table(api: APIClient, alices_tenant: Tenant, resource: str) -> None:
    listed = api.get(f"/api/v1/{resource}/")
    assert listed.status_code == 200
    assert listed.json()["results"]
    one = api.get(f"/api/v1/{resource}/{listed.json()['results'][0]['id']}/")
    assert one.json() == listed.json()["results"][0]


@pytest.mark.parametrize("resource", RESOURCES)
def test_other_users_read_no_table(alices_tenant: Tenant, resource: str) -> None:
    anybody = APIClient()
    assert anybody.get(f"/api/v1/{resource}/").status_code == 401
    anybody.force_login(StaffUser.objects.create_user("new", password="correct horse", is_staff=True))
    answer = anybody.get(f"/api/v1/{resource}/")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_money_is_text_and_times_have_an_offset(api: APIClient, alices_tenant: Tenant) -> None:
    wallet = api.get(f"/api/v1/wallets/{alices_tenant.wallet.pk}/").json()
    assert wallet["balance_usd"] == "25.00"
    assert wallet["created_at"].endswith("Z")


def test_lists_are_paged_by_cursor(api: APIClient, alices_tenant: Tenant) -> None:
    Appointment.objects.bulk_create(
        Appointment(business=alices_tenant.business, customer_name=str(n), scheduled_at=f"2031-12-01T1{n}:00Z")
        for n in range(6)
    )
    seen, url = [], "/api/v1/appointments/?page_size=3"
    while url:
        page = api.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == 7


def test_a_business_is_created_changed_and_moved_to_the_trash(api: APIClient, alice: Any, db: None) -> None:
    made = api.post("/api/v1/businesses/", {"user": str(alice), "name": "New", "business_type": "service"})
    assert made.status_code == 201, made.json()
    assert (made.json()["timezone"], made.json()["is_active"]) == ("UTC", True)
    url = f"/api/v1/businesses/{made.json()['id']}/"
    assert api.patch(url, {"timezone": "Asia/Kolkata"}, headers=ANY).json()["timezone"] == "Asia/Kolkata"
    assert api.delete(url, headers=ANY).status_code == 204
    assert Business.objects.trashed().filter(pk=made.json()["id"]).exists()


@pytest.mark.parametrize(
    ("resource", "thing", "change", "status", "rule"),
    [
        ("businesses", "business", {"phone_number": "12"}, 400, "business_phone_is_e164"),
        ("businesses", "business", {"timezone": "Foo+3"}, 400, "business_time_zone_is_iana"),
        ("businesses", "business", {"business_type": "circus"}, 400, "business_type_known"),
        ("businesses", "business", {"business_hours": {"mon": 1}}, 400, "business_hours_valid"),
        ("numbers", "number", {"monthly_cost": "-0.01"}, 400, "number_cost_not_negative"),
        ("numbers", "number", {"voice_url": "https://app.aira.example/"}, 400, "voice_url_is_voice_agent"),
        ("appointments", "appointment", {"duration": 0}, 400, "appointment_duration_in_range"),
        ("booking-rules", "rules", {"capacity": 0}, 400, "booking_capacity_in_range"),
        ("documents", "document", {"file_size": -1}, 400, "document_size_not_negative"),
    ],
)
def test_a_broken_rule_gives_a_problem_that_names_it(
    api: APIClient, alices_tenant: Tenant, resource: str, thing: str, change: dict[str, Any], status: int, rule: str
) -> None:
    ServiceEndpoint.objects.create(name="voice_agent", base_url="https://voice.aira.example/calls")
    row = getattr(alices_tenant, thing)
    answer = api.patch(f"/api/v1/{resource}/{row.pk}/", change, headers=ANY)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.json()
    assert answer.json()["constraint"] == rule
    assert answer.json()["type"] == f"urn:aira:problem:{rule}"
    row.refresh_from_db()
    name, value = next(iter(change.items()))
    assert getattr(row, name) != value


def test_another_tenants_business_is_refused_like_an_unknown_one(
    api: APIClient, alices_tenant: Tenant, bobs_tenant: Tenant
) -> None:
    url = f"/api/v1/numbers/{alices_tenant.number.pk}/"
    for business in (bobs_tenant.business.pk, "00000000-0000-4000-8000-000000000000"):
        answer = api.patch(url, {"business": str(business)}, headers=ANY)
        assert (answer.status_code, answer.json()["constraint"]) == (400, "number_in_own_business")


@pytest.mark.parametrize(
    "change",
    [
        {"number_type": "satellite"},
        {"number_type": None},
        {"phone_number": "+1\x00"},
        {"notes": "a\x00b"},
        {"capabilities": {"voice": "\x00"}},
        {"monthly_cost": "NaN"},
        {"monthly_cost": "1e400"},
        {"monthly_cost": "99999999999"},
        {"purchase_date": "yesterday"},
        {"purchase_date": "+999999-01-01T00:00:00Z"},
        {"business": "not-a-uuid"},
        {"is_active": "perhaps"},
        {"features": {}},
    ],
)
def test_bad_input_is_a_problem_and_never_a_500(api: APIClient, alices_tenant: Tenant, change: dict[str, Any]) -> None:
    answer = api.patch(f"/api/v1/numbers/{alices_tenant.number.pk}/", change, headers=ANY)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/appointments/?status=perhaps",
        "/api/v1/appointments/?business=1",
        "/api/v1/transactions/?amount__gte=NaN",
        "/api/v1/appointments/?scheduled_at__gte=never",
        "/api/v1/appointments/?cursor=garbage",
        "/api/v1/appointments/?customer_phone=%00",
    ],
)
def test_a_bad_filter_is_a_problem(api: APIClient, alices_tenant: Tenant, url: str) -> None:
    answer = api.get(url)
    assert answer.status_code in (400, 404), answer.content
    assert answer["Content-Type"] == "application/problem+json"


def test_unknown_and_malformed_ids_are_not_found(api: APIClient, db: None) -> None:
    for name in ("00000000-0000-4000-8000-000000000000", "x", "-" * 36):
        assert api.get(f"/api/v1/businesses/{name}/").status_code == 404


def test_the_api_cannot_set_status_and_balances(api: APIClient, alices_tenant: Tenant) -> None:
    url = f"/api/v1/appointments/{alices_tenant.appointment.pk}/"
    refused = api.patch(url, {"status": "cancelled"}, headers=ANY)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["status"])
    assert api.patch(f"/api/v1/wallets/{alices_tenant.wallet.pk}/", {"balance_usd": 1}).status_code == 405


def test_the_schema_is_generated_without_warnings(api: APIClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert api.get("/api/v1/schema/").status_code == 200
    assert capsys.readouterr().err == ""
