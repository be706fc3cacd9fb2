"""Test every page of the console in both themes: it is accessible, on a phone and a desktop, without browser errors.

The harness fails a test if the page's console reports an error, such as a violation of the Content-Security-Policy.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visit

Query = Callable[..., list[tuple[object, ...]]]
WIDTHS = (390, 1440)
PARTS = 4
SERIOUS = ("critical", "serious")
# Pages of a model: its list, the form of a new row, the page of a row, and the confirmation of a delete.
TABLES = {
    "businesses/business": "public.business_v2",
    "telephony/businessnumber": "public.business_numbers",
    "billing/wallet": "public.wallets",
    "billing/transaction": "public.transactions",
    "billing/ledgerentry": "public.ledger_entries",
    "bookings/appointment": "public.appointments",
    "bookings/bookingrules": "public.booking_rules",
    "knowledge/document": "public.documents",
    "platform/account": "auth.users",
    "platform/webhookdelivery": "private.webhook_deliveries",
    "platform/auditevent": "audit.events",
    "console/staffuser": "console.staff_users",
    "auth/group": "console.auth_group",
}
LISTS = (
    "console/note", "billing/approvalrequest", "platform/serviceendpoint", "ops/archive", "ops/backup", "ops/restoredrill", "ops/integrityrun", "api/apikey", "console/viewasuse", "console/bulkrun",
    "procrastinate/procrastinatejob",
)  # fmt: skip
ADDED = (
    "businesses/business", "telephony/businessnumber", "billing/transaction", "bookings/appointment",
    "bookings/bookingrules", "knowledge/document", "console/staffuser", "auth/group", "api/apikey",
)  # fmt: skip


def addresses(sql: Query) -> list[str]:
    one = {page: sql(f"select id from {table} order by id limit 1")[0][0] for page, table in TABLES.items()}
    business, appointment = one["businesses/business"], one["bookings/appointment"]
    [[statement]] = sql(
        "select m.statement_id from private.statement_samples m join private.statements s on s.id = m.statement_id"
        " where s.text is not null order by m.exec_ms desc limit 1"
    )
    [[pending]] = sql("select id from public.transactions where status = 'completed' limit 1")
    return [
        "", "find/?q=alice", "view-as/", "advisor/", "ledger-proof/", "analytics/", "database/", "performance/", "second-factor/", "password_change/",
        *(f"{page}/" for page in (*TABLES, *LISTS)),
        *(f"{page}/{pk}/change/" for page, pk in one.items()),
        *(f"{page}/add/" for page in ADDED),
        f"businesses/business/{business}/overview/",
        f"billing/wallet/statement/{one['billing/wallet']}/",
        f"businesses/business/{business}/delete/",
        "billing/transaction/export/",
        "billing/transaction/views/",
        f"performance/{statement}/?plan=show",
        f"bookings/appointment/diary/{business}/",
        f"bookings/appointment/diary/{business}/?view=list",
        f"bookings/appointment/add/?business={business}",
        f"businesses/business/{business}/hours/",
        f"bookings/appointment/{appointment}/do/move/",
        f"billing/transaction/{pending}/do/refund/",
        f"timeline/businesses/business/{business}/",
        f"reveal/bookings/appointment/{appointment}/",
        f"account/{one['platform/account']}/export/",
        f"account/{one['platform/account']}/erase/",
        f"customer/{appointment}/",
        f"tenant/{one['platform/account']}/",
        f"notes/add/businesses/business/{business}/",
        "staff/invite/",
        f"staff/{one['console/staffuser']}/link/",
    ]  # fmt: skip


def problems(page: Page) -> list[str]:
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        for node in one["nodes"][:2]
    ]


def beyond(page: Page) -> int:
    found: Any = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return int(found)


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, PARTS))])
@pytest.mark.parametrize("theme", ["dark", pytest.param("light", marks=pytest.mark.slow)])
def test_every_page_is_accessible(visit: Visit, sql: Query, theme: str, part: int) -> None:
    """Walk every page in both themes. The quick run walks every fourth page in one."""
    page = visit.open(color_scheme=theme)
    said: dict[str, list[str]] = {}
    for address in addresses(sql)[part::PARTS]:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        page.goto(f"/console/{address}")
        found = [f"{over} px beyond {WIDTHS[0]}"] if (over := beyond(page)) > 0 else []
        page.set_viewport_size({"width": WIDTHS[1], "height": 900})
        found += [f"{over} px beyond {WIDTHS[1]}"] if (over := beyond(page)) > 0 else []
        if found := found + problems(page):
            said[address] = found
    assert not said, "\n".join(f"{address}: {one}" for address, found in said.items() for one in found)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ["login/", "password/forgotten/", "password/AAAA/x/", "billing/no-such-page/"])
def test_a_page_without_a_login_is_accessible_and_fits_a_phone(visit: Visit, address: str, theme: str) -> None:
    page = visit.open(staff=None, color_scheme=theme, viewport={"width": WIDTHS[0], "height": 900})
    page.goto(f"/console/{address}")
    assert problems(page) == []
    assert beyond(page) <= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_unknown_address_leads_back_to_the_page_before(visit: Visit, theme: str) -> None:
    visit.expected.add(404)
    page = visit.open(color_scheme=theme, viewport={"width": WIDTHS[0], "height": 900})
    page.goto("/console/billing/wallet/")
    page.evaluate("location.href = '/console/no-such-page/'")
    page.get_by_role("heading", name="Nothing exists at this address").wait_for()
    assert problems(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/billing/wallet/")


def test_the_page_of_the_api_works_in_the_browser(visit: Visit) -> None:
    page = visit.open()
    page.goto("/api/v1/docs/")
    page.wait_for_selector(".opblock-summary-path")
    assert page.locator(".opblock").count() > 50


def test_everybody_reads_the_reference_in_the_browser(visit: Visit) -> None:
    page = visit.open(staff=None)
    page.goto("/api/v1/reference/")
    page.get_by_role("heading", name="Move an appointment to a free time").wait_for()
    for guide in ("Authentication", "Errors", "Lists and pages", "Idempotency", "Testing", "Versioning"):
        assert page.locator("h1, h2").filter(has_text=re.compile(f"^{guide}$")).first.is_visible()
    page.get_by_placeholder("Search...").fill("reschedule")
    page.get_by_role("search").get_by_text("Move an appointment to a free time").first.wait_for()
    # Redoc shows its vendor's logo from another host, which the policy forbids. Nothing else fails.
    assert [heard for heard in visit.troubles if "cdn.redoc.ly" not in heard] == []
    visit.troubles.clear()


def test_the_browser_refuses_what_the_policy_forbids(visit: Visit) -> None:
    page = visit.open()
    page.goto("/console/find/")
    page.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.ran = true';"
        " document.body.append(one); const other = new Image(); other.src = 'https://elsewhere.example/x.png';"
        " document.body.append(other) }"
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in heard for heard in visit.troubles), visit.troubles
    assert any("elsewhere.example" in heard for heard in visit.troubles), visit.troubles
    visit.troubles.clear()
