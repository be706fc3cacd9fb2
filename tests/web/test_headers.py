"""Test the security headers of each kind of answer."""

import pytest
from django.test import Client
from django.urls import reverse

from aira.web import headers
from tests.factories import Tenant


def policy(response: object) -> dict[str, str]:
    text: str = response.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return {name: values for name, _, values in (part.partition(" ") for part in text.split("; "))}


def test_an_answer_that_is_not_a_page_allows_nothing(console: Client, alices_tenant: Tenant) -> None:
    for address in ("/healthz", "/api/v1/businesses/", reverse("api-schema"), "/console/no-such-page"):
        found = policy(console.get(address))
        if address.startswith("/console/"):
            continue
        assert found["default-src"] == "'none'", address
        assert not {"script-src", "style-src", "connect-src"} & set(found), address
        assert found["form-action"] == found["base-uri"] == "'none'", address


@pytest.mark.parametrize("name", ["admin:index", "admin:login", "search", "admin:billing_transaction_changelist"])
def test_a_page_of_the_console_loads_only_from_the_site(console: Client, name: str) -> None:
    answer = console.get(reverse(name), follow=True)
    found = policy(answer)
    assert found["script-src"] == "'self' 'unsafe-eval'"
    assert found["object-src"] == found["frame-ancestors"] == found["default-src"] == "'none'"
    assert found["base-uri"] == found["form-action"] == found["connect-src"] == "'self'"
    assert "http" not in answer.headers["Content-Security-Policy"]
    assert "*" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Permissions-Policy"] == headers.PERMISSIONS
    assert "camera=()" in headers.PERMISSIONS


def test_a_file_of_the_console_has_the_headers_of_a_file(console: Client, alices_tenant: Tenant) -> None:
    address = reverse("admin:businesses_business_export")
    answer = console.post(address, {"format": "csv", "reason": "ticket 1"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert policy(answer)["default-src"] == "'none'"
    assert "script-src" not in policy(answer)


def test_pages_outside_unfold_allow_no_evaluation_of_code() -> None:
    assert "'unsafe-eval'" not in headers.PAGE["script-src"]
    assert "'unsafe-inline'" not in headers.CONSOLE["script-src"]
