"""Test the daily work of staff in the browser."""

import base64
import hmac
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.furnish import PASSWORD, SECRET
from tests.browser.palette import search_palette

Query = Callable[..., list[tuple[object, ...]]]
Worker = Callable[[], None]


def a_weekday_ahead() -> str:
    """Return a Wednesday a few weeks from now. The demo's restaurant is open on that day."""
    day = datetime.now(UTC).date() + timedelta(days=35)
    return (day + timedelta(days=(2 - day.weekday()) % 7)).isoformat()


def code_of_now(secret: str = SECRET) -> str:
    counter = int(time.time()) // 30
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_wrong_password_is_refused_in_words_and_the_right_one_logs_in(visit: Visit) -> None:
    page = visit.open(staff=None)
    page.goto("/console/")
    page.get_by_label("User name").fill("sam")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("The user name or the password is wrong.").first).to_be_visible()
    page.get_by_label("User name").fill("sam")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("This code is wrong or was used already")).to_be_visible()
    page.get_by_label("Code").fill(code_of_now())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()


def test_staff_without_a_device_set_one_up_first(visit: Visit, sql: Query) -> None:
    sql("update console.staff_users set second_factor_at = null where username = 'rita'")
    page = visit.open("rita")
    page.goto("/console/businesses/business/")
    expect(page.get_by_role("img", name="QR code of the secret")).to_be_visible()
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_role("textbox", name="Code").fill(code_of_now(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("listitem")).to_have_count(10)
    page.get_by_role("link", name="I have stored them").click()
    expect(page).to_have_url(re.compile("/console/businesses/business/$"))


def test_a_business_is_found_by_its_phone_number_with_spaces(page: Page) -> None:
    page.goto("/console/find/")
    page.locator("#id_q").fill("030 5555 0141")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Trattoria da Alice").click()
    expect(page).to_have_url(re.compile("/businesses/business/.+/overview/"))
    for text in ("alice@trattoria.example", "+493055550142", "Menu autumn 2026.pdf", "Top up"):
        expect(page.get_by_text(text).first).to_be_visible()


def test_the_palette_finds_a_business_by_its_phone_number(page: Page) -> None:
    page.goto("/console/")
    search_palette(page, "030 5555 0141")
    page.get_by_role("link", name="Trattoria da Alice").first.click()
    expect(page).to_have_url(re.compile("/businesses/business/.+/overview/"))


def test_a_form_that_breaks_a_rule_says_which(page: Page, sql: Query) -> None:
    [[number]] = sql("select id from public.business_numbers where phone_number = '+493055550142'")
    page.goto(f"/console/telephony/businessnumber/{number}/change/")
    page.get_by_label("Monthly cost").fill("-5")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("number_cost_not_negative").first).to_be_visible()
    expect(page.get_by_label("Monthly cost")).to_have_value("-5")


def test_the_ledger_shows_every_posting_and_its_proof_passes(page: Page) -> None:
    page.goto("/console/billing/ledgerentry/?q=alice@trattoria.example")
    rows = page.locator("#result_list tbody tr")
    expect(rows.first).to_contain_text("$")
    expect(rows.first).to_contain_text("alice@trattoria.example")
    page.goto("/console/ledger-proof/")
    expect(page.get_by_text("The ledger agrees").or_(page.get_by_text("No problem")).first).to_be_visible()


def test_a_trashed_appointment_is_restored(page: Page, sql: Query, worker: Worker) -> None:
    [[one, name]] = sql(
        "select id, customer_name from public.appointments where status = 'confirmed' and scheduled_at > now()"
        " order by scheduled_at limit 1"
    )
    page.goto(f"/console/bookings/appointment/{one}/change/")
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Move to the trash").click()
    expect(page.get_by_text("was moved to the trash")).to_be_visible()
    page.goto("/console/bookings/appointment/?trash=only")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#result_list tbody tr")).to_contain_text(str(name))
    run(page, "Restore from the trash", worker)
    assert sql("select deleted_at from public.appointments where id = %s", one) == [(None,)]


def act(page: Page, action: str) -> None:
    """Choose the list's action for all rows of its page. The console asks for confirmation."""
    page.get_by_role("checkbox", name="Choose all").first.check()
    page.get_by_label("Action for the chosen records").select_option(label=action)
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("for the action")).to_be_visible()


def run(page: Page, action: str, worker: Worker) -> None:
    """Start the run and let the worker finish it."""
    act(page, action)
    page.get_by_label("Reason *").fill("Ticket 17")
    page.get_by_role("button", name=action).click()
    expect(page.get_by_text("Running")).to_be_visible()
    worker()
    # The page updates without a reload.
    expect(page.get_by_text("Finished: ")).to_be_visible(timeout=15_000)


def test_a_bulk_action_runs_in_the_background_with_progress_and_results(page: Page, sql: Query, worker: Worker) -> None:
    # Some rows have changed since they were chosen.
    sql("update public.appointments set status = 'cancelled' where status = 'confirmed' and id::text < '4'")
    [[confirmed]] = sql("select count(*) from public.appointments where status = 'confirmed' and deleted_at is null")
    page.goto("/console/bookings/appointment/")
    act(page, "Set to no-show")
    expect(
        page.get_by_text(
            re.compile(r"You chose 50 appointments for the action .* It is possible for \d+ of them. \d+ will fail")
        )
    ).to_be_visible()
    page.get_by_label("Reason *").fill("Ticket 18")
    page.get_by_role("button", name="Set to no-show").click()
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 0)
    worker()
    expect(page.get_by_text("Finished: 50 of 50")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="Failed").click()
    expect(page.get_by_text("is no longer possible").first).to_be_visible()
    [[done]] = sql("select count(*) from console.bulk_rows where outcome = 'done'")
    assert sql("select count(*) from public.appointments where status = 'confirmed' and deleted_at is null") == [
        (int(str(confirmed)) - int(str(done)),)
    ]


def test_a_dead_delivery_is_replayed(page: Page, sql: Query, worker: Worker) -> None:
    sql(
        "update private.webhook_deliveries set next_attempt_at = null, delivered_at = null, last_error = 'answered 500'"
        " where id = (select id from private.webhook_deliveries order by id limit 1)"
    )
    page.goto("/console/platform/webhookdelivery/?state=dead")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    run(page, "Replay", worker)
    assert sql("select from private.webhook_deliveries where delivered_at is null and next_attempt_at is null") == []


def test_view_as_shows_the_rows_of_a_tenant(page: Page, sql: Query) -> None:
    page.goto("/console/view-as/")
    page.get_by_label("Account").fill("alice@trattoria.example")
    page.get_by_label("Kind of records *").select_option("business_v2")
    page.get_by_label("Reason *").fill("Ticket 17")
    page.get_by_role("button", name="View", exact=True).click()
    expect(page.get_by_text("Businesses, as alice@trattoria.example sees them")).to_be_visible()
    expect(page.get_by_role("cell", name="Trattoria da Alice")).to_be_visible()
    expect(page.get_by_text("Spokes & Sons")).to_have_count(0)
    assert sql("select staff, reason from console.view_as_uses") == [("sam", "Ticket 17")]


def test_read_only_staff_are_offered_no_changes(visit: Visit) -> None:
    page = visit.open("rita")
    page.goto("/console/businesses/business/")
    page.locator("#result_list").get_by_role("link", name="Trattoria da Alice").click()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="Delete")).to_have_count(0)
