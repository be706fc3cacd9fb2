"""Test lists: their filters, their counts and their totals."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from aira.adminkit import lists, model_admin
from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from billing.models import LedgerEntry, Transaction, Wallet
from bookings.models import Appointment
from businesses.models import Business
from tests.console.test_pages import MODELS, page
from tests.factories import Tenant


def shown(console: Client, model: type, **filters: Any) -> list[Any]:
    answer = console.get(page(model, "changelist"), filters)
    assert answer.status_code == 200, answer
    return list(answer.context["cl"].result_list)


def test_amounts_and_days_are_filtered_by_a_range(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    made = {"user_id": alice, "currency": "USD", "type": "credit"}
    small, large = (Transaction.objects.create(**made, amount=amount) for amount in ("9.99", "300"))
    assert shown(console, Transaction, amount_from="10", amount_to="25") == [alices_tenant.transaction]
    assert shown(console, Transaction, amount_from="25.01") == [large]
    assert shown(console, Transaction, amount_to="9.99") == [small]
    today = datetime.now(UTC).date()
    yesterday = today - timedelta(days=1)
    assert len(shown(console, Transaction, created_at_from=today, created_at_to=today)) == 3
    assert shown(console, Transaction, created_at_to=yesterday) == []


@pytest.mark.parametrize(
    "filters",
    [
        {"amount_from": "NaN"}, {"amount_to": "much"}, {"amount_from": "1e400"}, {"created_at_from": "soon"},
        {"created_at_to": "9999-12-31"}, {"user__id__exact": "alice"}, {"status__exact": "gone"}, {"status": "gone"},
    ],
)  # fmt: skip
def test_an_invalid_filter_value_does_not_fail_the_page(
    console: Client, alices_tenant: Tenant, filters: dict[str, str]
) -> None:
    answer = console.get(page(Transaction, "changelist"), filters)
    assert answer.status_code == 302
    assert console.get(answer.url).context["cl"].result_count == 1


def test_a_list_that_exceeds_the_time_limit_says_so(
    console: Client, alices_tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = admin.site._registry[Transaction]
    slow = Transaction.objects.extra(where=["pg_sleep(1) is not null"])
    monkeypatch.setattr(type(of), "get_queryset", lambda self, request: slow)
    monkeypatch.setattr(model_admin, "LIST_TIMEOUT", "50ms")
    answer = console.get(page(Transaction, "changelist"))
    assert answer.status_code == 302
    assert "stopped this because it took too long" in " ".join(map(str, get_messages(answer.wsgi_request)))


def test_lists_are_filtered_by_business_and_by_account(
    console: Client, alices_tenant: Tenant, bobs_tenant: Tenant
) -> None:
    of = {"business_number__business__id__exact": alices_tenant.business.pk}
    assert shown(console, Transaction, **of) == [alices_tenant.transaction]
    assert shown(console, Appointment, business__id__exact=bobs_tenant.business.pk) == [bobs_tenant.appointment]
    assert shown(console, Transaction, user__id__exact=bobs_tenant.transaction.user_id) == [bobs_tenant.transaction]


def test_lists_use_the_search_of_the_whole_site(console: Client, alices_tenant: Tenant, bobs_tenant: Tenant) -> None:
    number, transaction = alices_tenant.number, alices_tenant.transaction
    assert shown(console, type(number), q="(415) 555-0111") == [number]
    assert shown(console, Transaction, q="alice@example.com") == [transaction]
    assert shown(console, Transaction, q=str(transaction.pk)) == [transaction]
    assert shown(console, LedgerEntry, q=str(transaction.pk)) == [alices_tenant.entry]
    assert set(shown(console, Business, q="corner shop")) == {alices_tenant.business, bobs_tenant.business}
    assert shown(console, Appointment, q="nobody of this name") == []


def test_totals_per_currency_cover_the_filtered_rows(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    made = {"user_id": alice, "type": "debit"}
    Transaction.objects.create(**made, amount=5, currency="USD")
    Transaction.objects.create(**made, amount=200, currency="INR")
    said = console.get(page(Transaction, "changelist")).context["cl"].totals
    assert said == ["1 debits: ₹200.00", "1 credits: $25.00", "1 debits: $5.00"]
    filtered = console.get(page(Transaction, "changelist"), {"type__exact": "debit", "currency__exact": "USD"})
    assert filtered.context["cl"].totals == ["1 debits: $5.00"]
    assert "1 debits: $5.00" in filtered.content.decode()


def test_a_count_ends_at_its_limit_and_says_so(
    console: Client, alices_tenant: Tenant, alice: Any, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(lists, "CAP", 3)
    made = {"user_id": alice, "currency": "USD", "type": "credit"}
    for amount in (1, 2, 3):
        Transaction.objects.create(**made, amount=amount)
    answer = console.get(page(Transaction, "changelist"))
    text = " ".join(answer.content.decode().split())
    assert "more than 3 transactions" in text
    assert "Totals are shown for up to" in text
    assert "more than" not in console.get(page(Transaction, "changelist"), {"amount_from": "2"}).content.decode()
    with django_assert_num_queries(1) as asked:
        assert answer.context["cl"].model_admin.paginator(Transaction.objects.all(), 50).count == 3
    assert "LIMIT 4" in asked.captured_queries[0]["sql"]


def test_the_filtered_rows_are_queried_once(console: Client, alices_tenant: Tenant, alice: Any) -> None:
    made = {"user_id": alice, "currency": "USD", "type": "debit"}
    rows = [Transaction.objects.create(**made, amount=amount) for amount in (40, 50, 60)]
    with CaptureQueriesContext(connection) as asked:
        assert shown(console, Transaction, amount_from="50", type__exact="debit") in (rows[1:], rows[:0:-1])
    by_amount = [query["sql"] for query in asked.captured_queries if '"amount" >=' in query["sql"]]
    assert ["unnest(" in sql for sql in by_amount] == [False, True, True], "the keys, the page, the totals"
    with CaptureQueriesContext(connection) as asked:
        assert shown(console, Transaction, amount_from="61") == []
    assert len([query for query in asked.captured_queries if '"amount" >=' in query["sql"]]) == 1


def test_a_page_of_frequent_rows_is_found_in_the_order_of_the_list(
    console: Client, alices_tenant: Tenant, alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "NAMED", 1)
    made = {"user_id": alice, "currency": "USD", "type": "debit"}
    rows = [Transaction.objects.create(**made, amount=amount) for amount in (40, 50, 60)]
    with CaptureQueriesContext(connection) as asked:
        answer = console.get(page(Transaction, "changelist"), {"amount_from": "50", "type__exact": "debit"})
    found = answer.context["cl"]
    assert (found.result_count, {row.pk for row in found.result_list}) == (2, {row.pk for row in rows[1:]})
    assert found.totals == ["2 debits: $110.00"]
    by_amount = [query["sql"] for query in asked.captured_queries if '"amount" >=' in query["sql"]]
    assert ["unnest(" in sql for sql in by_amount] == [False, False, True], "the keys, the page, the totals"


BIG = (Transaction, LedgerEntry, Appointment, AuditEvent)


@pytest.mark.parametrize("model", BIG)
def test_a_big_table_is_sorted_only_by_indexed_columns(console: Client, model: type) -> None:
    """A big table has no date hierarchy, which would read every row, and no sortable column without an index."""
    of = admin.site._registry[model]
    assert of.date_hierarchy is None
    indexed = {
        index.fields[0].removeprefix("-") for index in model._meta.indexes if index.fields and not index.condition
    }
    assert set(of.sortable_by) <= indexed
    assert not any("icontains" in str(field) or "__" in field for field in of.search_fields)


def test_no_list_searches_the_middle_of_a_text(console: Client) -> None:
    """Such a search would read every row. `private.search` uses indexes instead."""
    few = {
        "console.StaffUser",
        "console.BulkRun",
        "auth.Group",
        "console.ViewAsUse",
        "platform.Account",
        "api.ApiKey",
        "procrastinate.ProcrastinateJob",
    }
    for model in MODELS:
        of = admin.site._registry[model]
        if model._meta.label not in few and not isinstance(of, lists.Searched):
            assert all(field.startswith("=") for field in of.search_fields), (model, of.search_fields)


def test_a_list_leads_to_its_trash(console: Client, alices_tenant: Tenant) -> None:
    listed = page(Business, "changelist")
    assert 'href="?trash=only"' in console.get(listed).content.decode()
    there = console.get(f"{listed}?trash=only").content.decode()
    assert "View the trash" not in there
    assert "Leave the trash" in there
    assert "the trash<" not in console.get(page(Wallet, "changelist")).content.decode()


def test_the_button_that_adds_a_record_names_it(console: Client, alices_tenant: Tenant) -> None:
    for model, words in ((Business, "Add business"), (Appointment, "Book an appointment"), (StaffUser, "Invite staff")):
        assert f'<span class="words">{words}</span>' in console.get(page(model, "changelist")).content.decode()
        assert f">{words}</a>" in console.get(page(model, "changelist"), {"q": "no such record"}).content.decode()


def test_the_inputs_of_a_date_filter_have_the_label_of_the_filter(console: Client, alices_tenant: Tenant) -> None:
    for model, label in ((AuditEvent, "time"), (Appointment, "day, in the time zone of the business")):
        shown = console.get(page(model, "changelist")).content.decode()
        assert f'aria-label="{label}: from"' in shown
        assert f'aria-label="{label}: to"' in shown
