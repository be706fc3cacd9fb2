from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from aira.analytics.models import AnalyticsRefresh
from aira.analytics.reports import reports
from aira.console.analytics import SHOWN, is_stale
from aira.console.models import StaffUser
from bookings.models import Appointment
from tests.database import Server
from tests.factories import Tenant

URL = "/console/analytics/"


def text(console: Client, query: str = "") -> str:
    answer = console.get(URL + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_report_is_on_the_page() -> None:
    assert sorted(SHOWN) == sorted(reports())


def test_the_page_shows_figures_and_their_time(console: Client, alices_tenant: Tenant, bobs_tenant: Tenant) -> None:
    call_command("refresh_analytics", verbosity=0)
    page = console.get(URL)
    rows = {section["report"].name: section["rows"] for section in page.context["sections"]}
    [[_, *money]] = rows["money"]
    assert money == ["USD", "$50.00", "$0.00", "$0.00", "$0.00", "$0.00"]
    assert ["USD", "2", "$50.00", "$0.00", "$0.00"] in rows["liabilities"]
    assert rows["sources"] == [["By hand", "2", "2", "0", "0", "0", "–"]]
    assert [row[1:4] for row in rows["documents"]] == [["2", "0", "0"]]
    assert rows["numbers"] == [["twilio", "Local", "2", "0", "2"]]
    assert rows["utilisation"]
    shown = page.content.decode()
    shown_views = AnalyticsRefresh.objects.filter(view_name__in=[report.view for report in reports().values()])
    assert shown_views.count() == 6
    for refresh in shown_views:
        assert f"{refresh.refreshed_at:%H:%M:%S}" in shown
    assert "Is the worker running?" not in shown


def test_a_rate_counts_only_customers_whose_outcome_is_known(console: Client, alices_tenant: Tenant) -> None:
    for status in ("completed", "no_show", "no_show", "cancelled"):
        Appointment.objects.create(
            business=alices_tenant.business, customer_name="x", scheduled_at=timezone.now(), status=status, source="web"
        )
    call_command("refresh_analytics", verbosity=0)
    sections = {section["report"].name: section["rows"] for section in console.get(URL).context["sections"]}
    assert ["Web", "4", "0", "1", "1", "2", "66.7 %"] in sections["sources"]
    assert sections["appointments"][0][1:] == ["5", "1", "1", "1", "2", "66.7 %"]


def test_a_period_can_be_chosen_and_an_invalid_one_becomes_thirty_days(console: Client, alices_tenant: Tenant) -> None:
    Appointment.objects.create(
        business=alices_tenant.business, customer_name="x", scheduled_at=timezone.now() - timedelta(days=40)
    )
    call_command("refresh_analytics", verbosity=0)
    for query, days, counted in (("", 30, "1"), ("?days=90", 90, "2"), ("?days=7", 7, "1"), ("?days=1;drop", 30, "1")):
        context = console.get(URL + query).context
        assert context["days"] == days
        [sources] = [section["rows"] for section in context["sections"] if section["report"].name == "sources"]
        assert sources[0][1] == counted, query


def test_old_figures_and_failures_are_reported(console: Client, db: Any) -> None:
    assert text(console).count("Check that the worker runs.") == len(SHOWN)
    assert "They have not been refreshed since" in text(console)
    assert is_stale(AnalyticsRefresh(refreshed_at=timezone.now() - timedelta(hours=1)))
    assert not is_stale(AnalyticsRefresh(refreshed_at=timezone.now()))


def test_a_failed_refresh_shows_its_error(console: Client, server: Server) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("set local lock_timeout = '50ms'")
    with psycopg.connect(server.url(connections["default"].settings_dict["NAME"])) as owner:
        # Another connection locks the view.
        owner.execute("refresh materialized view analytics.daily_revenue")
        with pytest.raises(CommandError, match="1 of 9 views could not be refreshed"):
            call_command("refresh_analytics", verbosity=0)
        owner.rollback()
    assert "failed: canceling statement due to lock timeout" in text(console)


def test_the_page_of_analytics_needs_its_permission(client: Client, db: None) -> None:
    assert client.get(URL).status_code == 302
    sam = StaffUser.objects.create_user("new", password="correct horse", is_staff=True)
    client.force_login(sam)
    assert client.get(URL).status_code == 403
    assert URL not in client.get("/console/").content.decode()
    sam.user_permissions.add(Permission.objects.get(codename="view_analytics"))
    assert client.get(URL).status_code == 200
    assert URL in client.get("/console/").content.decode()
