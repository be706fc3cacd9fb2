"""Test that bad input gives a problem, and never a 500."""

import json
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from rest_framework.test import APIClient

from aira.console.models import StaffUser
from tests.api.routes import UNKNOWN
from tests.api.running import Running
from tests.factories import Tenant

URL = "/api/v1/businesses/"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ('{"name": ', "parse_error", 400),
        ("\xff", "parse_error", 400),
        ('{"name": NaN}', "parse_error", 400),
        (f'{{"name": {"9" * 10_000}}}', "parse_error", 400),
        ("[" * 100_000, "parse_error", 400),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, "parse_error", 400),
        (f'{{"business_hours": {"[" * 40}{"]" * 40}}}', "parse_error", 400),
        ('{"name": "a\\u0000b"}', "parse_error", 400),
        ('{"na\\u0000me": "b"}', "parse_error", 400),
        ('{"name": "\\ud800"}', "parse_error", 400),
        ('{"business_hours": {"\\udc00": 1}}', "parse_error", 400),
        ("[]", "invalid", 400),
        ("7", "invalid", 400),
        ("null", "invalid", 400),
        ('"x"', "invalid", 400),
        ("", "invalid", 400),
    ],
)
def test_a_malformed_body_is_refused(api: APIClient, body: str, kind: str, status: int) -> None:
    answer = api.generic("POST", URL, body.encode("latin-1"), "application/json")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"urn:aira:problem:{kind}"


def test_a_form_body_is_refused(api: APIClient) -> None:
    assert api.generic("POST", URL, "name=x", "application/x-www-form-urlencoded").status_code == 415
    assert api.get(URL, headers={"Accept": "text/html"}).status_code == 406
    assert api.put(URL, {}).status_code == 405


def test_a_body_of_ten_megabytes_is_refused(running: Running, everything: str) -> None:
    client = running.client(everything)
    answer = client.post("/businesses/", content=json.dumps({"name": "x" * 10_000_000}))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:aira:problem:payload_too_large")

    def chunks() -> Any:
        for _ in range(1000):
            yield b"x" * 10_000

    assert client.post("/businesses/", content=chunks()).status_code in (400, 413)


def test_a_problem_names_the_request(api: APIClient) -> None:
    answer = api.get(f"{URL}x/", headers={"X-Request-Id": "req-1"})
    assert answer.json()["request_id"] == answer["X-Request-Id"] == "req-1"
    body = api.get(f"{URL}00000000-0000-4000-8000-000000000000/", headers={"X-Request-Id": "req-2"}).json()
    assert body == {
        "type": "urn:aira:problem:not_found",
        "title": "Not Found",
        "status": 404,
        "detail": "Not found.",
        "request_id": "req-2",
    } | {"detail": body["detail"]}


@pytest.mark.parametrize("sent", ["a b", "x" * 129, "é", "<script>"])
def test_an_invalid_request_id_is_replaced(api: APIClient, sent: str) -> None:
    answered = api.get(URL, headers={"X-Request-Id": sent})["X-Request-Id"]
    assert answered != sent
    assert len(answered) == 32


@pytest.mark.parametrize("reason", ["x" * 501, "\xff"])
def test_an_invalid_reason_is_refused(api: APIClient, alices_tenant: Tenant, reason: str) -> None:
    url = f"{URL}{alices_tenant.business.pk}/"
    answer = api.patch(url, {"name": "x"}, headers={"If-Match": "*", "X-Reason": reason})
    assert (answer.status_code, "X-Reason" in answer.json()["errors"]) == (400, True)


def test_an_internal_error_gives_a_problem_without_details(
    api: APIClient, monkeypatch: pytest.MonkeyPatch, alices_tenant: Tenant
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret insides")

    monkeypatch.setattr("aira.schema.trash.restore", fails)
    api.raise_request_exception = False
    answer = api.post(f"{URL}{alices_tenant.business.pk}/restore/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert b"insides" not in answer.content
    assert answer.json()["request_id"] == answer["X-Request-Id"]


def test_browsers_still_get_pages(client: Client, db: None) -> None:
    assert client.get("/nothing")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("connection already closed")])
