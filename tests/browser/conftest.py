"""Provide a browser for each worker and a page for each test. Any error in the page's own console fails the test."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.browser.chromium import MISSING, chromium
from tests.browser.furnish import session_key
from tests.browser.site import Site, furnished
from tests.database import Server
from tests.worker import start_worker

# Three of the four shapes of a page. On a narrow dark page, both widths and contrasts go wrong first.
IN_TEST_ALL = ("[390-light]", "[1440-dark]", "[1440-light]")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Walk each page in one of its four shapes here. `make test-all` walks all four."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and item.name.endswith(IN_TEST_ALL):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="package")
def site(server: Server, template: str) -> Iterator[Site]:
    if chromium() is None:
        # .ci/run sets this variable, so that no test is skipped there.
        (pytest.fail if os.environ.get("BROWSER_TESTS") == "required" else pytest.skip)(MISSING)
    origin = furnished(server, template)
    with tempfile.TemporaryFile() as log:
        site = Site.start(server, origin, f"{origin}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}", log)
        yield site
        site.stop()


@pytest.fixture(scope="package")
def browser(site: Site) -> Iterator[Browser]:
    """Set this for this folder only: Playwright keeps an event loop running, and tests of other folders start their
    own.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """Hold the pages that one test opens, and the errors in them. `expected`: statuses of answers that the test
    provokes.
    """

    site: Site
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def open(self, staff: str | None = "sam", **options: object) -> Page:
        """Open a page in a new browser context in which the member of staff is logged in."""
        context = self.browser.new_context(base_url=self.site.url, locale="en-GB", **options)  # type: ignore[arg-type]
        context.set_default_timeout(8_000)
        self.contexts.append(context)
        if staff:
            context.add_cookies([{"name": "sessionid", "value": session_key(staff), "url": self.site.url}])
        page = context.new_page()
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on("response", self.answered)
        return page

    def heard(self, message: ConsoleMessage) -> None:
        # `answered` judges statuses, since it knows the address.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.troubles.append(f"{message.location.get('url')}: {message.text}")

    def answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.troubles.append(f"{response.request.method} {response.url} was answered {response.status}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Visit]:
    site.refresh()
    visit = Visit(site, browser)
    yield visit
    visit.close()
    assert not visit.troubles, "\n".join([*visit.troubles, site.said()[-4000:]])


@pytest.fixture
def page(visit: Visit) -> Page:
    """Return a page of sam, who has every permission."""
    return visit.open()


@pytest.fixture
def worker(site: Site) -> Callable[[], None]:
    """Run the worker until its queues are empty."""

    def work() -> None:
        said = start_worker(site.database, "--only", "jobs", "--once").communicate(timeout=60)
        assert "Traceback" not in said[1], said[1]

    return work


@pytest.fixture
def sql(site: Site) -> Callable[..., list[tuple[object, ...]]]:
    """Query the database as its owner."""

    def query(text: str, *params: object) -> list[tuple[object, ...]]:
        cursor = site.database.owner(text, *params)
        return cursor.fetchall() if cursor.description else []

    return query
