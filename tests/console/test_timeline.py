"""Test the timeline of a record: it lists all events, and can restore an earlier version."""

import html
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aira.audit.actor import Actor, acting_as
from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.formats.dates import time_text
from aira.schema.models import Account
from bookings.models import Appointment
from businesses.models import Business
from tests.factories import Tenant


def timeline_of(row: Model) -> str:
    return reverse("timeline", args=[row._meta.app_label, row._meta.model_name, row.pk])


def text(response: Any) -> str:
    assert response.status_code == 200, response
    content = response.content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", content[content.index("<h1") :])))


def bring_back(console: Client, url: str, reason: str) -> Any:
    """Return what a browser sends that showed the page earlier."""
    return console.post(url, {"reason": reason, "seen": console.get(url).context["version"].newest})


def version_before_last(row: Model) -> str:
    event = AuditEvent.objects.filter(row_id=str(row.pk)).latest("id")
    return reverse("version", args=[row._meta.app_label, row._meta.model_name, row.pk, event.pk])


def test_a_business_shows_its_rows_its_webhooks_and_its_owners_ledger_entries(
    console: Client, alices_tenant: Tenant
) -> None:
    shown = text(console.get(timeline_of(alices_tenant.business)))
    for part in (
        "Business added: Corner Shop",
        "Appointment added: Carol",
        "Document added: a.pdf",
        "Webhook to the KB Updater: pending: process the document, 0 attempts",
        "Ledger entry (transaction): $25.00, balance after $25.00",
    ):
        assert part in shown


def test_a_change_is_shown_with_its_differences_actor_and_request(console: Client, alices_tenant: Tenant) -> None:
    business = alices_tenant.business
    with acting_as(lambda: Actor("staff", "1", "kim", "req-9")):
        Business.objects.filter(pk=business.pk).update(name="Corner Café", is_active=False)
    shown = text(console.get(timeline_of(business)))
    assert "Business changed: Corner Café" in shown
    assert "by kim (staff), request req-9" in shown
    assert "Corner Shop Corner Café" in shown
    assert "yes no" in shown


def test_the_history_button_opens_the_timeline(console: Client, alices_tenant: Tenant) -> None:
    url = reverse("admin:businesses_business_history", args=[alices_tenant.business.pk])
    assert console.get(url).url == timeline_of(alices_tenant.business)


@pytest.mark.parametrize("name", ["number", "appointment", "rules", "document", "transaction", "wallet", "entry"])
def test_every_record_has_a_timeline(console: Client, alices_tenant: Tenant, name: str) -> None:
    text(console.get(timeline_of(getattr(alices_tenant, name))))


def test_accounts_and_staff_have_a_timeline(
    console: Client, alice: Any, alices_tenant: Tenant, staff: StaffUser
) -> None:
    assert "Business added: Corner Shop" in text(console.get(timeline_of(Account.objects.get(pk=alice))))
    staff.user_permissions.add(Permission.objects.first())
    assert text(console.get(timeline_of(staff))).count("Member of staff added") == 2


def test_staff_see_only_events_of_rows_that_they_may_view(client: Client, alices_tenant: Tenant) -> None:
    agent = StaffUser.objects.create_user("agent", password="x", is_staff=True)
    agent.user_permissions.add(Permission.objects.get(codename="view_business"))
    client.force_login(agent)
    shown = text(client.get(timeline_of(alices_tenant.business)))
    assert "Business added" in shown
    assert "Carol" not in shown
    assert "Ledger entry" not in shown
    assert client.get(timeline_of(alices_tenant.appointment)).status_code == 403


def test_unknown_addresses_give_404(console: Client, alices_tenant: Tenant) -> None:
    for url in (
        f"/console/timeline/businesses/business/{uuid4()}/",
        "/console/timeline/businesses/business/not-an-id/",
        "/console/timeline/businesses/circus/1/",
        "/console/timeline/sessions/session/1/",
        f"{timeline_of(alices_tenant.business)}999999999/",
    ):
        assert console.get(url).status_code == 404


def test_invalid_parameters_show_the_newest_events(console: Client, alices_tenant: Tenant) -> None:
    for query in ("?page=x", "?page=-1", "?page=9999999999999999999", "?until=never", "?until=2099-01-01"):
        assert "Corner Shop" in text(console.get(timeline_of(alices_tenant.business) + query))
    assert "No changes were recorded until this time" in text(
        console.get(timeline_of(alices_tenant.business) + "?until=2020-01-01")
    )


