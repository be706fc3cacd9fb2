"""A caller adds the rows that a row refers to, if it may read them, at the cost of one query for each kind."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.models import Appointment
from tests.factories import Tenant

LIST = "/api/v1/appointments/"


def test_a_row_has_the_rows_that_it_refers_to(api: APIClient, alices_tenant: Tenant) -> None:
    pk, business = alices_tenant.appointment.pk, alices_tenant.business
    alone = api.get(f"{LIST}{pk}/")
    answer = api.get(f"{LIST}{pk}/", {"expand": "business,user"})
    row = answer.json()
    expanded = row.pop("expanded")
    assert row == alone.json()
    assert answer["ETag"] == alone["ETag"]
    assert expanded["business"] == api.get(f"/api/v1/businesses/{business.pk}/").json()
    assert expanded["user"] == api.get(f"/api/v1/accounts/{business.user_id}/").json()


def test_a_row_without_a_number_has_null(api: APIClient, alices_tenant: Tenant) -> None:
    type(alices_tenant.transaction).objects.update(business_number=None)
    answer = api.get("/api/v1/transactions/", {"expand": "business_number", "fields": "id"})
    assert answer.json()["data"][0]["expanded"] == {"business_number": None}


def test_a_page_takes_one_query_for_each_kind(api: APIClient, alices_tenant: Tenant, bobs_tenant: Tenant) -> None:
    def queries(expand: str | None = None) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert api.get(LIST, {"expand": expand} if expand else {}).status_code == 200
        return len(captured)

    plain = queries()
    assert queries("business,user") == plain + 2
    for n in range(5):
        Appointment.objects.create(
            business=bobs_tenant.business, customer_name=str(n), scheduled_at=timezone.now(), status="cancelled"
        )
    assert queries("business,user") == plain + 2


def test_a_key_needs_the_scope_of_the_other_rows(with_key: Callable[..., APIClient], alices_tenant: Tenant) -> None:
    answer = with_key("appointments:read").get(LIST, {"expand": "business"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:aira:problem:permission_denied")


def test_a_key_without_the_right_sees_accounts_masked(
    with_key: Callable[..., APIClient], alices_tenant: Tenant
) -> None:
    answer = with_key("businesses:read", "accounts:read").get("/api/v1/businesses/", {"expand": "user"})
    assert answer.json()["data"][0]["expanded"]["user"]["email"].startswith("a•••@")
    answer = with_key("businesses:read", "accounts:read", "personal:read", name="all").get(
        "/api/v1/businesses/", {"expand": "user"}
    )
    assert answer.json()["data"][0]["expanded"]["user"]["email"].startswith("alice@")


@pytest.mark.parametrize("query", [{"expand": "owner"}, {"expand": "business,"}])
def test_an_unknown_name_is_refused(api: APIClient, alices_tenant: Tenant, query: dict[str, str]) -> None:
    answer = api.get(LIST, query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["expand"])


def test_a_file_has_no_expansion(api: APIClient, alices_tenant: Tenant) -> None:
    answer = api.get(LIST, {"expand": "business", "format": "ndjson"}, headers={"X-Reason": "test"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["expand"])
