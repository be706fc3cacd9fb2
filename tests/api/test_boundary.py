"""Test addresses, headers and forms of the API and the console, before any code reads them."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from aira.console.models import StaffUser
from bookings.models import Appointment
from tests.api.routes import UNKNOWN, routes
from tests.factories import Tenant

NUL = "%00"


@pytest.mark.parametrize(
    "url",
    [
        f"/api/v1/businesses/?q={NUL}",
        f"/api/v1/appointments/?customer_phone=%2B1{NUL}",
        f"/api/v1/appointments/?a{NUL}b=1",
        f"/api/v1/appointments/{NUL}/",
        f"/api/v1/endpoints/{NUL}/",
        f"/api/v1/analytics/{NUL}/?days=7",
        f"/api/v1/slots/?business={NUL}",
        f"/api/v1/schema/?lang={NUL}",
        f"/console/businesses/business/?timezone={NUL}",
        f"/console/bookings/appointment/?status__exact={NUL}",
        f"/console/bookings/appointment/?customer_phone={NUL}",
        f"/console/billing/transaction/?currency__exact={NUL}",
        f"/console/businesses/business/{NUL}/change/",
        "/console/businesses/business/_00/change/",
        "/console/platform/serviceendpoint/_00/change/",
        f"/console/platform/serviceendpoint/a{NUL}b/change/",
        f"/console/find/?q={NUL}",
        f"/console/timeline/businesses/business/{NUL}/",
        f"/console/businesses/business/add/?user={NUL}",
        f"/nothing{NUL}",
    ],
)
def test_a_nul_in_an_address_is_refused(console: Client, url: str) -> None:
    console.raise_request_exception = False
    answer = console.get(url)
    assert answer.status_code == 400, answer.content[:500]
    kind = "application/problem+json" if url.startswith("/api/") else "text/html; charset=utf-8"
    assert answer["Content-Type"] == kind
    assert "NUL character" in answer.content.decode()
    assert answer["X-Request-Id"]


@pytest.mark.parametrize("url", ["/api/v1/businesses/", "/console/businesses/business/", "/console/login/"])
@pytest.mark.parametrize("header", ["X-Reason", "X-Request-Id", "Accept", "User-Agent", "Authorization", "Referer"])
def test_a_nul_in_a_header_is_refused(console: Client, url: str, header: str) -> None:
    console.raise_request_exception = False
    assert console.get(url, headers={header: "a\0b"}).status_code == 400


@pytest.mark.parametrize("value", ["a\0b", '"\\000"'])
def test_a_nul_in_a_cookie_is_refused(client: Client, db: None, value: str) -> None:
    client.raise_request_exception = False
    for url in ("/console/", "/api/v1/businesses/"):
        assert client.get(url, headers={"Cookie": f"sessionid={value}"}).status_code == 400


def test_a_nul_in_a_form_is_refused(console: Client, client: Client, alices_tenant: Tenant) -> None:
    console.raise_request_exception = False
    url = f"/console/businesses/business/{alices_tenant.business.pk}/change/"
    for data in ({"name": "a\0b"}, {"a\0b": "x"}, {"action": "\0", "_selected_action": "\0"}):
        assert console.post(url, data).status_code == 400
        assert console.post("/console/businesses/business/", data).status_code == 400
        encoded = console.generic("POST", url, "name=a%00b", "application/x-www-form-urlencoded")
        assert encoded.status_code == 400
    client.raise_request_exception = False
    assert client.post("/console/login/", {"username": "a\0b", "password": "x"}).status_code == 400


@pytest.mark.parametrize(
    "body",
    ['{"name": "a\\u0000b"}', '{"a\\u0000b": 1}', '{"name": "a\0b"}', '{"business_hours": {"x": ["\\u0000"]}}'],
)
def test_a_nul_in_a_body_of_json_is_refused(api: APIClient, alices_tenant: Tenant, body: str) -> None:
    url = f"/api/v1/businesses/{alices_tenant.business.pk}/"
    answer = api.generic("PATCH", url, body, "application/json", headers={"If-Match": "*"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xml", ".ndjson"])
def test_no_route_has_a_format_suffix(console: Client, suffix: str) -> None:
    console.raise_request_exception = False
    paths = {route.path for route in routes()} | {""}
    for path in paths:
        url = f"/api/v1/{path.format(pk=UNKNOWN).rstrip('/')}{suffix}"
        for answer in (console.get(url), console.get(f"{url}/")):
            assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), url


def test_a_trailing_slash_makes_no_difference(api: APIClient, alices_tenant: Tenant, alice: Any) -> None:
    for path in ("appointments", f"appointments/{alices_tenant.appointment.pk}", "analytics", "endpoints", "schema"):
        with_slash, without = (api.get(f"/api/v1/{path}{slash}") for slash in ("/", ""))
        assert (with_slash.status_code, without.status_code) == (200, 200), path
        assert without.content == with_slash.content
    assert api.get("/api/v1").status_code == 200
    made = api.post("/api/v1/businesses", {"user": str(alice), "name": "New", "business_type": "retail"})
    assert (made.status_code, made.json()["name"]) == (201, "New")
    url = f"/api/v1/businesses/{made.json()['id']}"
    assert api.patch(url, {"name": "Newer"}, headers={"If-Match": "*"}).json()["name"] == "Newer"
    assert api.post(f"{url}/trash").status_code == 200
    cancelled = api.post(f"/api/v1/appointments/{alices_tenant.appointment.pk}/cancel", {})
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert api.get("/api/v1/nothing").status_code == 404


def test_an_idempotency_key_is_the_same_with_and_without_a_trailing_slash(api: APIClient, alice: Any, db: None) -> None:
    sent = {"user": str(alice), "name": "Once", "business_type": "retail"}
    first, again = (
        api.post(f"/api/v1/businesses{slash}", sent, headers={"Idempotency-Key": "k"}) for slash in ("", "/")
    )
    assert (again.status_code, again["Idempotent-Replayed"], again.content) == (201, "true", first.content)


def test_the_console_keeps_its_redirects(console: Client) -> None:
    answer = console.get("/console/businesses/business")
    assert (answer.status_code, answer["Location"]) == (301, "/console/businesses/business/")


def test_a_post_to_the_api_over_http_is_refused_and_not_redirected(
    settings: Any, alices_tenant: Tenant, staff: StaffUser
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = APIClient()
    client.force_login(staff)
    url = f"/api/v1/appointments/{alices_tenant.appointment.pk}/cancel/"
    refused = client.post(url, {})
    assert (refused.status_code, "https" in refused.json()["detail"]) == (400, True)
    assert Appointment.objects.get(pk=alices_tenant.appointment.pk).status == "confirmed"
    assert client.post(url, {}, secure=True).status_code == 200
    assert client.get("/console/").status_code == 301
