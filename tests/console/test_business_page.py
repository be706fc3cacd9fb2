"""Test the page of one business: it shows all subjects with few queries, and only what its reader may see."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aira.console.models import StaffUser
from billing.models import Transaction
from bookings.models import Appointment, BookingRules
from businesses.models import Business
from knowledge.models import Document
from telephony.models import BusinessNumber
from tests.factories import Tenant

QUERIES = 15


def address(business: Business) -> str:
    return reverse("business", args=[business.pk])


def opened(client: Client, business: Business, **data: str) -> str:
    response = client.get(address(business), data)
    assert response.status_code == 200
    return response.content.decode()


def room_of(content: str) -> str:
    """Return the project's own part of the page, without unfold's frame."""
    return content[content.index('<div class="room">') : content.rindex("Latest changes")]


def of_group(client: Client, name: str) -> Client:
    person = StaffUser.objects.create_user(name, password="correct horse battery", is_staff=True)
    person.groups.add(Group.objects.get(name=name))
    client.force_login(person)
    return client


def with_permissions(client: Client, *names: str) -> Client:
    person = StaffUser.objects.create_user("pat", password="correct horse battery", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    assert person.user_permissions.count() == len(names)
    client.force_login(person)
    return client


def add_children(tenant: Tenant, each: int) -> None:
    business = tenant.business
    BookingRules.objects.filter(business=business).update(capacity=1000)
    monday = datetime.now(UTC).replace(hour=9) - timedelta(days=datetime.now(UTC).weekday())
    for n in range(each):
        Appointment.objects.create(
            business=business, customer_name=f"Customer {n}", scheduled_at=monday + timedelta(minutes=30 * n)
        )
        Document.objects.create(business=business, file_name=f"{n}.pdf", file_path=f"x/{n}.pdf")
        BusinessNumber.objects.create(
            business=business, phone_number=f"+1415777{n:04}", display_name="x", country_code="US", number_type="local"
        )
        Transaction.objects.create(
            user_id=business.user_id, amount=1, currency="USD", type="credit", status="completed", description=f"n {n}"
        )


def test_the_page_shows_owner_numbers_money_appointments_documents_and_changes(
    console: Client, alices_tenant: Tenant
) -> None:
    content = opened(console, alices_tenant.business)
    for text in ("alice@example.com", "+14155550111", "$25.00", "Carol", "a.pdf", "Appointment added", "Top up"):
        assert text in content, text


@pytest.mark.parametrize("who", ["admin", "operations", "support"])
def test_the_number_of_queries_is_the_same_for_two_hundred_rows_each(
    client: Client, console: Client, alices_tenant: Tenant, who: str
) -> None:
    client = console if who == "admin" else of_group(client, who)
    opened(client, alices_tenant.business)
    counts = []
    for children in (0, 200):
        add_children(alices_tenant, children)
        with CaptureQueriesContext(connection) as queries:
            content = opened(client, alices_tenant.business)
        asked = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= QUERIES, "\n".join(asked)
        counts.append(len(asked))
    # Some of the newest changes may be about rows that are not on the page. They need two queries more at most.
    assert counts[1] <= counts[0] + 2
    assert "These are the first 10." in content


def test_a_long_section_links_to_the_whole_list(console: Client, alices_tenant: Tenant) -> None:
    add_children(alices_tenant, 12)
    content = opened(console, alices_tenant.business)
    assert len(console.get(address(alices_tenant.business)).context["documents"].lines) == 10
    found = reverse("admin:knowledge_document_changelist") + f"?business__id__exact={alices_tenant.business.pk}"
    assert found in content
    assert console.get(found).context["cl"].result_count == 13
    ledger = reverse("admin:billing_ledgerentry_changelist") + f"?user__id__exact={alices_tenant.business.user_id}"
    assert ledger in content
    assert console.get(ledger).context["cl"].result_count == 13


def test_sections_without_permission_are_left_out_with_a_note(client: Client, alices_tenant: Tenant) -> None:
    client = with_permissions(client, "view_business")
    content = opened(client, alices_tenant.business)
    for text in ("alice@example.com", "+14155550111", "$25.00", "Carol", "a.pdf", "Appointment added", "Top up"):
        assert text not in content, text
    for text in ("accounts", "wallets", "phone numbers", "ledger entries", "documents", "appointments"):
        assert f"Your permissions do not include {text}." in content, text
    assert "Business added" in content


def test_the_purpose_of_a_ledger_entry_needs_permission_to_see_transactions(
    client: Client, alices_tenant: Tenant
) -> None:
    Transaction.objects.filter(pk=alices_tenant.transaction.pk).update(description="for the roof")
    client = with_permissions(client, "view_business", "view_ledgerentry")
    content = opened(client, alices_tenant.business)
    assert "$25.00" in content
    assert "for the roof" not in content


def test_staff_without_permission_for_businesses_are_refused(client: Client, alices_tenant: Tenant) -> None:
    client = with_permissions(client, "view_appointment", "view_wallet")
    assert client.get(address(alices_tenant.business)).status_code == 403


def test_support_sees_masks_everywhere_on_the_page(client: Client, alices_tenant: Tenant) -> None:
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(customer_phone="+14155550199")
    content = opened(of_group(client, "support"), alices_tenant.business)
    for text in ("alice@example.com", "Carol", "+14155550199"):
        assert text not in content, text
    assert "C•••" in content
    assert "a•••@example.com" in content
    assert reverse("reveal", args=["platform", "account", alices_tenant.business.user_id]) in content


def test_buttons_lead_back_to_the_page(console: Client, alices_tenant: Tenant) -> None:
    Document.objects.filter(pk=alices_tenant.document.pk).update(processing_status="processing")
    Document.objects.filter(pk=alices_tenant.document.pk).update(processing_status="failed", processing_error="torn")
    content = opened(console, alices_tenant.business)
    for button in ("Process again", "Refund", "Top up", "Deactivate", "Move", "Set to no-show"):
        assert f">{button}</a>" in content, button
    number = reverse("admin:telephony_businessnumber_do", args=[alices_tenant.number.pk, "deactivate"])
    response = console.post(f"{number}?back={address(alices_tenant.business)}")
    assert response.headers["Location"] == address(alices_tenant.business)
    content = opened(console, alices_tenant.business)
    assert "Inactive" in content
    assert ">Activate</a>" in content


def test_read_only_staff_get_no_buttons(client: Client, alices_tenant: Tenant) -> None:
    content = opened(of_group(client, "read-only"), alices_tenant.business)
    assert "/do/" not in content
    assert ">All fields</a>" in content


def test_a_week_is_shown_in_the_businesss_zone_with_the_readers_time_beside_it(
    console: Client, alices_tenant: Tenant
) -> None:
    Business.objects.filter(pk=alices_tenant.business.pk).update(timezone="Asia/Kolkata")
    at = datetime(2027, 3, 1, 20, 0, tzinfo=UTC)
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(scheduled_at=at)
    response = console.get(address(alices_tenant.business), {"day": "2027-03-02"})
    # 20:00 UTC on Monday is half past one on Tuesday in the business's zone.
    [line] = response.context["days"][date(2027, 3, 2)].booked
    assert (line.time.there, line.time.here) == ("01:30", "Mon 20:00 UTC")
    StaffUser.objects.update(timezone="America/New_York")
    [line] = (
        console.get(address(alices_tenant.business), {"day": "2027-03-02"}).context["days"][date(2027, 3, 2)].booked
    )
    assert (line.time.there, line.time.here) == ("01:30", "Mon 15:00 EST")
    assert "Week of 1 Mar 2027" in response.content.decode()
    assert "?day=2027-02-22#week" in response.content.decode()


@pytest.mark.parametrize("day", ["nonsense", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_an_invalid_day_shows_the_current_week(console: Client, alices_tenant: Tenant, day: str) -> None:
    opened(console, alices_tenant.business, day=day)


def test_a_business_in_the_trash_says_so_and_can_be_restored(console: Client, alices_tenant: Tenant) -> None:
    Business.objects.filter(pk=alices_tenant.business.pk)._raw_delete("default")
    content = opened(console, alices_tenant.business)
    assert "In the trash since" in content
    assert "Restore from the trash" in content
    assert "Diary" not in content


def test_a_business_without_any_rows_has_a_page(console: Client, alice: UUID) -> None:
    bare = Business.objects.create(user_id=alice, name="Bare", business_type="service")
    content = opened(console, bare)
    for text in ("No phone number", "No documents", "No ledger entries yet", "No wallet yet. The first payment"):
        assert text in content, text


def test_a_dead_webhook_is_shown_at_its_document(console: Client, alices_tenant: Tenant) -> None:
    from aira.outbox.models import WebhookDelivery

    assert "Dead webhook" not in opened(console, alices_tenant.business)
    WebhookDelivery.objects.filter(record_id=alices_tenant.document.pk).update(next_attempt_at=None)
    content = opened(console, alices_tenant.business)
    assert "Dead webhook" in content
    found = reverse("admin:platform_webhookdelivery_changelist") + f"?q={alices_tenant.document.pk}"
    assert console.get(found).context["cl"].result_count == 1


def test_another_tenants_rows_are_not_on_the_page(console: Client, alices_tenant: Tenant, bobs_tenant: Tenant) -> None:
    content = opened(console, alices_tenant.business)
    assert "bob@example.com" not in content
    assert "+14155550112" not in content


def test_visitors_are_sent_to_the_login_and_unknown_businesses_give_404(
    client: Client, console: Client, alices_tenant: Tenant
) -> None:
    assert console.get(reverse("business", args=[uuid4()])).status_code == 404
    client.logout()
    assert client.get(address(alices_tenant.business)).status_code == 302


def test_search_and_the_list_link_to_the_page(console: Client, alices_tenant: Tenant) -> None:
    url = address(alices_tenant.business)
    assert f'href="{url}"' in console.get(reverse("search"), {"q": "Corner Shop"}).content.decode()
    assert url in console.get(reverse("admin:businesses_business_changelist")).content.decode()
    form = reverse("admin:businesses_business_change", args=[alices_tenant.business.pk])
    assert url in console.get(form).content.decode()


def test_opening_the_page_changes_nothing_and_it_has_no_inline_script_or_style(
    console: Client, alices_tenant: Tenant
) -> None:
    before = timezone.now()
    room = room_of(opened(console, alices_tenant.business))
    assert "<h1" not in room, "unfold shows the title as the heading of the page"
    for forbidden in ("<script", " style=", "onclick", "x-on:"):
        assert forbidden not in room
    assert not any(
        kind.objects.filter(updated_at__gt=before).exists() for kind in (Business, Appointment, Document, Transaction)
    )
