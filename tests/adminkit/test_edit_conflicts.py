"""Test two people who edit one record: the second save lists what has changed, and keeps the typed values."""

import re
import threading
import time
from typing import Any

import pytest
from django.contrib import admin
from django.db import connections
from django.test import Client, RequestFactory

from aira.adminkit.edit_conflicts import NEVER_SEEN, EditConflictMixin
from aira.adminkit.inlines import Rows
from aira.console.models import StaffUser
from billing.models import Wallet
from bookings.models import Appointment
from businesses.models import Business
from telephony.models import BusinessNumber
from tests.console.test_pages import delete_url, errors_on, form_of, page
from tests.database import Database
from tests.factories import Tenant
from tests.tenant_rows import Rows as AlicesRows


@pytest.fixture
def kim(db: None) -> Client:
    client = Client()
    client.force_login(StaffUser.objects.create_superuser("kim", "kim@example.com", "correct horse battery"))
    return client


def test_the_second_save_is_refused_with_the_changes_and_keeps_the_typed_values(
    console: Client, kim: Client, alices_tenant: Tenant
) -> None:
    url = page(Business, "change", alices_tenant.business.pk)
    mine, theirs = form_of(console, url), form_of(kim, url)
    assert kim.post(url, theirs | {"name": "Kim's Corner"}).status_code == 302
    refused = console.post(url, mine | {"name": "Sam's Corner", "phone_number": "+14155550177"})
    [said] = refused.context["adminform"].form.errors["name"]
    assert re.fullmatch(
        r"\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d UTC, kim \(staff\) changed the name from Corner Shop to Kim's Corner\.",
        said,
    )
    assert "kim (staff) changed this record" in errors_on(refused)
    assert refused.context["adminform"].form["name"].value() == "Sam's Corner"
    assert refused.context["adminform"].form["phone_number"].value() == "+14155550177"
    assert "phone_number" not in refused.context["adminform"].form.errors
    assert Business.objects.get(pk=alices_tenant.business.pk).name == "Kim's Corner"
    # After reading the changes, the second person overwrites them on purpose.
    again = mine | {"name": "Sam's Corner", "seen": refused.context["seen"]}
    assert console.post(url, again).status_code == 302
    assert Business.objects.get(pk=alices_tenant.business.pk).name == "Sam's Corner"


def test_fields_that_a_form_left_alone_do_not_undo_changes_of_others(
    console: Client, kim: Client, alices_tenant: Tenant
) -> None:
    url = page(Business, "change", alices_tenant.business.pk)
    mine = form_of(console, url)
    kim.post(url, form_of(kim, url) | {"timezone": "Asia/Kolkata"})
    refused = console.post(url, mine | {"name": "Sam's Corner"})
    assert list(refused.context["adminform"].form.errors) == ["timezone", "__all__"]
    alices_tenant.business.refresh_from_db()
    assert (alices_tenant.business.name, alices_tenant.business.timezone) == ("Corner Shop", "Asia/Kolkata")


def test_typing_the_same_value_is_not_a_conflict(console: Client, kim: Client, alices_tenant: Tenant) -> None:
    url = page(Business, "change", alices_tenant.business.pk)
    mine = form_of(console, url)
    kim.post(url, form_of(kim, url) | {"name": "Corner Café"})
    assert console.post(url, mine | {"name": "Corner Café", "phone_number": "+14155550177"}).status_code == 302


def test_a_change_by_a_service_is_a_conflict_if_the_form_would_undo_it(
    database: Database, alices: AlicesRows, in_its_database: None
) -> None:
    """Change the row as its owner by the data API: another program on another connection."""
    client, url = logged_in("sam"), page(BusinessNumber, "change", alices.number)
    mine = form_of(client, url)
    with database.as_user(alices.user) as sql:
        sql("update public.business_numbers set display_name = 'Front desk' where id = %s", alices.number)
    refused = client.post(url, mine | {"notes": "called"})
    assert "alice@example.com changed the display name from" in errors_on(refused)
    assert client.post(url, mine | {"notes": "called", "seen": refused.context["seen"]}).status_code == 302


def test_a_wallet_with_constant_traffic_can_be_stopped(console: Client, alices_tenant: Tenant) -> None:
    wallet = alices_tenant.wallet
    url = page(Wallet, "change", wallet.pk)
    mine = form_of(console, url)
    before = Wallet.objects.get(pk=wallet.pk).balance_usd
    alices_tenant.transaction.__class__.objects.create(
        user_id=wallet.user_id, amount="5", currency="USD", type="credit", status="completed"
    )
    mine.pop("is_active", None)
    assert console.post(url, mine).status_code == 302
    wallet.refresh_from_db()
    assert (wallet.is_active, wallet.balance_usd) == (False, before + 5)


def test_a_row_that_went_to_the_trash_is_reported_as_a_conflict(
    console: Client, kim: Client, alices_tenant: Tenant
) -> None:
    url = page(Appointment, "change", alices_tenant.appointment.pk)
    mine = form_of(console, url)
    assert kim.post(delete_url(kim, alices_tenant.appointment), {"post": "yes"}).status_code == 302
    refused = console.post(url, mine | {"service_type": "cut"})
    assert "kim (staff): moved to the trash." in errors_on(refused)