def test_a_lost_connection_gives_a_503_with_retry_after(
    api: APIClient, monkeypatch: pytest.MonkeyPatch, alices_tenant: Tenant, error: Exception
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr("aira.schema.trash.restore", fails)
    answer = api.post(f"{URL}{alices_tenant.business.pk}/restore/")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:aira:problem:database_unavailable")
    assert answer["Retry-After"]


def test_staff_get_a_page_when_the_database_is_unavailable(console: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("businesses.models.Business.objects.get_queryset", fails)
    console.raise_request_exception = False
    answer = console.get("/console/businesses/business/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "It was saved completely or not at all" in answer.content.decode()


@pytest.mark.parametrize(
    ("resource", "thing", "sent", "field", "said"),
    [
        ("appointments", None, {"business": UNKNOWN}, "business", "This business does not exist"),
        ("documents", None, {"business": UNKNOWN}, "business", "This business does not exist"),
        ("booking-rules", None, {"business": UNKNOWN}, "business", "This business does not exist"),
        ("numbers", None, {"business": UNKNOWN}, "business", "This business does not exist"),
        ("businesses", None, {"user": UNKNOWN}, "user", "This account does not exist. Choose another one."),
        ("appointments", "appointment", {"business": UNKNOWN}, "business", "This business does not exist"),
        ("documents", "document", {"business": UNKNOWN}, "business", "This business does not exist"),
        ("numbers", "number", {"business": UNKNOWN}, "business", "This business does not exist"),
        ("businesses", "business", {"business_type": "circus"}, "business_type", "restaurant, retail or service"),
        ("businesses", "business", {"timezone": "Foo"}, "timezone", "IANA name"),
        ("businesses", "business", {"phone_number": "12"}, "phone_number", "E.164"),
        ("numbers", "number", {"number_type": "moon"}, "number_type", "It must be one of local, "),
        ("numbers", "number", {"monthly_cost": "-1"}, "monthly_cost", "between 0 and 99,999,999"),
        ("appointments", "appointment", {"duration": 0}, "duration", "1 to 1440 minutes"),
        ("appointments", "appointment", {"source": "fax"}, "source", "manual, voice_agent, web, sms"),
        ("booking-rules", "rules", {"capacity": 0}, "capacity", "1 to 1000"),
        ("businesses", "business", {"is_active": "perhaps"}, "is_active", "boolean"),
    ],
)
def test_an_error_names_the_field_the_value_and_the_allowed_values(
    api: APIClient, alices_tenant: Tenant, resource: str, thing: str | None, sent: dict[str, Any], field: str, said: str
) -> None:
    needed: dict[str, Any] = {
        "appointments": {"customer_name": "Dora", "scheduled_at": "2031-01-01T10:00:00Z"},
        "documents": {"file_name": "a.pdf", "file_path": "a.pdf"},
        "numbers": {
            "phone_number": "+14155550199", "display_name": "x", "country_code": "US", "number_type": "local",
            "is_primary": False, "user": str(alices_tenant.business.user_id),
        },
        "businesses": {"name": "x", "business_type": "retail"},
        "booking-rules": {},
    }  # fmt: skip
    if thing is None:
        answer = api.post(f"/api/v1/{resource}/", needed[resource] | sent)
    else:
        row = getattr(alices_tenant, thing)
        answer = api.patch(f"/api/v1/{resource}/{row.pk}/", sent, headers={"If-Match": "*"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field]), answer.content
    [text] = answer.json()["errors"][field]
    assert said in text
    assert str(sent[field]) in text
    assert answer.json()["type"] != "urn:aira:problem:database"


def test_an_unknown_user_or_number_of_a_transaction_is_named(api: APIClient, alice: Any, db: None) -> None:
    body = {"user": str(alice), "type": "debit", "amount": "1", "currency": "USD"}
    for field in ("user", "business_number"):
        answer = api.post("/api/v1/transactions/record/", body | {field: UNKNOWN})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field]), answer.content
        assert UNKNOWN in answer.json()["errors"][field][0]


def test_an_unknown_business_is_400_in_bodies_and_queries_and_404_in_an_address(
    api: APIClient, alices_tenant: Tenant
) -> None:
    when = "2031-01-01T10:00:00Z"
    asked = {"business": UNKNOWN, "scheduled_at": when, "near": when, "start": when, "end": when}
    for answer in (
        api.post(
            "/api/v1/appointments/book/", {**{n: asked[n] for n in ("business", "scheduled_at")}, "customer_name": "D"}
        ),
        api.get("/api/v1/appointments/", {"business": UNKNOWN}),
        *(
            api.get(f"/api/v1/{path}/", {name: asked[name] for name in ("business", *names)})
            for path, names in {
                "slots": ("start", "end"),
                "appointments/slots": ("start", "end"),
                "slots/nearest": ("near",),
                "appointments/nearest": ("near",),
                "appointments/check": ("scheduled_at",),
            }.items()
        ),
    ):
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["business"]), answer.content
        assert UNKNOWN in answer.json()["errors"]["business"][0]
    for answer in (api.get(f"{URL}{UNKNOWN}/"), api.post(f"{URL}{UNKNOWN}/restore/")):
        assert (answer.status_code, UNKNOWN in answer.json()["detail"]) == (404, True)


