"""A day's work on the console, by mouse and keyboard, on a phone and at a desk, in both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.palette import search_palette
from tests.browser.test_every_page import beyond, problems

Query = Callable[..., list[tuple[object, ...]]]
SHAPES = [(390, "light"), (390, "dark"), (1440, "light"), (1440, "dark")]
DINER = (
    "insert into public.appointments (business_id, user_id, customer_name, customer_phone, scheduled_at, service_type)"
)


def opened(visit: Visit, width: int, theme: str) -> Page:
    page = visit.open(color_scheme=theme, viewport={"width": width, "height": 900})
    page.goto("/console/")
    return page


def fine(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    assert problems(page) == []
    assert beyond(page) <= 0


def a_customer(sql: Query, phone: str = "5557788") -> None:
    sql(
        f"{DINER} select id, user_id, 'Dora Walks', '+49 171 {phone}', now() + interval '9 days', 'Tasting'"
        " from public.business_v2 where name like 'Trattoria%%'"
    )


@pytest.mark.parametrize(("width", "theme"), SHAPES)
def test_a_customer_is_two_clicks_away(visit: Visit, sql: Query, width: int, theme: str) -> None:
    # unfold keeps the palette's results for a while, so each customer has another number.
    phone = f"55{width:04}{len(theme)}"
    a_customer(sql, phone)
    page = opened(visit, width, theme)
    search_palette(page, phone)
    # The only click: the palette opens and searches by keyboard.
    page.get_by_role("link", name="Dora Walks").first.click()
    expect(page.get_by_text("Tasting")).to_be_visible()
    fine(page)


@pytest.mark.parametrize(("width", "theme"), SHAPES)
def test_a_note_becomes_a_follow_up_and_is_done(visit: Visit, sql: Query, width: int, theme: str) -> None:
    a_customer(sql)
    [[pk]] = sql("select id from public.appointments where customer_name = 'Dora Walks'")
    page = opened(visit, width, theme)
    page.goto(f"/console/customer/{pk}/")
    # By keyboard alone.
    page.get_by_text("Add a note").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Note *").fill("Wants a window table")
    page.get_by_label("Follow-up by").select_option(label="sam")
    fine(page)
    page.get_by_role("button", name="Save the note").press("Enter")
    expect(page.get_by_text("The note was saved.")).to_be_visible()
    page.goto("/console/")
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()
    fine(page)
    page.get_by_role("link", name="Wants a window table").click()
    page.get_by_role("button", name="Done: Wants a window table").click()
    expect(page.get_by_text("The note is done.")).to_be_visible()
    fine(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("The note is open again.")).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), SHAPES)
def test_a_deactivation_is_read_confirmed_and_undone(visit: Visit, sql: Query, width: int, theme: str) -> None:
    [[pk]] = sql("select id from public.business_v2 where name like 'Trattoria%%'")
    page = opened(visit, width, theme)
    page.goto(f"/console/businesses/business/{pk}/change/")
    page.get_by_label("Active", exact=True).uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="This change affects")).to_be_visible()
    expect(page.get_by_text("1 phone number. The Voice Agent no longer answers calls.")).to_be_visible()
    fine(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("The change was undone.")).to_be_visible()
    assert sql("select is_active from public.business_v2 where id = %s", pk) == [(True,)]


def test_the_start_page_refreshes_itself_and_keeps_the_focus(visit: Visit, sql: Query) -> None:
    page = opened(visit, 1440, "light")
    page.clock.install()
    page.goto("/console/")
    figure = page.locator("#figure-failed-documents")
    before = figure.locator("strong").inner_text()
    page.locator("#figure-failed-documents a").focus()
    page.evaluate("document.querySelector('#figure-dead-webhooks').kept = true")
    sql("update public.documents set processing_status = 'processing' where processing_status = 'pending'")
    sql(
        "update public.documents set processing_status = 'failed', processing_error = 'torn'"
        " where processing_status = 'processing'"
    )
    with page.expect_response("**/console/today/"):
        page.clock.fast_forward(21_000)
    expect(figure.locator("strong")).not_to_have_text(before)
    expect(page.locator("#figure-failed-documents a")).to_be_focused()
    # The refresh does not touch figures that stay the same.
    assert page.evaluate("document.querySelector('#figure-dead-webhooks').kept")


def test_a_refund_is_four_clicks_away(visit: Visit) -> None:
    page = opened(visit, 1440, "light")
    clicks = 0
    search_palette(page, "Trattoria")
    for link in ("Trattoria da Alice", "Refund"):
        page.get_by_role("link", name=link).first.click()
        clicks += 1
    page.get_by_label("Reason *").fill("Ticket 17")
    page.get_by_role("button", name="Refund").click()
    clicks += 1
    expect(page.get_by_text("Refunded $").first).to_be_visible()
    assert clicks <= 4


@pytest.mark.parametrize(("width", "theme"), SHAPES)
def test_an_invited_person_sets_a_password(visit: Visit, width: int, theme: str) -> None:
    page = opened(visit, width, theme)
    page.goto("/console/console/staffuser/add/")
    page.get_by_label("E-mail *").fill("nina@example.com")
    page.get_by_label("Support:").check()
    page.get_by_label("Reason *").fill("Ticket 17")
    fine(page)
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_label("Link").input_value()
    fine(page)
    stranger = visit.open(staff=None, color_scheme=theme, viewport={"width": width, "height": 900})
    stranger.goto(link)
    for field in ("New password *", "New password again *"):
        stranger.get_by_label(field, exact=True).fill("a quiet green kettle")
    assert problems(stranger) == []
    stranger.get_by_role("button", name="Set the password").click()
    expect(stranger.get_by_text("Your password was set.")).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), SHAPES)
def test_the_tenants_pages_are_one_click_from_the_business(visit: Visit, sql: Query, width: int, theme: str) -> None:
    [[pk]] = sql("select id from public.business_v2 where name like 'Trattoria%%'")
    page = opened(visit, width, theme)
    page.goto(f"/console/businesses/business/{pk}/overview/")
    page.get_by_role("button", name="View as tenant").click()
    expect(page.get_by_role("heading", name="Trattoria da Alice")).to_be_visible()
    expect(page.get_by_text("Menu autumn 2026.pdf")).to_be_visible()
    assert page.get_by_text("Spokes & Sons").count() == 0
    fine(page)


@pytest.mark.parametrize(("width", "theme"), SHAPES)
def test_a_statement_is_downloaded_by_keyboard(visit: Visit, sql: Query, width: int, theme: str) -> None:
    [[pk]] = sql("select id from public.wallets limit 1")
    page = opened(visit, width, theme)
    page.goto(f"/console/billing/wallet/statement/{pk}/")
    page.get_by_text("Download as PDF or CSV").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Reason *").fill("Ticket 17")
    fine(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").press("Enter")
    assert download.value.suggested_filename.endswith(".pdf")
    with download.value.path().open("rb") as file:
        assert file.read(5) == b"%PDF-"
