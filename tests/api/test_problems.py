"""Bad input is a problem, and never a 500."""

import json
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.api.running import Running
from tests.things import Things

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
def test_a_body_that_is_none_is_refused(api: APIClient, body: str, kind: str, status: int) -> None:
    answer = api.generic("POST", URL, body.encode("latin-1"), "application/json")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"urn:aira:problem:{kind}"


def test_a_form_is_no_body(api: APIClient) -> None:
    assert api.generic("POST", URL, "name=x", "application/x-www-form-urlencoded").status_code == 415
    assert api.get(URL, headers={"Accept": "text/html"}).status_code == 406
    assert api.put(URL, {}).status_code == 405


def test_ten_megabytes_are_too_many(running: Running, everything: str) -> None:
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
def test_a_request_id_that_is_none_is_replaced(api: APIClient, sent: str) -> None:
    answered = api.get(URL, headers={"X-Request-Id": sent})["X-Request-Id"]
    assert answered != sent
    assert len(answered) == 32


@pytest.mark.parametrize("reason", ["x" * 501, "\xff"])
def test_a_reason_that_is_none_is_refused(api: APIClient, alices_things: Things, reason: str) -> None:
    url = f"{URL}{alices_things.business.pk}/"
    answer = api.patch(url, {"name": "x"}, headers={"If-Match": "*", "X-Reason": reason})
    assert (answer.status_code, "X-Reason" in answer.json()["errors"]) == (400, True)


def test_an_error_of_ours_is_a_problem_without_its_insides(
    api: APIClient, monkeypatch: pytest.MonkeyPatch, alices_things: Things
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret insides")

    monkeypatch.setattr("aira.db.trash.restore", fails)
    api.raise_request_exception = False
    answer = api.post(f"{URL}{alices_things.business.pk}/restore/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert b"insides" not in answer.content
    assert answer.json()["request_id"] == answer["X-Request-Id"]


def test_people_still_get_pages(client: Client, db: None) -> None:
    assert client.get("/nothing")["Content-Type"].startswith("text/html")
