"""Pages of errors that people meet: each says what happened and has a way back."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from aira.console.models import StaffUser
from aira.web import error_pages

MARK = 'aria-label="AiRa"'


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_an_unknown_address_leads_back_to_the_start_page_and_the_search(console: Client) -> None:
    answer = console.get("/console/no-such-page/", headers={"referer": "http://testserver/console/billing/wallet/?q=x"})
    assert answer.status_code == 404
    for part in (MARK, "/console/no-such-page/", 'href="/console/"', "/console/find/", "/console/billing/wallet/?q=x"):
        assert part in text_of(answer)


@pytest.mark.parametrize("before", ["https://elsewhere.example/x", "http://testserver//elsewhere.example", "", "\\\\x"])
def test_the_way_back_never_leaves_the_site(console: Client, before: str) -> None:
    answer = console.get("/console/no-such-page/", headers={"referer": before})
    assert "elsewhere" not in text_of(answer)
    assert ">Back<" not in text_of(answer)


def test_a_missing_permission_says_whom_to_ask(client: Client, db: None) -> None:
    client.force_login(StaffUser.objects.create_user("rita", password="x", is_staff=True))
    answer = client.get("/console/billing/wallet/")
    assert answer.status_code == 403
    assert "ask a superuser" in text_of(answer)
    assert 'href="/console/"' in text_of(answer)


def test_a_form_without_a_token_is_explained(staff: StaffUser) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    answer = client.post("/console/staff/invite/", {})
    assert answer.status_code == 403
    assert "This form has expired" in text_of(answer)
    assert "Request id" in text_of(answer)


def test_an_unexpected_error_gives_a_page_without_the_database(rf: RequestFactory) -> None:
    request: HttpRequest = rf.get("/console/")
    answer = error_pages.server_error(request)
    assert answer.status_code == 500
    assert "An unexpected error occurred" in text_of(answer)
    assert 'href="/console/"' in text_of(answer)


def test_the_browser_finds_the_icon_at_its_fixed_address(client: Client) -> None:
    answer = client.get("/favicon.ico", follow=True)
    assert answer.redirect_chain[-1][0].endswith("web/logo.svg")
