"""The page of opening hours: what it saves, the appointments it lists before, and its way back."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from aira.console.models import StaffUser
from aira.formats.dates import day_text
from bookings.models import Appointment
from businesses.models import Business
from tests.console.test_booking_form import text_of
from tests.factories import Tenant

BERLIN = ZoneInfo("Europe/Berlin")
# A Tuesday in a month or so, on which nobody changes clocks.
DAY = (datetime.now(BERLIN) + timedelta(days=30)).date()
ALWAYS = {"weekly": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}


@pytest.fixture
def business(alices_tenant: Tenant) -> Business:
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Europe/Berlin", business_hours=ALWAYS)
    # It is today, at a time that a change of the hours may leave outside.
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(status="cancelled")
    alices_tenant.business.refresh_from_db()
    return alices_tenant.business


@pytest.fixture
def booked(business: Business) -> Appointment:
    at = datetime.combine(DAY, datetime.min.time(), BERLIN).replace(hour=10)
    return Appointment.objects.create(
        business=business, customer_name="Dora", customer_phone="+493055550199", scheduled_at=at
    )


def url(business: Business, part: str = "business-hours") -> str:
    return reverse(part, args=[business.pk])


def sent(console: Client, business: Business, **values: str) -> dict[str, str]:
    """Return the fields that a browser would send back, with other values."""
    form = console.get(url(business)).context["form"]
    names = [
        f"business_hours_{part}" for part in ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "special", "closures")
    ]
    texts = form.fields["business_hours"].widget.decompress(business.business_hours)
    found = dict(zip(names, texts, strict=True)) | {"seen": str(form["seen"].value()), "reason": ""}
    return found | {f"business_hours_{name}" if name != "reason" else name: text for name, text in values.items()}


def test_a_closed_day_lists_its_appointments_before_it_is_saved(
    console: Client, business: Business, booked: Appointment
) -> None:
    closed = sent(console, business, special=f"{DAY} closed")
    answer = console.post(url(business), closed)
    text = text_of(answer)
    assert "Nothing was saved yet" in text
    assert "1 appointment would fall outside these hours" in text
    assert 'href="tel:+493055550199"' in text
    assert reverse("admin:bookings_appointment_do", args=[booked.pk, "move"]) in text
    assert f"{day_text(DAY)} 10:00 {datetime.combine(DAY, datetime.min.time(), BERLIN):%Z}" in text
    business.refresh_from_db()
    assert business.business_hours == ALWAYS
    answer = console.post(url(business), closed | {"checked": answer.context["preview"].checked})
    assert answer.status_code == 302
    business.refresh_from_db()
    assert business.business_hours["special"] == {f"{DAY}": []}
    booked.refresh_from_db()
    assert booked.status == "confirmed"


def test_hours_that_changed_since_the_preview_are_not_saved(
    console: Client, business: Business, booked: Appointment
) -> None:
    closed = sent(console, business, special=f"{DAY} closed")
    checked = console.post(url(business), closed).context["preview"].checked
    Appointment.objects.create(
        business=business, customer_name="Eve", scheduled_at=booked.scheduled_at + timedelta(hours=2)
    )
    answer = console.post(url(business), closed | {"checked": checked})
    assert "2 appointments would fall outside" in text_of(answer)
    other = closed | {"business_hours_special": f"{DAY} 15:00-16:00", "checked": checked}
    assert "Nothing was saved yet" in text_of(console.post(url(business), other))


def test_the_script_gets_the_appointments_that_a_closure_would_leave_outside(
    console: Client, business: Business, booked: Appointment
) -> None:
    closure = sent(console, business, closures=f"{DAY} 00:00 to {DAY + timedelta(days=2)} 00:00")
    assert "1 appointment would fall outside" in text_of(console.post(url(business, "business-hours-preview"), closure))
    fine = sent(console, business, special=f"{DAY + timedelta(days=3)} closed")
    assert "No appointment would fall outside" in text_of(console.post(url(business, "business-hours-preview"), fine))
    assert console.post(url(business), fine).status_code == 302
    business.refresh_from_db()
    assert "closures" not in business.business_hours


def test_saved_hours_are_undone_unless_somebody_changed_them_since(console: Client, business: Business) -> None:
    def save(day: str) -> str:
        answer = console.post(url(business), sent(console, business, mon=day))
        business.refresh_from_db()
        *_, message = answer.wsgi_request._messages
        return str(message.extra_tags.removeprefix("undo:"))

    def undo(ticket: str) -> str:
        back = console.post(reverse("undo"), {"ticket": ticket}, follow=True)
        return [str(said) for said in back.context["messages"]][-1]

    first = save("09:00-12:00")
    assert business.business_hours["weekly"]["mon"] == [["09:00", "12:00"]]
    assert "earlier opening hours" in undo(first)
    business.refresh_from_db()
    assert business.business_hours == ALWAYS
    second = save("closed")
    save("10:00-11:00")
    assert "Somebody else has changed the opening hours since" in undo(second)


def test_two_people_who_edit_hours_do_not_overwrite_each_other(console: Client, business: Business) -> None:
    mine = sent(console, business, mon="closed")
    Business.objects.filter(pk=business.pk).update(business_hours=None)
    assert "Nothing was saved." in text_of(console.post(url(business), mine))
    business.refresh_from_db()
    assert business.business_hours is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"mon": "09:00-12:00, 11:00-13:00"}, "The opening hours are not valid"),
        ({"mon": "always"}, "is not a time range"),
        ({"special": "2026-02-30 closed"}, "The opening hours are not valid"),
        ({"special": "\n".join(f"{2100 + n // 360}-{n // 30 % 12 + 1:02}-{n % 28 + 1:02} closed" for n in range(0, 3000, 2))}, "given twice"),
        ({"closures": "2026-08-02 00:00 to 2026-08-01 00:00"}, "The opening hours are not valid"),
        ({"closures": "August"}, "Couldn't read"),
    ],
)  # fmt: skip
def test_hours_that_break_a_rule_are_explained(
    console: Client, business: Business, values: dict[str, str], said: str
) -> None:
    text = text_of(console.post(url(business), sent(console, business, **values)))
    assert said in text.replace("&#x27;", "'")
    business.refresh_from_db()
    assert business.business_hours == ALWAYS


def test_staff_who_may_not_change_businesses_get_no_page_of_hours(client: Client, business: Business) -> None:
    person = StaffUser.objects.create_user("new", password="correct horse battery", is_staff=True)
    client.force_login(person)
    assert client.get(url(business)).status_code == 403
    person.user_permissions.set(Permission.objects.filter(codename__in=["change_business", "view_business"]))
    client.force_login(StaffUser.objects.get(pk=person.pk))
    assert client.get(url(business)).status_code == 200


def test_names_stay_masked_and_are_left_out_without_the_permission(
    client: Client, business: Business, booked: Appointment
) -> None:
    person = StaffUser.objects.create_user("new", password="correct horse battery", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=["change_business", "view_business"]))
    client.force_login(person)
    answer: Any = client.post(url(business), sent(client, business, special=f"{DAY} closed"))
    assert "1 appointment would fall outside" in text_of(answer)
    assert "Your permissions do not include appointments" in text_of(answer)
    person.user_permissions.add(Permission.objects.get(codename="view_appointment"))
    client.force_login(StaffUser.objects.get(pk=person.pk))
    text = text_of(client.post(url(business), sent(client, business, special=f"{DAY} closed")))
    assert "D•••" in text
    assert "Dora" not in text
    assert "tel:" not in text.partition('id="outside"')[2]
