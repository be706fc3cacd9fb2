"""Test that staff choose the columns of a list, and save columns, filters and order as views of their own."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aira.adminkit.model_admin import ModelAdmin
from aira.adminkit.models import ListView
from aira.console.models import StaffUser
from billing.models import Transaction
from bookings.models import Appointment
from businesses.models import Business
from knowledge.models import Document
from tests.console.test_pages import page
from tests.factories import Tenant

LISTS = [(model, one) for model, one in admin.site._registry.items() if isinstance(one, ModelAdmin)]


def heads(answer: Any) -> list[str]:
    """Return the columns of the list, without the boxes of the actions."""
    return [name for name in answer.context["cl"].list_display if name != "action_checkbox"]


def query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def press(console: Client, model: type, do: str, query: str = "", follow: bool = True, **sent: Any) -> Any:
    return console.post(page(model, "views") + query, {"do": do, **sent}, follow=follow)


def save(console: Client, model: type, name: str, query: str = "", columns: tuple[str, ...] = ()) -> ListView:
    chosen = {"order": columns, "column": columns} if columns else {}
    answer = press(console, model, "save", query, name=name, **chosen)
    assert [str(message) for message in answer.context["messages"]] == [f"The view “{name}” was saved."]
    return ListView.objects.get(name=name, model=model._meta.label_lower)  # type: ignore[attr-defined]


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def test_the_address_chooses_the_columns_and_their_order(console: Client, alices_tenant: Tenant) -> None:
    answer = console.get(page(Business, "changelist"), {"columns": "phone_number,name"})
    assert heads(answer) == ["phone_number", "name"]
    # The links of the list keep them.
    assert "columns=phone_number%2Cname" in answer.context["cl"].get_query_string({"p": 2})


@pytest.mark.parametrize("columns", ["", ",", "nothing", "password,hash", "search", "business_hours", "x" * 5000])
def test_columns_that_do_not_exist_leave_the_list_as_it_is(
    console: Client, alices_tenant: Tenant, columns: str
) -> None:
    usual = heads(console.get(page(Business, "changelist")))
    assert heads(console.get(page(Business, "changelist"), {"columns": columns})) == usual


@pytest.mark.parametrize(("model", "one"), LISTS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_list_shows_each_of_its_columns_and_exports_it(
    console: Client, alices_tenant: Tenant, staff: StaffUser, model: Any, one: ModelAdmin
) -> None:
    request = HttpRequest()
    request.user = staff
    every = one.available_columns(request)
    answer = console.get(page(model, "changelist"), {"columns": ",".join(every)})
    assert heads(answer) == every
    for column in every:
        for field in one.fields_of(column):
            model._meta.get_field(field)
    # A column without a field is a link, which a file can't have.
    assert {column for column in every if not one.fields_of(column)} <= {"week", "statement", "advice"}
    assert console.get(page(model, "export"), {"columns": ",".join(every)}).status_code in (200, 403)


def test_chosen_related_rows_need_one_query_more_for_many_rows(
    console: Client, alices_tenant: Tenant, alice: Any
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            console.get(page(Transaction, "changelist"), {"columns": "created_at,business_number"})
        return len(captured)

    before = queries()
    for _ in range(20):
        Transaction.objects.create(
            user_id=alice, currency="USD", type="credit", amount=1, business_number=alices_tenant.number
        )
    assert queries() <= before + 1


def test_masked_columns_stay_masked(client: Client, alices_tenant: Tenant) -> None:
    Appointment.objects.filter(pk=alices_tenant.appointment.pk).update(
        customer_name="Zebedee Quillfeather", customer_email="zeb@example.com", notes="allergic to lilies"
    )
    rita = StaffUser.objects.create_user("rita", password="correct horse battery", is_staff=True)
    rita.groups.add(Group.objects.get(name="read-only"))
    client.force_login(rita)
    shown = client.get(page(Appointment, "changelist"), {"columns": "customer_name,customer_email,notes"})
    assert heads(shown) == ["customer_name", "customer_email", "notes"]
    for secret in ("Zebedee", "zeb@", "lilies"):
        assert secret not in text_of(shown)
    # Their order would reveal them.
    sorted_by = client.get(page(Appointment, "changelist"), {"columns": "customer_name,when", "o": "1"}, follow=True)
    assert "can't be sorted by this column" in text_of(sorted_by)


def test_only_usual_columns_sort_the_list(console: Client, alices_tenant: Tenant) -> None:
    answer = console.get(page(Document, "changelist"), {"columns": "file_size,file_name", "o": "1"}, follow=True)
    assert "can't be sorted by this column" in text_of(answer)


def test_the_page_moves_columns_and_shows_them(console: Client, alices_tenant: Tenant) -> None:
    url = page(Business, "views")
    names = [name for name, _, chosen in console.get(url).context["columns"] if chosen]
    assert names == heads(console.get(page(Business, "changelist")))
    moved = console.post(url, {"order": names, "column": names[:2], "down": names[0]})
    assert [(name, chosen) for name, _, chosen in moved.context["columns"]][:3] == [
        (names[1], True),
        (names[0], True),
        (names[2], False),
    ]
    assert "autofocus" in text_of(moved)
    up = console.post(url, {"order": names, "column": names, "up": names[0]})
    assert [name for name, _, _ in up.context["columns"]][: len(names)] == names
    shown = press(console, Business, "show", order=[names[1], names[0]], column=[names[0], names[1]])
    assert heads(shown) == [names[1], names[0]]
    assert not ListView.objects.exists()


@pytest.mark.parametrize(("model", "one"), LISTS, ids=lambda value: getattr(value, "__name__", ""))
def test_the_page_offers_columns_by_their_labels(console: Client, model: Any, one: ModelAdmin) -> None:
    answer = console.get(page(model, "views"))
    labels = {name: label for name, label, _ in answer.context["columns"]}
    shown = re.sub(r"<[^>]+>", "|", html.unescape(answer.content.decode()))
    for name, label in labels.items():
        assert label in shown
        assert not re.search(r"_|^(Told|Made|Ledger|Looped|Is|Has) ", label), (name, label)
        assert "_" not in name or name not in shown


def test_a_list_without_columns_is_refused(console: Client, alices_tenant: Tenant) -> None:
    answer = press(console, Business, "show", order=["name", "user"])
    assert "Choose at least one column." in text_of(answer)


def test_a_view_keeps_columns_filters_and_order(console: Client, alices_tenant: Tenant, bobs_tenant: Tenant) -> None:
    Business.objects.filter(pk=bobs_tenant.business.pk).update(is_active=False)
    view = save(console, Business, "Active ones", "?is_active__exact=1&o=-1&p=1", ("created_at", "name", "email"))
    assert (view.columns, view.filters) == (["created_at", "name", "email"], "is_active__exact=1")
    # The first column of the list as it was.
    assert view.ordering == ["-name"]
    opened = console.get(page(Business, "changelist"))
    [choice] = [one for one in opened.context["cl"].menu["choices"] if one.name == "Active ones"]
    # Its name moved from the first place to the second.
    assert query(choice.url)["o"] == ["-2"]
    shown = console.get(choice.url)
    assert heads(shown) == ["created_at", "name", "email"]
    assert [row.pk for row in shown.context["cl"].result_list] == [alices_tenant.business.pk]
    assert "View: Active ones" in text_of(shown)


def test_a_view_is_changed_renamed_and_deleted_and_the_deletion_is_undone(
    console: Client, alices_tenant: Tenant
) -> None:
    view = save(console, Business, "Mine", columns=("name", "user"))
    press(console, Business, "update", f"?view={view.pk}&is_active__exact=0", order=["user"], column=["user"])
    view.refresh_from_db()
    assert (view.columns, view.filters) == (["user"], "is_active__exact=0")
    press(console, Business, "rename", which=view.pk, name="Stopped")
    view.refresh_from_db()
    assert view.name == "Stopped"
    deleted = press(console, Business, "delete", f"?view={view.pk}", which=view.pk)
    assert not ListView.objects.exists()
    [ticket] = re.findall(r'name="ticket" value="([^"]+)"', text_of(deleted))
    assert "is back" in text_of(console.post("/console/undo/", {"ticket": ticket}, follow=True))
    back = ListView.objects.get()
    assert (back.name, back.columns, back.filters) == ("Stopped", ["user"], "is_active__exact=0")


def test_a_view_opens_by_default_and_all_rows_stay_one_click_away(console: Client, alices_tenant: Tenant) -> None:
    view = save(console, Business, "Stopped", "?is_active__exact=0")
    press(console, Business, "default", which=view.pk)
    opened = console.get(page(Business, "changelist"), follow=True)
    assert opened.redirect_chain
    assert list(opened.context["cl"].result_list) == []
    everything = console.get(page(Business, "changelist") + "?view=all")
    assert len(everything.context["cl"].result_list) == 1
    # A link that filters shows what it says.
    assert len(console.get(page(Business, "changelist") + "?is_active__exact=1").context["cl"].result_list) == 1
    other = save(console, Business, "Other")
    press(console, Business, "default", which=other.pk)
    assert list(ListView.objects.filter(is_default=True)) == [other]
    press(console, Business, "default", which=other.pk)
    assert not console.get(page(Business, "changelist"), follow=True).redirect_chain


@pytest.mark.parametrize("filters", ["gone__exact=1", "trash=only&gone=x", "is_active__exact=1&business_type__past=1"])
def test_a_view_with_a_filter_or_column_that_no_longer_exists_still_opens(
    console: Client, alices_tenant: Tenant, staff: StaffUser, filters: str
) -> None:
    ListView.objects.create(
        staff=staff, model="businesses.business", name="Old", columns=["name", "removed"], filters=filters,
        ordering=["-removed", "name"], is_default=True,
    )  # fmt: skip
    opened = console.get(page(Business, "changelist"), follow=True)
    assert opened.status_code == 200
    assert heads(opened) == ["name"]
    shown = text_of(opened)
    assert "filters that no longer exist" in shown
    assert "The list has no column with the name removed." in shown
    # Filters that exist still hold.
    assert len(opened.context["cl"].result_list) == (0 if "trash" in filters else 1)


def test_a_view_with_nothing_left_does_not_redirect_without_end(
    console: Client, alices_tenant: Tenant, staff: StaffUser
) -> None:
    ListView.objects.create(
        staff=staff, model="businesses.business", name="Old", filters="gone=1", is_default=True, columns=[]
    )
    assert console.get(page(Business, "changelist"), follow=True).status_code == 200


def test_a_colleague_neither_sees_nor_changes_a_view(console: Client, client: Client, alices_tenant: Tenant) -> None:
    view = save(console, Business, "Sam's own")
    kim = StaffUser.objects.create_superuser("kim", password="correct horse battery", is_staff=True)
    client.force_login(kim)
    assert "Sam's own" not in text_of(client.get(page(Business, "changelist") + f"?view={view.pk}"))
    for do in ("rename", "default", "delete"):
        press(client, Business, do, which=view.pk, name="Kim's")
    press(client, Business, "update", f"?view={view.pk}", order=["name"], column=["name"])
    before = view
    view = ListView.objects.get()
    assert (view.name, view.is_default, view.columns) == (before.name, False, before.columns)
    # The same name is free for everybody.
    save(client, Business, "Sam's own too")


def test_two_views_of_a_list_have_two_names(console: Client, alices_tenant: Tenant) -> None:
    save(console, Business, "Mine")
    assert "already have a view with this name" in text_of(press(console, Business, "save", name="Mine"))
    other = save(console, Business, "Other")
    refused = press(console, Business, "rename", which=other.pk, name="Mine")
    assert "already have a view with this name" in text_of(refused)
    save(console, Document, "Mine")


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_view_needs_a_short_name(console: Client, alices_tenant: Tenant, name: str) -> None:
    press(console, Business, "save", name=name)
    assert not ListView.objects.exists()


def test_a_view_keeps_no_personal_data(console: Client, alices_tenant: Tenant) -> None:
    answer = console.get(page(Appointment, "views") + "?q=carol@example.com")
    assert "The search text is not saved" in text_of(answer)
    view = save(
        console, Appointment, "Calls", "?q=carol@example.com&customer_email=carol@example.com"
        "&user__email=alice@example.com&status__exact=confirmed",
    )  # fmt: skip
    assert view.filters == "status__exact=confirmed"


def test_staff_without_the_list_have_no_views_of_it(client: Client, alices_tenant: Tenant) -> None:
    nobody = StaffUser.objects.create_user("new", password="correct horse battery", is_staff=True)
    client.force_login(nobody)
    assert client.get(page(Business, "views")).status_code == 403
    assert press(client, Business, "save", name="x").status_code == 403


def test_views_are_removed_with_their_owner(console: Client, staff: StaffUser, alices_tenant: Tenant) -> None:
    save(console, Business, "Mine")
    StaffUser.objects.filter(pk=staff.pk).delete()
    assert not ListView.objects.exists()
