"""The button that undoes a change: whose it is, how long it works, and what it refuses."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core import signing
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from aira.adminkit import undo
from aira.console.models import StaffUser
from aira.schema.errors import Refused

TAKEN_BACK: list[dict[str, Any]] = []


def take_back(request: HttpRequest, values: dict[str, Any]) -> str:
    if values.get("changed"):
        raise Refused("bob changed it since.")
    TAKEN_BACK.append(values)
    return "It is as before."


@pytest.fixture
def way() -> Iterator[undo.Way]:
    TAKEN_BACK.clear()
    yield undo.register(undo.Way(name="test", may=undo.permitted("bookings.change_appointment"), take_back=take_back))
    undo._ways.pop("test")


def request_of(staff: StaffUser) -> HttpRequest:
    request = HttpRequest()
    request.user, request.session = staff, {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def press(client: Client, ticket: str, back: str = "/console/") -> list[str]:
    answer = client.post(reverse("undo"), {"ticket": ticket, "back": back}, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def test_a_message_offers_undo_and_the_button_takes_the_change_back(
    console: Client, staff: StaffUser, way: undo.Way
) -> None:
    request = request_of(staff)
    undo.offer(request, way, "Cancelled.", pk="1")
    [message] = get_messages(request)
    assert str(message) == "Cancelled."
    assert press(console, undo.ticket_of(message)) == ["It is as before."]
    assert TAKEN_BACK == [{"pk": "1"}]


def test_undo_ends_after_ten_minutes(console: Client, staff: StaffUser, way: undo.Way) -> None:
    with patch("django.core.signing.time.time", return_value=1_000_000):
        ticket = undo.ticket(request_of(staff), way, pk="1")
    with patch("django.core.signing.time.time", return_value=1_000_000 + 599):
        assert signing.loads(ticket, salt=undo.SALT, max_age=undo.MINUTES * 60)["way"] == "test"
    with patch("django.core.signing.time.time", return_value=1_000_000 + 602):
        assert press(console, ticket) == [undo.TOO_LATE]
    assert TAKEN_BACK == []


def test_a_refusal_is_shown_and_nothing_is_undone(console: Client, staff: StaffUser, way: undo.Way) -> None:
    ticket = undo.ticket(request_of(staff), way, changed=True)
    assert press(console, ticket) == ["Nothing was undone. bob changed it since."]


@pytest.mark.parametrize("ticket", ["", "x", "a:b:c"])
def test_a_forged_button_undoes_nothing(console: Client, way: undo.Way, ticket: str) -> None:
    assert "not valid" in press(console, ticket)[0]


def test_other_staff_and_those_without_the_permission_can_not_undo(
    client: Client, staff: StaffUser, way: undo.Way
) -> None:
    ticket = undo.ticket(request_of(staff), way, pk="1")
    rita = StaffUser.objects.create_user("rita", password="correct horse", is_staff=True)
    client.force_login(rita)
    assert client.post(reverse("undo"), {"ticket": ticket}).status_code == 403
    own = undo.ticket(request_of(rita), way, pk="1")
    assert client.post(reverse("undo"), {"ticket": own}).status_code == 403
    assert client.get(reverse("undo")).status_code == 405
    assert TAKEN_BACK == []


def test_undo_leads_only_to_pages_of_this_site(console: Client, staff: StaffUser, way: undo.Way) -> None:
    ticket = undo.ticket(request_of(staff), way, pk="1")
    answer = console.post(reverse("undo"), {"ticket": ticket, "back": "https://elsewhere.example/"})
    assert answer.headers["Location"] == reverse("admin:index")
