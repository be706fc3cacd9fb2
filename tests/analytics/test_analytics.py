"""Test how figures are refreshed: beside readers, with a record, and each view separately. The folder of each app tests
its figures.
"""

from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import errors

from aira.analytics import refresh
from aira.analytics.models import AnalyticsRefresh
from aira.analytics.reports import reports
from tests.database import Database
from tests.tenant_rows import Rows
from tests.worker import start_worker

VIEWS = [
    "appointment_words",
    "business_words",
    "daily_appointments",
    "daily_revenue",
    "document_processing",
    "document_words",
    "number_costs",
    "open_hours_utilisation",
    "wallet_liabilities",
]
OWN = ["appointments_by_day", "document_processing_by_day", "number_costs", "spending_by_day", "utilisation_by_day"]
BROKEN = "create materialized view analytics.broken as select 1 / count(*) as n from public.wallets with no data"


def refresh_view(database: Database, view: str) -> str:
    with database.as_console() as sql:
        return sql("select private.refresh_analytics(%s)", view).fetchone()[0]


def refreshed(database: Database, view: str) -> datetime:
    """Refresh, and return the now() of the query, since a day may end while a test runs."""
    with database.as_console() as sql:
        outcome, now = sql("select private.refresh_analytics(%s), now()", view).fetchone()
    assert outcome == "refreshed"
    return now


def refresh_all(database: Database) -> None:
    assert {refresh_view(database, view) for view in VIEWS} == {"refreshed"}


def recorded(database: Database, view: str) -> tuple[Any, ...]:
    """Return when the view was refreshed, its rows, when a refresh failed, and the error."""
    query = "select refreshed_at, row_count, failed_at, error from private.analytics_refreshes where view_name = %s"
    return database.owner(query, view).fetchone()


def test_every_view_is_refreshed_and_the_time_is_recorded(database: Database, alices: Rows) -> None:
    before = database.owner("select clock_timestamp()").fetchone()[0]
    refresh_all(database)
    with database.as_console() as sql:
        found = sql(
            "select view_name, refreshed_at, duration, row_count, failed_at, error from private.analytics_refreshes order by 1"
        ).fetchall()
        assert [row[0] for row in found] == VIEWS
        for view, refreshed_at, duration, rows, *failed in found:
            assert before < refreshed_at < database.owner("select clock_timestamp()").fetchone()[0]
            assert duration >= 0
            assert sql(f"select count(*) from analytics.{view}").fetchone() == (rows,)
            assert failed == [None, None]
            assert rows > 0


def test_readers_do_not_wait_for_a_refresh_and_a_second_refresh_ends_at_once(database: Database, alices: Rows) -> None:
    refresh_all(database)
    database.owner("delete from public.appointments")
    with database.connect("console", autocommit=False) as refreshing:
        for view in VIEWS:
            refreshing.execute("select private.refresh_analytics(%s)", [view])
        with database.as_console() as sql:
            sql("set local lock_timeout = '1s'")
            assert sql("select appointments from analytics.daily_appointments").fetchall() == [(1,)]
            assert sql("select private.refresh_analytics('daily_appointments')").fetchone() == ("busy",)
        with database.as_user(alices.user) as sql:
            assert sql("select appointments from public.appointments_by_day").fetchall() == [(1,)]
        refreshing.commit()
    with database.as_user(alices.user) as sql:
        assert sql("select appointments from public.appointments_by_day").fetchall() == []


def test_writers_do_not_wait_for_a_refresh(database: Database, alices: Rows) -> None:
    with database.connect("console", autocommit=False) as refreshing:
        for view in VIEWS:
            refreshing.execute("select private.refresh_analytics(%s)", [view])
        database.owner("set lock_timeout = '1s'")
        for table in ("appointments", "business_numbers", "documents", "business_v2"):
            assert database.owner(f"update public.{table} set updated_at = now()").rowcount == 1
        refreshing.rollback()