def test_deleting_a_changed_row_asks_again(console: Client, kim: Client, alices_tenant: Tenant) -> None:
    business = alices_tenant.business
    link = delete_url(console, business)
    url = page(Business, "change", business.pk)
    kim.post(url, form_of(kim, url) | {"name": "Kim's Corner"})
    told = console.post(link, {"post": "yes"}, follow=True)
    assert "kim (staff) changed the name from Corner Shop" in told.content.decode().replace("&#x27;", "'")
    assert Business.objects.alive().filter(pk=business.pk).exists()
    # The confirmation page itself names the change, too.
    assert "changed the name" in console.get(link, follow=True).content.decode()
    assert console.post(told.redirect_chain[-1][0], {"post": "yes"}).status_code == 302
    assert Business.objects.trashed().filter(pk=business.pk).exists()


@pytest.mark.parametrize("seen", [None, "", "x", "-1", "9" * 40, "²"])
def test_a_form_without_its_version_saves_nothing(console: Client, alices_tenant: Tenant, seen: str | None) -> None:
    url = page(Business, "change", alices_tenant.business.pk)
    sent = form_of(console, url) | {"name": "Blind"}
    del sent["seen"]
    refused = console.post(url, sent | ({"seen": seen} if seen is not None else {}))
    assert NEVER_SEEN in errors_on(refused)
    assert Business.objects.get(pk=alices_tenant.business.pk).name == "Corner Shop"


def test_groups_of_staff_are_a_part_of_the_record(console: Client, kim: Client) -> None:
    lou = StaffUser.objects.create_user("lou", password="correct horse battery", is_staff=True)
    url = page(StaffUser, "change", lou.pk)
    mine = form_of(console, url)
    group = admin.site._registry[StaffUser].model._meta.get_field("groups").related_model.objects.first()
    assert group is not None
    lou.groups.add(group)
    refused = console.post(url, mine | {"first_name": "Lou"})
    assert "changed the groups." in errors_on(refused)


def test_masked_values_stay_masked_in_the_list_of_changes(client: Client, kim: Client, alices_tenant: Tenant) -> None:
    from django.contrib.auth.models import Group

    pat = StaffUser.objects.create_user("pat", password="correct horse battery", is_staff=True)
    pat.groups.add(Group.objects.get(name="support"))
    client.force_login(pat)
    url = page(Appointment, "change", alices_tenant.appointment.pk)
    mine = form_of(client, url)
    kim.post(url, form_of(kim, url) | {"customer_name": "Dora Deckard", "service_type": "shave"})
    refused = client.post(url, mine | {"service_type": "cut"})
    assert "changed the service" in errors_on(refused)
    assert "Deckard" not in refused.content.decode()


def test_one_of_two_simultaneous_saves_wins(database: Database, alices: AlicesRows, in_its_database: None) -> None:
    url = page(Business, "change", alices.business)
    people = [logged_in("sam"), logged_in("kim")]
    forms = [form_of(client, url) | {"name": f"Name {number}"} for number, client in enumerate(people)]
    answers: list[Any] = [None, None]

    def save(number: int) -> None:
        try:
            answers[number] = people[number].post(url, forms[number])
        finally:
            connections["default"].close()

    with database.connect(autocommit=False) as holder:
        holder.execute("select from public.business_v2 where id = %s for update", [alices.business])
        threads = [threading.Thread(target=save, args=[number]) for number in range(2)]
        for thread in threads:
            thread.start()
        wait_for_two(database)
        holder.rollback()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    [winner] = [number for number in range(2) if answers[number].status_code == 302]
    name = database.owner("select name from public.business_v2 where id = %s", alices.business).fetchone()
    assert name == (f"Name {winner}",)
    assert "changed the name" in errors_on(answers[1 - winner])


def test_each_page_with_a_form_carries_its_version(staff: StaffUser) -> None:
    request = RequestFactory().get("/")
    request.user = staff
    changing = [page for page in admin.site._registry.values() if page.has_change_permission(request)]
    assert {type(page).__name__ for page in changing if not isinstance(page, EditConflictMixin)} <= {"JobAdmin"}
    assert len(changing) > 8


def test_no_inline_form_changes_existing_rows() -> None:
    """A row that an inline form could change would need a version of its own."""
    for page_of_one in admin.site._registry.values():
        for inline in page_of_one.inlines:
            assert issubclass(inline, Rows) or page_of_one.model._meta.app_label == "procrastinate", inline


def test_each_column_that_a_form_changes_is_in_the_audit(staff: StaffUser, owner: Any) -> None:
    """The audit detects conflicts. A change of a column that it does not record would not be noticed."""
    request = RequestFactory().get("/")
    request.user = staff
    for model, page_of_one in admin.site._registry.items():
        if not isinstance(page_of_one, EditConflictMixin) or not page_of_one.has_change_permission(request):
            continue
        table = model._meta.db_table.split(".")[-1].replace('"', "")
        [[unrecorded, updates]] = owner(
            "select encode(t.tgargs, 'escape'), (select array_agg(a.attname::text) from pg_attribute a"
            " where a.attrelid = t.tgrelid and a.attnum = any (t.tgattr::int2[]))"
            " from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relname = %s and t.tgname like %s"
            " and t.tgfoid = 'private.record_change'::regproc and (t.tgtype & 16) > 0",
            table,
            "%audit%",
        ).fetchall()
        names = set(page_of_one.get_form(request, model(), change=True).base_fields)
        columns = {field.column for field in model._meta.fields if field.name in names}
        assert not columns & set(unrecorded.split("\\000")), model
        assert updates is None or columns <= set(updates), model


def wait_for_two(database: Database) -> None:
    """Wait until both requests wait for the row."""
    query = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    deadline = time.monotonic() + 20
    while database.owner(query).fetchone() != (2,):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def logged_in(name: str) -> Client:
    client = Client()
    client.force_login(StaffUser.objects.create_superuser(name, f"{name}@example.com", "correct horse battery"))
    return client