def test_a_long_history_has_pages_and_needs_as_many_queries(console: Client, alices_tenant: Tenant) -> None:
    business = alices_tenant.business

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            console.get(timeline_of(business))
        return len(captured)

    before = queries()
    for number in range(60):
        Business.objects.filter(pk=business.pk).update(description=str(number))
    assert queries() <= before
    first, second = (text(console.get(timeline_of(business) + f"?page={page}")) for page in (1, 2))
    assert "Older entries" in first
    assert "Business added" not in first
    assert "Business added" in second
    assert "Newer entries" in second


def test_a_long_text_is_shortened_and_not_restored_in_part(console: Client, alices_tenant: Tenant) -> None:
    business = alices_tenant.business
    Business.objects.filter(pk=business.pk).update(description="A garden. " * 500)
    Business.objects.filter(pk=business.pk).update(description="New", name="Renamed")
    shown = text(console.get(timeline_of(business)))
    assert "A garden. A garden." in shown
    assert "5,000 characters, SHA-256 " in shown
    assert shown.count("A garden.") < 150
    assert bring_back(console, version_before_last(business), "wrong name").status_code == 302
    business.refresh_from_db()
    assert (business.name, business.description) == ("Corner Shop", "New")


def test_an_earlier_version_is_shown_and_restored(console: Client, alices_tenant: Tenant) -> None:
    business = alices_tenant.business
    Business.objects.filter(pk=business.pk).update(name="Wrong", phone_number="+14155550199")
    Business.objects.filter(pk=business.pk).update(description="kept by nobody")
    first = AuditEvent.objects.filter(row_id=str(business.pk), verb="update").earliest("id")
    url = reverse("version", args=["businesses", "business", business.pk, first.pk])
    shown = text(console.get(url))
    assert "Wrong Corner Shop" in shown
    assert "business type" not in shown
    assert bring_back(console, url, "").status_code == 200
    business.refresh_from_db()
    assert business.name == "Wrong"
    assert bring_back(console, url, "T-77").status_code == 302
    business.refresh_from_db()
    assert (business.name, business.phone_number, business.description) == ("Corner Shop", None, None)
    assert AuditEvent.objects.filter(row_id=str(business.pk)).latest("id").reason == "T-77"


def test_a_permanently_removed_row_is_added_again(console: Client, alices_tenant: Tenant) -> None:
    appointment = alices_tenant.appointment
    rows = Appointment.objects.filter(pk=appointment.pk)
    for _ in range(2):
        rows._raw_delete("default")
    assert not rows.exists()
    url = version_before_last(appointment)
    assert "removed permanently" in text(console.get(url))
    assert bring_back(console, url, "purged by mistake").status_code == 302
    again = rows.get()
    assert (again.customer_name, again.business_id, again.user_id) == (
        "Carol",
        alices_tenant.business.pk,
        alices_tenant.business.user_id,
    )


def test_a_refusal_by_the_database_is_shown_and_changes_nothing(console: Client, alices_tenant: Tenant) -> None:
    appointment = alices_tenant.appointment
    Appointment.objects.filter(pk=appointment.pk).update(external_id="CA1")
    Appointment.objects.filter(pk=appointment.pk).update(external_id="CA2")
    Appointment.objects.create(
        business=alices_tenant.business, customer_name="Dora", scheduled_at="2030-01-01T10:00Z", external_id="CA1"
    )
    url = version_before_last(appointment)
    assert "appointment_external_id_once" in text(bring_back(console, url, "T-1"))
    appointment.refresh_from_db()
    assert appointment.external_id == "CA2"


def test_restoring_a_version_does_not_restore_the_time_of_an_appointment(
    console: Client, alices_tenant: Tenant
) -> None:
    appointment = alices_tenant.appointment
    Appointment.objects.filter(pk=appointment.pk).update(scheduled_at="2030-01-01T10:00Z", notes="later")
    bring_back(console, version_before_last(appointment), "T-1")
    appointment.refresh_from_db()
    assert (appointment.scheduled_at.year, appointment.notes) == (2030, None)