def test_a_failed_view_is_recorded_keeps_its_figures_and_recovers(database: Database) -> None:
    database.owner(BROKEN)
    assert refresh_view(database, "broken") == "failed"
    assert recorded(database, "broken")[0] is None
    assert recorded(database, "broken")[3] == "division by zero"
    user = database.account("dora@example.com")
    database.owner("insert into public.wallets (user_id) values (%s)", user)
    assert refresh_view(database, "broken") == "refreshed"
    refreshed_at, rows, failed_at, error = recorded(database, "broken")
    assert (rows, error) == (1, None)
    assert failed_at < refreshed_at
    database.owner("create unique index on analytics.broken (n)")
    database.owner("delete from auth.users where id = %s", user)
    assert refresh_view(database, "broken") == "failed"
    assert recorded(database, "broken")[:2] == (refreshed_at, 1)
    assert database.owner("select n from analytics.broken").fetchall() == [(1,)]


def test_a_timeout_is_recorded_as_a_failure(database: Database) -> None:
    database.owner("create materialized view analytics.slow as select pg_sleep(20)::text as n with no data")
    with database.as_console() as sql:
        sql("set local statement_timeout = '300ms'")
        assert sql("select private.refresh_analytics('slow')").fetchone() == ("failed",)
    assert recorded(database, "slow")[3] == "canceling statement due to statement timeout"


def test_a_restored_schema_without_data_is_filled(database: Database, alices: Rows) -> None:
    for view in VIEWS:
        database.owner(f"refresh materialized view analytics.{view} with no data")
    with pytest.raises(errors.ObjectNotInPrerequisiteState), database.as_console() as sql:
        sql("select from analytics.daily_revenue")
    refresh_all(database)
    assert database.owner("select count(*) from analytics.daily_revenue").fetchone() == (1,)


@pytest.mark.parametrize(
    "name", ["business_v2", "public.business_v2", "no_show_rates", "daily_revenue; drop table x", "Daily_Revenue", ""]
)
def test_only_materialized_views_of_the_schema_are_refreshed(database: Database, name: str) -> None:
    with pytest.raises(errors.UndefinedTable), database.as_console() as sql:
        sql("select private.refresh_analytics(%s)", name)


@pytest.mark.parametrize("role", ["anon", "authenticated", "voice_agent", "kb_updater", "service_role"])
def test_only_console_can_use_the_schema(database: Database, alices: Rows, role: str) -> None:
    statements = [f"select from analytics.{view}" for view in [*VIEWS, "no_show_rates"]]
    statements += ["select private.refresh_analytics('daily_revenue')", "select from private.analytics_refreshes"]
    statements += ["refresh materialized view analytics.daily_revenue"]
    if role != "authenticated":
        statements += [f"select from public.{view}" for view in OWN]
        statements += [f"select private.own_{view}()" for view in OWN]
    for statement in statements:
        with pytest.raises(errors.InsufficientPrivilege), database.request(role, {"role": role}) as sql:
            sql(statement)


@pytest.mark.parametrize("statement", ["insert into {} default values", "delete from {}", "truncate {}"])
def test_no_role_writes_figures(database: Database, alices: Rows, statement: str) -> None:
    for view in OWN:
        for request in (database.as_user(alices.user), database.as_console()):
            with pytest.raises(psycopg.Error) as refused, request as sql:
                sql(statement.format(f"public.{view}"))
            assert refused.value.sqlstate in ("42501", "55000", "42809")


def test_bob_sees_no_figures_of_alice(database: Database, alices: Rows, bobs: Rows) -> None:
    database.owner("delete from public.business_v2 where user_id = %s", bobs.user)
    database.owner("delete from public.business_numbers where user_id = %s", bobs.user)
    refresh_all(database)
    for view in OWN:
        with database.as_user(alices.user) as sql:
            assert sql(f"select from public.{view}").rowcount > 0, view
        with database.as_user(bobs.user) as sql:
            # Only bob's money is left: his other rows are in the trash.
            assert sql(f"select from public.{view}").rowcount == (1 if view == "spending_by_day" else 0), view
        with database.request("authenticated", {"role": "authenticated"}) as sql:
            assert sql(f"select from public.{view}").rowcount == 0, view


