"""Test money by hand: a top-up, a partial refund, and a refund that needs an approval. Each refusal is explained."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

Query = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def alice(sql: Query) -> object:
    [[user]] = sql("select id from auth.users where email = 'alice@trattoria.example'")
    return user


def completed_debit(sql: Query, user: object, amount: int) -> object:
    """Create a debit, and a credit before it that pays for it."""
    for kind, more in (("credit", 100), ("debit", 0)):
        [[made]] = sql(
            "insert into public.transactions (user_id, type, amount, currency, status)"
            " values (%s, %s, %s, 'USD', 'completed') returning id",
            user,
            kind,
            amount + more,
        )
    return made


def ask(page: Page, button: str, **typed: str) -> None:
    for label, text in typed.items():
        page.get_by_label(f"{label.capitalize()} *").fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def test_a_top_up_and_a_partial_refund_become_ledger_entries(page: Page, sql: Query, alice: object) -> None:
    debit = completed_debit(sql, alice, 30)
    [[wallet]] = sql("select id from public.wallets where user_id = %s", alice)
    page.goto(f"/console/billing/wallet/{wallet}/change/")
    page.get_by_role("link", name="Top up").click()
    ask(page, "Top up", amount="23.45", reason="Ticket 21")
    expect(page.get_by_text("Added $23.45 to the wallet.")).to_be_visible()
    page.goto(f"/console/billing/transaction/{debit}/change/")
    page.get_by_role("link", name="Refund").click()
    expect(page.get_by_text("Refund up to $30.00")).to_be_visible()
    ask(page, "Refund", amount="12.34", reason="Ticket 21")
    expect(page.get_by_text("Refunded $12.34. The balance is")).to_be_visible()
    page.goto("/console/billing/ledgerentry/?q=alice@trattoria.example")
    rows = page.locator("#result_list tbody tr")
    expect(rows.nth(0)).to_contain_text("$12.34")
    expect(rows.nth(1)).to_contain_text("$23.45")
    page.goto("/console/ledger-proof/")
    expect(page.get_by_text("No problems.")).to_be_visible()


def test_each_refusal_is_explained_on_its_page(page: Page, sql: Query, alice: object) -> None:
    debit = completed_debit(sql, alice, 30)
    [[large]] = sql(
        "insert into public.transactions (user_id, type, amount, currency, status)"
        " values (%s, 'debit', 99999, 'USD', 'pending') returning id",
        alice,
    )
    page.goto(f"/console/billing/transaction/{debit}/do/refund/")
    ask(page, "Refund", amount="30.01", reason="Ticket 22")
    alert = page.get_by_role("alert").first
    expect(alert).to_be_visible()
    expect(page.get_by_label("Amount *")).to_have_value("30.01")
    page.goto(f"/console/billing/transaction/{large}/do/complete/")
    page.get_by_role("button", name="Complete", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("available, but needs")
    expect(page.get_by_role("alert").first).to_contain_text("Ask the customer to top up")
    # The button of a finished action is disabled.
    sql("update public.transactions set status = 'failed' where id = %s", large)
    page.goto(f"/console/billing/transaction/{large}/do/fail/")
    expect(page.get_by_text("has changed. This page shows it now")).to_be_visible()


def test_a_refund_above_the_limit_needs_two_people(visit: Visit, sql: Query, alice: object) -> None:
    debit = completed_debit(sql, alice, 900)
    page = visit.open()
    page.goto(f"/console/billing/transaction/{debit}/do/refund/")
    ask(page, "Refund", amount="800", reason="Ticket 23")
    expect(page.get_by_text("No money has moved yet. A second person must approve the request")).to_be_visible()
    [[request]] = sql("select id from console.approval_requests where decided_at is null")
    page.goto(f"/console/billing/approvalrequest/{request}/do/approve/")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert sql("select refunded_amount::int from public.transactions where id = %s", debit) == [(0,)]

    colleague = visit.open("fay")
    colleague.goto("/console/billing/approvalrequest/")
    expect(colleague.get_by_text("Ticket 23")).to_be_visible()
    colleague.goto(f"/console/billing/approvalrequest/{request}/do/approve/")
    expect(colleague.get_by_text("sam requests a refund of $800.00")).to_be_visible()
    colleague.get_by_role("button", name="Approve").click()
    expect(colleague.get_by_text("Approved and carried out")).to_be_visible()
    assert sql("select refunded_amount::int from public.transactions where id = %s", debit) == [(800,)]


def test_two_people_who_edit_one_record_are_warned(visit: Visit, sql: Query) -> None:
    [[business]] = sql("select id from public.business_v2 where name = 'Trattoria da Alice'")
    page = visit.open()
    page.goto(f"/console/businesses/business/{business}/change/")
    sql("update public.business_v2 set website = 'https://alice.example' where id = %s", business)
    page.get_by_label("Website").fill("https://sam.example")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Nothing was saved, because").first).to_be_visible()
    expect(page.get_by_text("changed the website from").first).to_be_visible()
    expect(page.get_by_label("Website")).to_have_value("https://sam.example")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/console/businesses/business/")
    assert sql("select website from public.business_v2 where id = %s", business) == [("https://sam.example",)]
