"""Take the pictures of docs/screenshots for `make screenshots`: the demo as sam sees it, in both themes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from aira.embedded import PROJECT
from tests.browser.conftest import Visit
from tests.browser.test_read_pages import to_business, to_room, to_start

FOLDER: Path = PROJECT / "docs" / "screenshots"


def to_refund(page: Page) -> None:
    to_business(page)
    page.get_by_role("link", name=re.compile("^Refund")).first.click()


def to_timeline(page: Page) -> None:
    to_business(page)
    page.get_by_role("link", name="Full timeline").click()


def to_week(page: Page) -> None:
    to_business(page)
    page.get_by_role("link", name="Diary").click()
    page.locator("#calendar .fc-event:not(.fc-bg-event)").first.wait_for()


def to_booking(page: Page) -> None:
    to_business(page)
    page.get_by_role("link", name="Book", exact=True).click()
    page.locator("#times .chip").nth(2).click()
    page.get_by_text("This time is free.").wait_for()


def to_hours(page: Page) -> None:
    to_business(page)
    page.get_by_role("link", name="Opening hours").click()
    page.locator("#days-grid .fc-next-button").click()
    page.locator("#days-grid .fc-daygrid-day").first.wait_for()


SHOWN: dict[str, Callable[[Page], None]] = {
    "today": to_start,
    "business": to_business,
    "refund": to_refund,
    "week": to_week,
    "booking": to_booking,
    "hours": to_hours,
    "timeline": to_timeline,
    "database-room": to_room,
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", SHOWN)
def test_take_screenshots(visit: Visit, name: str, theme: str) -> None:
    page = visit.open(color_scheme=theme, viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    SHOWN[name](page)
    page.wait_for_load_state("networkidle")
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}-{theme}.png", animations="disabled")


def test_take_a_business_on_a_phone(visit: Visit) -> None:
    page = visit.open(viewport={"width": 390, "height": 844})
    to_business(page)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / "business-phone.png", animations="disabled")