def test_arguments_out_of_range_are_not_reported_as_an_outage(api: APIClient, alices_tenant: Tenant) -> None:
    asked = {"business": str(alices_tenant.business.pk), "start": "2031-01-01T10:00:00Z", "end": "2031-01-02T10:00:00Z"}
    for wrong in ({"duration": 0}, {"limit": 1001}, {"step": 0}, {"end": "2031-12-01T10:00:00Z"}):
        answer = api.get("/api/v1/slots/", asked | wrong)
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:aira:problem:invalid_argument")


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": None}, {"items": 7}, [{}], {"items": [{}] * 101}])
def test_an_invalid_bulk_body_gets_an_example(api: APIClient, body: Any) -> None:
    answer = api.post(f"{URL}bulk/", body, format="json")
    assert (answer.status_code, 'Send the rows as {"items": [{…}, …]}' in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize("sent", ["aira_x", "Token aira_x", "aira_x aira_y", "Basic aira_x"])
def test_a_key_without_bearer_gets_a_hint(db: None, sent: str) -> None:
    answer = APIClient(headers={"Authorization": sent}).get(URL)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:aira:problem:authentication_failed")
    assert "Authorization: Bearer aira_" in answer.json()["detail"]


def test_missing_pages_and_methods_give_problems(api: APIClient, alices_tenant: Tenant) -> None:
    assert "Authorization: Bearer aira_" in APIClient().get(URL).json()["detail"]
    assert "application/json" in api.generic("POST", URL, "a=b", "text/plain").json()["detail"]
    assert "application/json, text/csv" in api.get(URL, headers={"Accept": "text/html"}).json()["detail"]
    assert "GET" in api.put(URL, {}).json()["detail"]
    refused = api.get(f"{URL}?format=xml").json()
    assert refused["errors"]["format"] == ['It must be one of json, csv, ndjson. You sent "xml".']
    assert "format" in APIClient().get(f"{URL}?format=xml").json()["errors"]


def test_a_long_value_is_shortened_in_the_error(api: APIClient, alices_tenant: Tenant) -> None:
    answer = api.patch(f"{URL}{alices_tenant.business.pk}/", {"business_type": "x" * 5000}, headers={"If-Match": "*"})
    assert len(answer.json()["errors"]["business_type"][0]) < 300


def test_a_missing_permission_is_reported_before_other_errors(db: None) -> None:
    client = APIClient()
    client.force_login(StaffUser.objects.create_user("new", password="correct horse", is_staff=True))
    assert client.post(URL, {"nmae": "x"}).status_code == 403
