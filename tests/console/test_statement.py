"""Test the statement of a wallet in the console."""

import csv
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from billing.models import LedgerEntry, Transaction, Wallet
from tests.factories import Tenant


@pytest.fixture
def wallet(alices_tenant: Tenant) -> Wallet:
    """Create 50 USD of earlier months, a debit of 20 with 5 refunded, and a hold of 7: three entries this month."""
    wallet = Wallet.objects.get(user_id=alices_tenant.business.user_id)
    values: dict[str, Any] = {"user_id": wallet.user_id, "currency": "USD", "type": "debit"}
    call = Transaction.objects.create(**values, amount=20, status="completed", description="Calls in November")
    Transaction.objects.filter(pk=call.pk).update(refunded_amount=5)
    Transaction.objects.create(**values, amount=7, hold=True, description="Call going on")
    return wallet


def url(wallet: Wallet) -> str:
    return reverse("admin:billing_wallet_statement", args=[wallet.pk])


def figures(page: Any) -> dict[str, str]:
    return dict(page.context["figures"])


def test_the_statement_shows_balances_entries_and_holds(console: Client, wallet: Wallet) -> None:
    page = console.get(url(wallet))
    before = LedgerEntry.objects.get(seq=1).balance_after
    assert figures(page) == {
        "Opening balance": "$0.00",
        "In": f"${before:.2f}",
        "Out": "$15.00",
        "Closing balance": f"${before - 15:.2f}",
        "On hold now": "$7.00",
    }
    assert [(entry.kind, amount, after) for entry, amount, after in page.context["lines"][:2]] == [
        ("refund", "$5.00", f"${before - 15:.2f}"),
        ("post", "-$20.00", f"${before - 20:.2f}"),
    ]
    text = page.content.decode()
    assert "Calls in November" in text
    assert "Call going on" in text


@pytest.mark.parametrize(
    "query",
    ["first=2001-01-01&last=2001-01-31", "last=2001-01-31", "first=2001-01-01", "first=0001-01-01&last=0001-01-02"],
)
def test_an_earlier_month_is_empty(console: Client, wallet: Wallet, query: str) -> None:
    page = console.get(f"{url(wallet)}?{query}")
    assert page.context["lines"] == []
    assert (figures(page)["Opening balance"], figures(page)["Closing balance"]) == ("$0.00", "$0.00")


@pytest.mark.parametrize("query", ["currency=EUR&first=x&last=9999-99-99", "first=9999-12-31&last=9999-12-31"])
def test_an_invalid_month_or_currency_gives_the_default(console: Client, wallet: Wallet, query: str) -> None:
    assert console.get(f"{url(wallet)}?{query}").status_code == 200


def test_each_currency_has_its_own_statement(console: Client, wallet: Wallet) -> None:
    page = console.get(f"{url(wallet)}?currency=INR")
    assert page.context["lines"] == []
    assert "Call going on" not in page.content.decode()


def test_the_number_of_queries_does_not_depend_on_the_entries(console: Client, wallet: Wallet) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert console.get(url(wallet)).status_code == 200
        return len(found)

    few = queries()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into public.transactions (user_id, type, amount, currency, status)"
            " select %s, 'credit', 0.01, 'USD', 'completed' from generate_series(1, 600)",
            [wallet.user_id],
        )
    assert queries() == few
    page = console.get(url(wallet))
    assert (len(page.context["lines"]), page.context["more"]) == (500, True)


@pytest.mark.parametrize(
    ("permissions", "status"), [(["view_wallet"], 403), (["view_wallet", "view_ledgerentry"], 200)]
)
def test_the_statement_needs_both_permissions(
    client: Client, wallet: Wallet, django_user_model: type[StaffUser], permissions: list[str], status: int
) -> None:
    some = django_user_model.objects.create_user("some", password="correct horse battery", is_staff=True)
    some.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(some)
    assert client.get(url(wallet)).status_code == status


def download(console: Client, wallet: Wallet, **sent: str) -> Any:
    return console.post(url(wallet), {"reason": "Ticket 17", **sent})


