"""Test the pages that staff read all day: the start page, a business, the database room."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

Query = Callable[..., list[tuple[object, ...]]]
WIDTHS = (390, 768, 1440)


def to_start(page: Page) -> None:
    page.goto("/console/")


def to_business(page: Page) -> None:
    page.goto("/console/find/?q=030 5555 0141")
    page.get_by_role("link", name="Trattoria da Alice").first.click()
    page.wait_for_url(re.compile("/overview/"))


def to_room(page: Page) -> None:
    page.goto("/console/database/")


PAGES = {"start": to_start, "business": to_business, "room": to_room}


@pytest.mark.parametrize(
    ("name", "theme"),
    [
        pytest.param(name, theme, marks=[] if (name, theme) == ("business", "dark") else [pytest.mark.slow])
        for name in PAGES
        for theme in ("dark", "light")
    ],
)
def test_a_page_is_accessible_on_a_phone_and_a_desktop(visit: Visit, name: str, theme: str) -> None:
    page = visit.open(color_scheme=theme)
    PAGES[name](page)
    for details in page.locator(".room details").all():
        details.evaluate("one => one.open = true")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond <= 0, f"{width}: {beyond} px beyond the screen"
        found = Axe().run(page, context=".room").response["violations"]
        assert not found, "\n".join(worded(found))


def worded(violations: list[dict[str, Any]]) -> list[str]:
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for one in violations
        for node in one["nodes"][:5]
    ]


def test_the_accessibility_check_notices_errors(visit: Visit) -> None:
    page = visit.open()
    to_start(page)
    page.evaluate(
        "document.querySelector('.room').insertAdjacentHTML('beforeend', '<img src=\"\"><a href=\"/x\"></a>')"
    )
    found = {one["id"] for one in Axe().run(page, context=".room").response["violations"]}
    assert {"image-alt", "link-name"} <= found


def test_each_figure_of_the_start_page_links_to_its_rows(page: Page, sql: Query) -> None:
    sql("update private.webhook_deliveries set next_attempt_at = null where delivered_at is null")
    to_start(page)
    figures = {
        one.locator(".label").inner_text(): (one.locator("strong").inner_text(), one.locator("a").get_attribute("href"))
        for one in page.locator(".figure").all()
    }
    assert len(figures) >= 16
    counted = 0
    for label, (value, url) in figures.items():
        assert url
        page.goto(url)
        expect(page.locator("h1").first).to_be_visible()
        if label in ("Failed documents", "Stuck documents", "Dead webhooks", "Open approvals", "No-shows, 30 days"):
            rows = page.locator("#result_list tbody tr").count()
            assert rows == min(int(value), 50), label
            counted += 1
    assert counted == 5
    assert figures["Dead webhooks"][0] != "0"


def test_the_table_of_a_chart_can_be_read_by_keyboard(page: Page) -> None:
    to_start(page)
    chart = page.get_by_role("img", name=re.compile("Appointments: Booked"))
    expect(chart).to_be_visible()
    summary = page.locator("summary", has_text="Show as a table: Appointments")
    summary.focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("region", name="Table: Appointments")
    expect(table).to_be_visible()
    assert table.get_by_role("row").count() == 91


def test_the_page_of_a_business_offers_its_buttons(page: Page, sql: Query) -> None:
    to_business(page)
    page.get_by_text("Actions on +493055550142").click()
    page.get_by_role("link", name="Deactivate: +493055550142").click()
    expect(page.get_by_text("The Voice Agent no longer answers calls to")).to_be_visible()
    page.get_by_role("button", name="Deactivate").click()
    expect(page).to_have_url(re.compile("/overview/"))
    expect(page.get_by_text("Inactive")).to_be_visible()
    assert sql("select is_active from public.business_numbers where phone_number = '+493055550142'") == [(False,)]

    page.get_by_role("link", name="Next week").click()
    expect(page.get_by_role("heading", name=re.compile("^Week of"))).to_be_visible()
    assert "day=" in page.url


def test_staff_with_few_permissions_see_what_is_left_out(visit: Visit) -> None:
    page = visit.open("rita")
    to_business(page)
    expect(page.get_by_text("Your permissions do not include wallets.")).to_be_visible()
    expect(page.get_by_text("Your permissions do not include documents.")).to_be_visible()
    assert page.get_by_role("link", name="Top up").count() == 0
    assert "alice@trattoria.example" not in page.locator(".room").inner_text().replace(
        # The address of a business is not personal data.
        page.locator(".facts").inner_text(),
        "",
    )


def test_the_database_room_names_the_violation(page: Page, sql: Query) -> None:
    to_room(page)
    before = page.locator(".title").inner_text()
    sql("alter table public.documents disable trigger user")
    sql("update private.webhook_deliveries set next_attempt_at = null where delivered_at is null")
    page.reload()
    assert page.locator(".title").inner_text() != before
    expect(page.get_by_role("heading", name="A disabled trigger critical")).to_be_visible()
    page.get_by_role("article", name="Dead webhooks").get_by_role("link", name="Show the rows").click()
    expect(page).to_have_url(re.compile("state=dead"))
