"""Moves and cancellations: their reasons, their way back, and two people who move one appointment."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.formats.dates import day_text
from bookings.models import Appointment, BookingRules
from businesses.models import Business
from tests.console.test_booking_form import DAY, add, at, text_of
from tests.console.test_booking_form import business as business
from tests.console.test_pages import page


@pytest.fixture
def one(business: Business) -> Appointment:
    return add(business, "10:00")


def do(row: Appointment, name: str) -> str:
    return page(Appointment, "do", row.pk, name)


def was(console: Client, row: Appointment) -> str:
    return str(console.get(do(row, "move")).context["form"]["was"].value())


def undo(console: Client, answer: Any) -> list[str]:
    *_, message = answer.wsgi_request._messages
    back = console.post(reverse("undo"), {"ticket": message.extra_tags.removeprefix("undo:")}, follow=True)
    return [str(said) for said in back.context["messages"]]


def now(row: Appointment) -> tuple[datetime, int, str]:
    row.refresh_from_db()
    return row.scheduled_at, row.duration, str(row.status)


def test_a_move_keeps_its_reason_and_is_undone(console: Client, one: Appointment) -> None:
    sent = {"day": DAY, "time": "11.00", "duration": 30, "reason": "ticket 7", "was": was(console, one), "do": "move"}
    answer = console.post(do(one, "move"), sent)
    assert answer.status_code == 302
    assert now(one) == (at("11:00"), 30, "confirmed")
    assert AuditEvent.objects.filter(row_id=str(one.pk)).latest("pk").reason == "ticket 7"
    assert "Moved back to" in undo(console, answer)[-1]
    assert now(one) == (at("10:00"), 60, "confirmed")


def test_undo_refuses_when_somebody_else_moved_it_or_took_the_time(console: Client, one: Appointment) -> None:
    sent = {"day": DAY, "time": "11:00", "duration": 60, "was": was(console, one)}
    answer = console.post(do(one, "move"), sent)
    taken = add(one.business, "10:00", "Fay")
    assert "fully booked" in undo(console, answer)[-1]
    taken.delete()
    Appointment.objects.filter(pk=one.pk).update(scheduled_at=at("09:00"))
    assert "Somebody else has moved it to" in undo(console, answer)[-1]
    assert now(one)[0] == at("09:00")


def test_the_second_of_two_movers_sees_what_changed(console: Client, one: Appointment) -> None:
    mine = was(console, one)
    Appointment.objects.filter(pk=one.pk).update(scheduled_at=at("09:00"))
    sent = {"day": DAY, "time": "11:00", "duration": 60, "was": mine}
    text = text_of(console.post(do(one, "move"), sent))
    assert "Nothing was moved" in text
    assert f"It is now at {day_text(DAY, weekday=True)} 09:00" in text
    assert now(one)[0] == at("09:00")
    refused = console.post(do(one, "move"), sent, headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert "changed it after you opened it" in json.loads(refused.content)["refused"]


def test_a_move_against_a_rule_names_the_rule_and_needs_a_reason(console: Client, one: Appointment) -> None:
    sent = {"day": DAY, "time": "15:00", "duration": 60, "was": was(console, one)}
    text = text_of(console.post(do(one, "move"), sent))
    assert "Outside opening hours" in text
    assert "Move anyway" in text
    assert "Enter a reason" in text_of(console.post(do(one, "move"), sent | {"do": "anyway"}))
    assert now(one)[0] == at("10:00")
    assert console.post(do(one, "move"), sent | {"do": "anyway", "reason": "asked"}).status_code == 302
    assert now(one)[0] == at("15:00")
    event = AuditEvent.objects.filter(row_id=str(one.pk)).latest("pk")
    assert event.reason == "Against the rule “Outside opening hours”: asked"


def test_a_move_to_a_taken_time_needs_a_reason_to_exceed_the_capacity(console: Client, one: Appointment) -> None:
    add(one.business, "11:00", "Fay")
    sent = {"day": DAY, "time": "11:00", "duration": 60, "was": was(console, one)}
    answer = console.post(do(one, "move"), sent, headers={"Accept": "application/json"})
    found = json.loads(answer.content)
    assert answer.status_code == 409
    assert "That time is taken" in found["refused"]
    assert found["anyway"] is True
    assert found["instead"][0]["value"] == f"{DAY} 09:00"
    sent |= {"do": "anyway", "reason": "two chairs"}
    answer = console.post(do(one, "move"), sent, headers={"Accept": "application/json"})
    assert json.loads(answer.content)["ticket"]
    one.refresh_from_db()
    assert (one.scheduled_at, one.slot_number) == (at("11:00"), 2)


def test_a_move_in_the_calendar_can_be_undone(console: Client, one: Appointment) -> None:
    sent = {"day": DAY, "time": "09:00", "duration": 90, "was": was(console, one)}
    answer = json.loads(console.post(do(one, "move"), sent, headers={"Accept": "application/json"}).content)
    assert answer["said"].startswith("Moved to")
    console.post(reverse("undo"), {"ticket": answer["ticket"]})
    assert now(one) == (at("10:00"), 60, "confirmed")


def test_a_cancellation_asks_for_a_reason_and_is_undone(console: Client, one: Appointment) -> None:
    Appointment.objects.filter(pk=one.pk).update(notes="by the window")
    assert "“Reason” is empty. Fill it in." in text_of(console.post(do(one, "cancel"), {}))
    answer = console.post(do(one, "cancel"), {"reason": "ticket 7\nillness"})
    assert answer.status_code == 302
    assert now(one)[2] == "cancelled"
    assert one.notes == "by the window\nCancelled: ticket 7 illness"
    assert "is confirmed again" in undo(console, answer)[-1]
    assert now(one)[2] == "confirmed"
    assert one.notes == "by the window"


def test_a_cancellation_is_not_undone_if_its_time_was_taken(console: Client, one: Appointment) -> None:
    answer = console.post(do(one, "cancel"), {"reason": "ticket 7"})
    add(one.business, "10:00", "Fay")
    assert "fully booked" in undo(console, answer)[-1]
    assert now(one)[2] == "cancelled"


@pytest.mark.parametrize(("name", "status"), [("complete", "completed"), ("no-show", "no_show")])
def test_completing_and_no_show_can_be_undone(console: Client, one: Appointment, name: str, status: str) -> None:
    answer = console.post(do(one, name))
    assert now(one)[2] == status
    undo(console, answer)
    assert now(one)[2] == "confirmed"


def test_staff_who_may_not_overrule_a_rule_are_refused(client: Client, one: Appointment) -> None:
    BookingRules.objects.filter(business=one.business).update(capacity=1)
    person = StaffUser.objects.create_user("new", password="correct horse battery", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=["change_appointment", "view_appointment"]))
    client.force_login(person)
    sent = {"day": DAY, "time": "15:00", "duration": 60, "do": "anyway", "reason": "x"}
    assert client.post(do(one, "move"), sent).status_code == 403
    assert "overrule this" in text_of(client.post(do(one, "move"), sent | {"do": "move"}))
    assert now(one)[0] == at("10:00")


@pytest.mark.parametrize(
    "garbage", [{}, {"day": "x", "time": "x", "duration": "x"}, {"pick": "x"}, {"pick": ""}, {"do": "look"}]
)
def test_invalid_input_moves_no_appointment(console: Client, one: Appointment, garbage: dict[str, str]) -> None:
    assert console.post(do(one, "move"), garbage).status_code == 200
    assert now(one)[0] == at("10:00")