def test_status_and_money_are_not_restored(console: Client, alices_tenant: Tenant) -> None:
    transaction = alices_tenant.transaction
    transaction.description = "first"
    transaction.save()
    type(transaction).objects.filter(pk=transaction.pk).update(description="second", refunded_amount="5.00")
    assert bring_back(console, version_before_last(transaction), "T-2").status_code == 302
    transaction.refresh_from_db()
    assert (transaction.description, str(transaction.refunded_amount)) == ("first", "5.00")


def test_restoring_does_not_overwrite_changes_since_the_page_was_shown(console: Client, alices_tenant: Tenant) -> None:
    business = alices_tenant.business
    Business.objects.filter(pk=business.pk).update(name="Wrong")
    url = version_before_last(business)
    seen = console.get(url).context["version"].newest
    Business.objects.filter(pk=business.pk).update(description="by the owner, meanwhile")
    shown = text(console.post(url, {"reason": "T-4", "seen": seen}))
    assert "The record changed after you opened this page" in shown
    assert "by the owner, meanwhile" in shown
    business.refresh_from_db()
    assert (business.name, business.description) == ("Wrong", "by the owner, meanwhile")
    for forged in ("", "x", seen + 10**9):
        assert console.post(url, {"reason": "T-4", "seen": forged}).status_code == 200
    business.refresh_from_db()
    assert business.name == "Wrong"


def test_a_password_is_not_restored(console: Client, staff: StaffUser) -> None:
    agent = StaffUser.objects.create_user("agent", password="correct horse", is_staff=True)
    agent.set_password("battery staple")
    agent.first_name = "Ag"
    agent.save()
    url = version_before_last(agent)
    assert "password" not in text(console.get(url))
    assert bring_back(console, url, "T-3").status_code == 302
    agent.refresh_from_db()
    assert agent.first_name == ""
    assert agent.check_password("battery staple")


def test_restoring_a_version_needs_the_permission_to_change(client: Client, alices_tenant: Tenant) -> None:
    agent = StaffUser.objects.create_user("agent", password="x", is_staff=True)
    agent.user_permissions.add(Permission.objects.get(codename="view_business"))
    client.force_login(agent)
    Business.objects.filter(pk=alices_tenant.business.pk).update(name="Wrong")
    assert client.get(version_before_last(alices_tenant.business)).status_code == 403
    assert client.post(version_before_last(alices_tenant.business), {"reason": "x"}).status_code == 403


def test_times_are_those_of_the_business_and_the_page_names_the_zone(console: Client, alices_tenant: Tenant) -> None:
    business, appointment = alices_tenant.business, alices_tenant.appointment
    Business.objects.filter(pk=business.pk).update(timezone="Asia/Kolkata")
    event = AuditEvent.objects.filter(row_id=str(appointment.pk)).latest("id")
    at = time_text(event.at.astimezone(ZoneInfo("Asia/Kolkata")), seconds=True)
    for row in (business, appointment):
        shown = text(console.get(timeline_of(row)))
        assert "Times are in the time zone of the business: Asia/Kolkata." in shown
        assert at in shown
    # The input reads the same clock.
    minute = event.at.astimezone(ZoneInfo("Asia/Kolkata"))
    before = {"until": f"{minute - timedelta(hours=1):%Y-%m-%d %H:%M}"}
    assert "No changes were recorded until this time" in text(console.get(timeline_of(appointment), before))
    after = {"until": f"{minute + timedelta(hours=1):%Y-%m-%d %H:%M}"}
    assert "Appointment added" in text(console.get(timeline_of(appointment), after))


def test_a_removed_record_keeps_the_zone_of_its_business(console: Client, alices_tenant: Tenant) -> None:
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Asia/Kolkata")
    url = timeline_of(alices_tenant.document)
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute("delete from public.documents where id = %s", [alices_tenant.document.pk])
    assert not type(alices_tenant.document).objects.filter(pk=alices_tenant.document.pk).exists()
    assert "time zone of the business: Asia/Kolkata" in text(console.get(url))


def test_other_records_show_the_readers_own_clock(console: Client, staff: StaffUser, alices_tenant: Tenant) -> None:
    StaffUser.objects.filter(pk=staff.pk).update(timezone="America/New_York")
    shown = text(console.get(timeline_of(alices_tenant.transaction)))
    assert "Times are in your time zone: America/New_York." in shown
    assert re.search(r" E[SD]T , by ", shown), shown[:600]
