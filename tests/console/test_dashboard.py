"""Test the start page: each figure has its permission, a list of its rows, and its age."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aira.console.dashboard.cached_figures import kept
from aira.console.dashboard.today import Figure
from aira.console.models import StaffUser
from aira.ops import integrity
from aira.outbox.models import WebhookDelivery
from billing import actions as billing
from billing.models import ApprovalRequest, Transaction
from bookings.models import Appointment
from knowledge import actions as knowledge
from knowledge.models import Document
from tests.command import CONFIGURED
from tests.factories import Tenant

URL = reverse("admin:index")
QUERIES = 15
# The beginning of each figure's label.
PERMISSIONS = {
    "Open approvals": "view_approvalrequest",
    "Open disputes": "view_payment",
    "Unsettled payments": "view_payment",
    "Stuck documents": "view_document",
    "Failed documents": "view_document",
    "Dead webhooks": "view_webhookdelivery",
    "Ledger problems": "view_ledgerentry",
    "Advisor findings": "view_advisor",
    "Integrity faults": "view_integrityrun",
    "Database checks": "view_advisor",
    "In, USD": "view_ledgerentry",
    "Out, USD": "view_ledgerentry",
    "In, INR": "view_ledgerentry",
    "Out, INR": "view_ledgerentry",
    "Balances, USD": "view_wallet",
    "Balances, INR": "view_wallet",
    "Appointments today": "view_appointment",
    "Appointments this week": "view_appointment",
    "No-shows, 30 days": "view_appointment",
}


def shown(client: Client) -> dict[str, Figure]:
    response = client.get(URL)
    assert response.status_code == 200
    return {figure.label: figure for group in response.context["groups"] for figure in group.figures}


@pytest.fixture
def busy(alices_tenant: Tenant, bobs_tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    """Create one event of each kind today."""
    alice = alices_tenant
    user = alice.business.user_id
    Transaction.objects.create(user_id=user, amount="10", currency="USD", type="debit", status="completed")
    Transaction.objects.create(user_id=user, amount="900", currency="INR", type="credit", status="completed")
    now = timezone.now()
    for days, status in ((0, "completed"), (1, "no_show"), (2, "no_show"), (0, "cancelled"), (40, "no_show")):
        Appointment.objects.create(
            business=alice.business, customer_name="x", scheduled_at=now - timedelta(days=days), status=status
        )
    Document.objects.filter(pk=alice.document.pk).update(processing_status="processing")
    Document.objects.filter(pk=alice.document.pk).update(processing_status="failed", processing_error="torn")
    Document.objects.filter(pk=bobs_tenant.document.pk).update(processing_status="processing")
    # Only the database sets the time at which processing begins, so move it.
    monkeypatch.setattr(knowledge, "timezone", SimpleNamespace(now=lambda: now + timedelta(minutes=31)))
    WebhookDelivery.objects.filter(record_id=alice.document.pk).update(next_attempt_at=None)
    call_command("refresh_analytics", verbosity=0)
    integrity.record(integrity.Report(), using="default")
    return alice


def test_the_page_shows_today_and_what_needs_attention(console: Client, busy: Tenant) -> None:
    values = {label: figure.value for label, figure in shown(console).items()}
    assert values == {
        "Open approvals": "0",
        "Open disputes": "0",
        "Unsettled payments": "2",
        "Stuck documents": "1",
        "Failed documents": "1",
        "Dead webhooks": "1",
        "Ledger problems": "0",
        "Advisor findings": "0",
        "Integrity faults": "0",
        "Database checks": "0",
        "In, USD": "$50.00",
        "Out, USD": "$10.00",
        "In, INR": "₹900.00",
        "Out, INR": "₹0.00",
        "Balances, USD": "$40.00",
        "Balances, INR": "₹900.00",
        "Appointments today": "3",
        "Appointments this week": values["Appointments this week"],
        "No-shows, 30 days": "2",
    }
    assert int(values["Appointments this week"]) >= 3
    assert set(PERMISSIONS) == set(values)


def test_each_figure_links_to_the_rows_that_it_counts(console: Client, busy: Tenant) -> None:
    found = shown(console)
    counted = ("Open approvals", "Open disputes", "Unsettled payments", "Stuck documents", "Failed documents")
    for label in (*counted, "Dead webhooks", "No-shows, 30 days"):
        listed = console.get(found[label].url)
        assert str(listed.context["cl"].result_count) == found[label].value, label
    for label in ("Appointments today", "Appointments this week"):
        assert str(console.get(found[label].url).context["cl"].result_count) == found[label].value, label
    assert console.get(found["Balances, INR"].url).context["cl"].result_count == 1
    assert console.get(found["In, USD"].url).context["cl"].totals == [
        "3 entries: in $50.00, out $10.00, together $40.00"
    ]
    for label, name in (("Ledger problems", "ledger-proof"), ("Advisor findings", "advisor")):
        assert found[label].url == reverse(name)
    assert found["Database checks"].url == reverse("database-room")


@pytest.mark.parametrize("permission", sorted(set(PERMISSIONS.values())))
def test_a_figure_needs_the_view_permission_of_its_rows(client: Client, busy: Tenant, permission: str) -> None:
    person = StaffUser.objects.create_user("pat", password="correct horse battery", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename=permission))
    client.force_login(person)
    assert set(shown(client)) == {label for label, needed in PERMISSIONS.items() if needed == permission}
    charts = {"view_ledgerentry": ["Money, USD", "Money, INR"], "view_appointment": ["Appointments"]}
    assert [chart.title for chart in client.get(URL).context["charts"]] == charts.get(permission, [])


def test_staff_without_permissions_are_told_so(client: Client, busy: Tenant) -> None:
    client.force_login(StaffUser.objects.create_user("pat", password="correct horse battery", is_staff=True))
    assert "Your permissions include none of the figures" in client.get(URL).content.decode()


def test_a_chart_has_ninety_days_and_a_table_of_the_same_figures(console: Client, busy: Tenant) -> None:
    response = console.get(URL)
    charts = {chart.title: chart for chart in response.context["charts"]}
    assert set(charts) == {"Money, USD", "Money, INR", "Appointments"}
    day = timezone.now().date()
    for chart in charts.values():
        assert [found for found, _, _ in chart.days] == [day - timedelta(days=n) for n in range(90)]
    assert charts["Money, USD"].days[0] == (day, "$50.00", "$10.00")
    assert charts["Appointments"].days[1][1:] == ("1", "1")
    [first, second] = charts["Money, USD"].bars
    assert (first.height, second.height) == ("100.00", "20.00")
    assert (first.second, second.second) == (False, True)
    assert second.title.endswith("out: $10.00")
    content = response.content.decode()
    assert content.count("<svg") >= 3
    assert re.search(r'role="img" aria-label="Money, USD: In \$50.00, out \$10.00 in 90 days; at most \$50.00', content)
    assert content.count('<th scope="row">') == 3 * 90


def test_each_cached_figure_says_how_old_it_is(console: Client, busy: Tenant) -> None:
    cached = {"Ledger problems", "Advisor findings", "Integrity faults", "Database checks"}
    found = shown(console)
    assert {label for label, figure in found.items() if figure.at} == cached
    assert console.get(URL).content.decode().count("As of <time") == len(cached)


def test_figures_of_money_and_bookings_are_current(console: Client, busy: Tenant) -> None:
    user = busy.business.user_id
    charge = Transaction.objects.create(user_id=user, amount="4", currency="USD", type="debit", status="completed")
    Transaction.objects.filter(pk=charge.pk).update(refunded_amount="1")
    Appointment.objects.create(business=busy.business, customer_name="x", scheduled_at=timezone.now(), status="no_show")
    fresh = console.get(reverse("today-figures")).content.decode()
    found = shown(console)
    for label, value in (("Out, USD", "$13.00"), ("Appointments today", "4"), ("Balances, USD", "$37.00")):
        assert found[label].value == value
        assert re.search(rf'<span class="label">{label}</span><strong>{re.escape(value)}</strong>', fresh)
    assert console.get(found["Out, USD"].url).context["cl"].totals == [
        "5 entries: in $50.00, out $13.00, together $37.00"
    ]
    [chart] = [chart for chart in console.get(URL).context["charts"] if chart.title == "Money, USD"]
    assert chart.days[0][1:] == ("$50.00", "$13.00")


def test_figures_that_need_attention_come_first_and_zeros_last(console: Client, busy: Tenant) -> None:
    first = console.get(URL).context["groups"][0]
    states = [figure.state for figure in first.figures]
    assert states == sorted(states, key=["bad", "warn", ""].index)
    assert states[0] == "bad"
    assert [figure.recedes for figure in first.figures] == [state == "" for state in states]


def test_the_refresh_shows_only_what_the_page_shows(client: Client, busy: Tenant) -> None:
    client.force_login(StaffUser.objects.create_user("pat", password="correct horse battery", is_staff=True))
    assert "<strong>" not in client.get(reverse("today-figures")).content.decode()
    client.logout()
    assert client.get(reverse("today-figures")).status_code == 302


def test_a_slow_figure_is_cached_and_a_failed_one_is_a_question_mark(
    console: Client, busy: Tenant, slow_figures: None, monkeypatch: Any
) -> None:
    asked = []

    def problems() -> list[Any]:
        asked.append(1)
        return [1, 2]

    for name in ("advisor", "health"):
        cache.set(f"dashboard:{name}", kept("nothing", lambda: 0))
    monkeypatch.setattr(billing, "ledger_problems", problems)
    found = [shown(console)["Ledger problems"] for _ in range(3)]
    assert [figure.value for figure in found] == ["2", "2", "2"]
    assert found[0].state == "bad"
    assert found[0].at == found[2].at
    assert len(asked) == 1

    def too_long() -> list[Any]:
        raise DatabaseError("canceling statement due to statement timeout")

    cache.delete("dashboard:ledger")
    monkeypatch.setattr(billing, "ledger_problems", too_long)
    assert shown(console)["Ledger problems"].value == "?"


def test_a_figure_that_times_out_leaves_the_transaction_usable(slow_figures: None, db: None, monkeypatch: Any) -> None:
    from aira.console.dashboard import cached_figures as module
    from aira.schema.sql_calls import rows

    monkeypatch.setattr(module, "TIMEOUT", "20ms")
    assert kept("slow", lambda: len(rows("select pg_sleep(5)"))).value is None
    assert rows("select 1") == [(1,)]


@pytest.mark.django_db(databases=["default", "direct"])
def test_the_owner_counts_the_advisors_findings(console: Client, slow_figures: None, settings: Any) -> None:
    for name, value in CONFIGURED.items():
        setattr(settings, name, value)
    found = shown(console)
    assert found["Advisor findings"].value == "0"
    assert found["Database checks"].value == "0"


def test_the_page_needs_few_queries(console: Client, client: Client, busy: Tenant) -> None:
    person = StaffUser.objects.create_user("pat", password="correct horse battery", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=[*PERMISSIONS.values(), "view_note"]))
    client.force_login(person)
    for n in range(50):
        Document.objects.create(business=busy.business, file_name=f"{n}.pdf", file_path=f"x/{n}.pdf")
    with CaptureQueriesContext(connection) as queries:
        shown(client)
    assert len(queries) <= QUERIES, "\n".join(query["sql"] for query in queries)


def test_staff_who_decide_see_open_approvals_in_the_sidebar(client: Client, console: Client, busy: Tenant) -> None:
    badge = re.compile(r"Approvals</span>\s*<span class=\"sidebar-badge.*?>\s*(\S+)\s*</span>", re.DOTALL)
    assert not badge.search(console.get(URL).content.decode())
    from django.db import transaction

    from aira.audit.actor import Actor, acting_as

    with acting_as(lambda: Actor("staff", "1", "sam", "x")), transaction.atomic():
        ApprovalRequest.objects.create(
            kind="top_up", user_id=busy.business.user_id, amount="900", currency="USD", reason="x"
        )
    found = badge.search(console.get(URL).content.decode())
    assert found
    assert found.group(1) == "1"
    assert shown(console)["Open approvals"].value == "1"
    person = StaffUser.objects.create_user("pat", password="correct horse battery", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename="view_approvalrequest"))
    client.force_login(person)
    content = client.get(URL).content.decode()
    assert "Approvals" in content
    assert not badge.search(content)


def test_the_page_has_no_inline_script_or_style(console: Client, busy: Tenant) -> None:
    content = console.get(URL).content.decode()
    room = content[content.index('<div class="room">') : content.rindex("</figure>")]
    for forbidden in ("<script", " style=", "onclick", "x-on:", "<h1"):
        assert forbidden not in room
