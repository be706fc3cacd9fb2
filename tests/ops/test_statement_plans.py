"""Test who may read stored statements, and that one is planned with the rights of its role and not executed."""

from typing import Any

import psycopg
import pytest
from django.db import connections

from aira.ops.statistics.plan import NoPlan, plan_of
from tests.database import Database
from tests.tenant_rows import Rows


@pytest.fixture
def watched(database: Database, direct: Any, in_its_database: Any) -> Database:
    return database


def stored(database: Database, text: str | None, role: str = "console") -> int:
    return database.owner(
        "insert into private.statements (role, queryid, command, text, calls, exec_ms, rows, blocks_read, temp_blocks)"
        " values (%s, hashtext(coalesce(%s, '')), 'SELECT', %s, 1, 1, 1, 0, 0) returning id",
        role,
        text,
        text,
    ).fetchone()[0]


def test_a_statement_is_planned_as_the_role_that_ran_it(watched: Database) -> None:
    text = "select * from public.documents where file_name = $1"
    for role in ("console", "authenticated", "postgres"):
        plan = "\n".join(plan_of(stored(watched, text, role)))
        assert "documents" in plan
        # Row security of the role is part of the plan.
        assert ("user_id" in plan) == (role == "authenticated"), (role, plan)


def test_a_write_is_planned_and_not_executed(watched: Database, alices: Rows) -> None:
    before = watched.owner("select count(*) from public.documents").fetchone()
    for text in (
        "delete from public.documents where id = $1 or true",
        "with gone as (delete from public.documents returning id) select * from gone",
        "insert into private.service_endpoints (name, base_url) values ($1, $2)",
        "update public.documents set file_name = $1",
    ):
        assert plan_of(stored(watched, text))
    assert watched.owner("select count(*) from public.documents").fetchone() == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("select 1; drop table public.documents", "cannot insert multiple commands into a prepared statement"),
        ("select 1; commit; drop table public.documents", "cannot insert multiple commands"),
        ("drop table public.documents", "text is not stored"),
        ("analyze public.documents", "text is not stored"),
        (None, "text is not stored"),
        ("select nothing from nowhere", 'relation "nowhere" does not exist'),
        ("select * from auth.identities", "permission denied"),
    ],
)
def test_a_text_that_is_not_one_query_is_refused(watched: Database, text: str | None, why: str) -> None:
    with pytest.raises(NoPlan, match=why):
        plan_of(stored(watched, text))
    assert watched.owner("select to_regclass('public.documents')").fetchone()[0] == "documents"


def test_planning_writes_nothing_and_ends_in_time(watched: Database) -> None:
    """The planner calls functions that claim not to change anything, to estimate rows."""
    watched.owner(
        "create function public.lies() returns text language plpgsql immutable as"
        " $$ begin perform nextval('public.marks'); return 'x'; end $$; create sequence public.marks;"
        " create function public.lasts() returns text language sql immutable as $$ select 'x' from pg_sleep(60) $$;"
        " grant execute on function public.lies(), public.lasts() to console; grant all on sequence public.marks to console"
    )
    with pytest.raises(NoPlan, match="read-only transaction"):
        plan_of(stored(watched, "select * from public.documents where file_name = public.lies()"))
    with pytest.raises(NoPlan, match="statement timeout"):
        plan_of(stored(watched, "select * from public.documents where file_name = public.lasts()"))
    assert watched.owner("select is_called from public.marks").fetchone() == (False,)
    assert plan_of(stored(watched, "select 1 as after_that")), "the connection works"
    with connections["default"].cursor() as cursor:
        cursor.execute("select name from pg_prepared_statements")
        assert cursor.fetchall() == [], "nothing is left in the connection"


def test_a_role_that_the_owner_may_not_take_is_named(watched: Database) -> None:
    with pytest.raises(NoPlan, match="It ran as nobody_here, and postgres can't act as that role"):
        plan_of(stored(watched, "select 1 as one", "nobody_here"))


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "voice_agent", "kb_updater"])
def test_services_cannot_read_the_figures(watched: Database, role: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), watched.request(role, {"role": role}) as sql:
        sql("select * from private.statements")


@pytest.mark.parametrize("table", ["statements", "statement_samples", "lock_waits", "relation_sizes", "index_uses"])
def test_the_site_cannot_write_the_figures(watched: Database, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), watched.as_console() as sql:
        sql(f"delete from private.{table}")
