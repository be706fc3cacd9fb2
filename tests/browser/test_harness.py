"""Test that the harness notices errors and resets the demo."""

from tests.browser.conftest import Visit


def test_the_harness_notices_errors_in_a_page(visit: Visit) -> None:
    page = visit.open()
    page.goto("/console/")
    assert visit.troubles == []
    page.evaluate("console.error('one')")
    page.evaluate("setTimeout(() => { throw new Error('two') })")
    page.goto("/console/no-such-page/")
    for trouble in ("one", "two", "404"):
        assert any(trouble in heard for heard in visit.troubles), (trouble, visit.troubles)
    visit.troubles.clear()


def test_each_test_begins_with_the_unchanged_demo(visit: Visit) -> None:
    before = visit.site.database.owner("select count(*) from public.appointments").fetchone()
    visit.site.database.owner("truncate public.appointments cascade")
    visit.site.refresh()
    assert visit.site.database.owner("select count(*) from public.appointments").fetchone() == before
    page = visit.open()
    page.goto("/console/billing/transaction/")
    assert page.locator("#result_list tbody tr").count() == 50
