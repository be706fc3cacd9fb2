"""Staff arrange a list by keyboard, on a phone and at a desk, in both themes, also without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_console_work import SHAPES, fine

LIST = "/console/businesses/business/?is_active__exact=1"


def heads(page: Page) -> list[str]:
    """Return the heads of the columns in their order."""
    texts = page.locator("#result_list thead th").all_text_contents()
    return [text.strip() for text in texts if text.strip()]


@pytest.mark.parametrize(("width", "theme"), SHAPES)
def test_a_view_is_made_opened_and_deleted_by_keyboard(visit: Visit, width: int, theme: str) -> None:
    page = visit.open(color_scheme=theme, viewport={"width": width, "height": 900})
    page.goto(LIST)
    menu = page.locator(".views-menu summary")
    menu.focus()
    page.keyboard.press("Enter")
    fine(page)
    page.get_by_role("link", name="Choose columns or save a view").press("Enter")
    fine(page)
    page.get_by_role("checkbox", name="Business type").uncheck()
    up = page.get_by_role("button", name="Move up: Active")
    up.press("Enter")
    # The button that moved keeps the focus, so it moves on.
    expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(up).to_be_focused()
    page.get_by_label("Name of the view").fill("Active ones")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The view “Active ones” was saved.")).to_be_visible()
    expect(page.locator(".views-menu summary")).to_have_text("View: Active ones")
    fine(page)
    shown = heads(page)
    assert "BUSINESS TYPE" not in [text.upper() for text in shown]
    assert [text.upper() for text in shown].index("ACTIVE") < len(shown) - 2

    page.locator(".views-menu summary").click()
    page.get_by_role("link", name="Choose columns or save a view").click()
    page.get_by_role("button", name="Open by default: Active ones").click()
    fine(page)
    page.goto("/console/businesses/business/")
    expect(page.locator(".views-menu summary")).to_have_text("View: Active ones")
    assert heads(page) == shown
    page.locator(".views-menu summary").click()
    page.get_by_role("link", name="All rows").click()
    expect(page.locator(".views-menu summary")).to_have_text("Views")
    page.locator(".views-menu summary").click()
    page.get_by_role("link", name="Choose columns or save a view").click()
    page.get_by_role("button", name="Delete: Active ones").click()
    expect(page.get_by_text("The view “Active ones” was deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("The view “Active ones” is back.")).to_be_visible()


def test_a_view_needs_no_script(visit: Visit) -> None:
    page = visit.open(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page.goto(LIST)
    page.locator(".views-menu summary").click()
    page.get_by_role("link", name="Choose columns or save a view").click()
    page.get_by_role("button", name="Move down: Name", exact=True).click()
    page.get_by_label("Name of the view").fill("Types first")
    page.get_by_role("button", name="Save view").click()
    expect(page.locator(".views-menu summary")).to_have_text("View: Types first")
    assert heads(page)[0].upper() == "BUSINESS TYPE"
    # The filters stand below the list, and not over it.
    expect(page.get_by_role("button", name="Apply the filters")).to_be_visible()
    page.get_by_role("link", name="Export this list").click()
    expect(page.get_by_text("these columns: Business type, Name")).to_be_visible()


def test_a_number_that_was_deactivated_is_switched_on_again(visit: Visit) -> None:
    page = visit.open()
    page.goto("/console/telephony/businessnumber/?is_active__exact=1")
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("link", name="Deactivate").click()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("link", name="Activate", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("The change was undone.")).to_be_visible()
    expect(page.get_by_role("link", name="Deactivate")).to_be_visible()