def test_a_user_sees_the_time_of_the_figures(database: Database, alices: Rows) -> None:
    # The migration filled the view, and nothing has refreshed it since.
    database.owner("refresh materialized view analytics.daily_revenue")
    query = "select distinct refreshed_at from public."
    with database.as_user(alices.user) as sql:
        assert sql(f"{query}spending_by_day").fetchall() == [(None,)]
    refresh_all(database)
    known = {row[0] for row in database.owner("select refreshed_at from private.analytics_refreshes")}
    for view in OWN:
        with database.as_user(alices.user) as sql:
            [[as_of]] = sql(query + view).fetchall()
        assert as_of in known, view
        known.remove(as_of)


def job(database: Database) -> str:
    """Run the job in a separate worker and return its status."""
    [identity] = database.owner(
        "select (jobs.procrastinate_defer_jobs_v1(array[row('default', 'platform.refresh_analytics', 0, null, null,"
        " '{\"timestamp\": 0}', null)::jobs.procrastinate_job_to_defer_v1]))::text"
    ).fetchone()
    _, log = start_worker(database, "--once").communicate(timeout=60)
    query = "select status::text from jobs.procrastinate_jobs where id = any(%s::bigint[])"
    found = database.owner(query, identity if identity.startswith("{") else f"{{{identity}}}").fetchone()
    return f"{found[0]}: {log}"


def test_the_job_refreshes_all_views(database: Database, alices: Rows) -> None:
    assert job(database).startswith("succeeded")
    assert database.owner("select count(*) from private.analytics_refreshes where error is null").fetchone() == (
        len(VIEWS),
    )


def test_one_failed_view_does_not_stop_the_others_and_fails_the_job(database: Database) -> None:
    # This view is the first by name.
    database.owner(BROKEN.replace("broken", "a_broken"))
    ended = job(database)
    assert ended.startswith("failed")
    assert "Analytics were not refreshed: a_broken" in ended
    assert database.owner("select count(refreshed_at) from private.analytics_refreshes").fetchone() == (len(VIEWS),)


def test_the_command_refreshes_and_prints_the_result(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("refresh_analytics")
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == VIEWS
    call_command("refresh_analytics", "number_costs")
    assert capsys.readouterr().out.startswith("number_costs: 0 rows in ")
    assert set(AnalyticsRefresh.objects.values_list("view_name", flat=True)) == set(VIEWS)
    with pytest.raises(CommandError, match=r"No view of analytics is called nope\. Known: appointment_words"):
        call_command("refresh_analytics", "nope")


def test_the_command_fails_if_a_view_fails(database: Database, direct: Any, capsys: pytest.CaptureFixture[str]) -> None:
    database.owner(BROKEN)
    outcomes = dict(refresh.refresh(refresh.views("direct"), "direct"))
    assert outcomes == {"broken": "failed"} | dict.fromkeys(VIEWS, "refreshed")


def test_a_view_that_is_dropped_during_a_refresh_fails_alone(database: Database, direct: Any) -> None:
    outcomes = dict(refresh.refresh(["gone", "number_costs"], "direct"))
    assert outcomes == {"gone": "failed", "number_costs": "refreshed"}


def test_each_report_reads_the_view_that_it_names() -> None:
    assert len(reports()) == 7
    for report in reports().values():
        assert report.view in VIEWS
        assert f"from analytics.{report.view} " in report.query


@pytest.mark.parametrize("name", ["appointments", "sources"])
def test_a_report_contains_today_in_every_time_zone(database: Database, alices: Rows, name: str) -> None:
    here = "now() at time zone 'Pacific/Kiritimati'"
    with database.connect() as connection:
        connection.execute("set timezone = 'Etc/GMT+12'")  # The time zone in which a day begins last.
        connection.execute("set session_replication_role = replica")
        connection.execute("update business_v2 set timezone = 'Pacific/Kiritimati'")
        connection.execute(
            f"update appointments set scheduled_at = ({here})::date::timestamp at time zone timezone from business_v2"
        )
        refresh_view(database, "daily_appointments")
        rows = connection.execute(reports()[name].query, {"days": 7}).fetchall()
        assert len(rows) == 1