def test_the_statement_is_a_pdf_for_the_customer_and_recorded(console: Client, wallet: Wallet) -> None:
    answer = download(console, wallet, format="pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert answer.content.rstrip().endswith(b"%%EOF")
    event = AuditEvent.objects.get(verb="export")
    assert (event.reason, event.actor_name, event.after["format"]) == ("Ticket 17", "sam", "pdf")


def test_an_empty_statement_and_odd_descriptions_are_pdfs_too(console: Client, wallet: Wallet) -> None:
    Transaction.objects.filter(user_id=wallet.user_id).update(
        description="<b>5 & 6</b> ₹ Žluťoučký كيف \x01" + "x" * 900
    )
    for query in ("", "?first=2001-01-01&last=2001-01-31&currency=INR"):
        answer = console.post(url(wallet) + query, {"reason": "x", "format": "pdf"})
        assert answer.content.startswith(b"%PDF-"), query


def test_the_statement_is_a_csv_with_numbers(console: Client, wallet: Wallet) -> None:
    answer = download(console, wallet, format="csv")
    head, *lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert head == ["No.", "Time (UTC)", "Kind", "Transaction", "Other side", "Amount", "Balance after", "Currency"]
    entries = list(LedgerEntry.objects.filter(wallet_id=wallet.pk).order_by("seq"))
    assert [(line[0], Decimal(line[5]), Decimal(line[6])) for line in lines] == [
        (str(entry.seq), entry.amount, entry.balance_after) for entry in entries
    ]


@pytest.mark.parametrize("sent", [{"format": "doc"}, {"format": "pdf", "reason": ""}])
def test_a_file_needs_a_format_and_a_reason(console: Client, wallet: Wallet, sent: dict[str, str]) -> None:
    answer = download(console, wallet, **sent)
    assert answer.context["file_form"].errors
    assert not AuditEvent.objects.filter(verb="export").exists()


def test_a_file_needs_the_permission_to_export(client: Client, wallet: Wallet) -> None:
    some = StaffUser.objects.create_user("some", password="x", is_staff=True)
    some.user_permissions.set(Permission.objects.filter(codename__in=["view_wallet", "view_ledgerentry"]))
    client.force_login(some)
    assert download(client, wallet, format="pdf").status_code == 403
    assert "Download as PDF" not in client.get(url(wallet)).content.decode()


@pytest.mark.parametrize("text", ["1e3", "1E3", "0x10", "١٢", "Infinity", "1_000", "+5"])
def test_an_amount_in_another_spelling_is_refused(console: Client, wallet: Wallet, text: str) -> None:
    before = Wallet.objects.get(pk=wallet.pk).balance_usd
    top_up = reverse("admin:billing_wallet_do", args=[wallet.pk, "top-up"])
    answer = console.post(top_up, {"amount": text, "currency": "USD", "reason": "x", "key": "k"})
    assert "is not an amount" in answer.content.decode()
    add = console.post(reverse("admin:billing_transaction_add"), {"amount": text})
    assert "is not an amount" in add.content.decode()
    listed = console.get(reverse("admin:billing_transaction_changelist"), {"amount_from": text}, follow=True)
    # The list appears without its filters, and says so.
    assert listed.redirect_chain
    assert Wallet.objects.get(pk=wallet.pk).balance_usd == before


def test_the_timeline_says_who_posted_and_why(console: Client, wallet: Wallet, alices_tenant: Tenant) -> None:
    call = Transaction.objects.get(description="Calls in November")
    refund = reverse("admin:billing_transaction_do", args=[call.pk, "refund"])
    console.post(refund, {"amount": "1", "reason": "Ticket 17", "key": "k"})
    timeline = reverse("timeline", args=["businesses", "business", alices_tenant.business.pk])
    [entry] = [
        one
        for one in console.get(timeline).context["entries"]
        if one.what == "Ledger entry (refund)" and "$1.00" in one.subject
    ]
    assert (entry.who, entry.why) == ("sam (staff)", "Ticket 17")
