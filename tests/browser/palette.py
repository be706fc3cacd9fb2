"""Search in unfold's palette by keyboard."""

from playwright.sync_api import Page, expect

# Alpine marks an element once it listens. A key pressed before is lost.
LISTENS = "document.querySelector('[x-data^=searchCommand]')?._x_dataStack"


def search_palette(page: Page, text: str) -> None:
    """Open the palette with Ctrl+K and type the text. Its results follow by themselves."""
    page.wait_for_function(LISTENS)
    page.keyboard.press("Control+k")
    expect(page.locator("#search-input-command")).to_be_focused()
    page.keyboard.type(text)
