"""Test that no role of AiRa can make temporary objects: the next definer function would run a domain's code as the
owner.
"""

from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from aira.schema.temporary_objects import withhold
from tests.conftest import migrate
from tests.database import Database

# Type names of variables, as a SECURITY DEFINER function with an empty search_path reads them, and a function with such
# a variable.
WAYS = {
    "console": ("text", "select private.refresh_analytics('daily_revenue')"),
    "voice_agent": ("uuid", "select private.check_appointment(null, null, null, null)"),
}


def code_run_as(connection: psycopg.Connection[Any], role: str) -> list[str]:
    """Return the role that runs the code when a function of AiRa is called."""
    name, call = WAYS[role]
    told: list[str] = []
    connection.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
    connection.execute(
        f"create function pg_temp.f(pg_catalog.{name}) returns boolean language plpgsql"
        " as $$begin raise notice '%', current_user; return true; end$$"
    )
    connection.execute(f"create domain pg_temp.{name} as pg_catalog.{name} check (pg_temp.f(value))")
    connection.execute(call)
    return told


def logged_in(database: Database, role: str) -> psycopg.Connection[Any]:
    """Call as console, and as voice_agent in the way of the data API, since that role can't log in here."""
    if role == "console":
        return database.connect(role)
    connection = database.connect("authenticator")
    connection.execute(sql.SQL("set session role {}").format(sql.Identifier(role)))
    return connection


def give_back(database: Database) -> None:
    database.owner(f"grant temporary on database {database.name} to public")


@pytest.mark.parametrize("role", WAYS)
def test_with_the_grant_code_runs_as_the_owner_and_without_it_never(database: Database, direct: Any, role: str) -> None:
    (owner,) = database.owner("select current_user").fetchone()  # type: ignore[misc]
    give_back(database)
    with logged_in(database, role) as connection:
        assert owner in code_run_as(connection, role)
    assert withhold("direct") is None
    with (
        logged_in(database, role) as connection,
        pytest.raises(errors.InsufficientPrivilege, match="temporary"),
    ):
        code_run_as(connection, role)


def test_each_migrate_revokes_the_grant_and_changes_nothing_if_it_is_revoked(
    database: Database, django_db_blocker: Any
) -> None:
    give_back(database)
    acl = "select datacl::text from pg_database where datname = current_database()"
    with django_db_blocker.unblock():
        migrate(database.name)
        (taken,) = database.owner(acl).fetchone()  # type: ignore[misc]
        migrate(database.name)
    assert database.owner(acl).fetchone() == (taken,)
    for role in ("console", "authenticator"):
        with database.connect(role) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute("create temporary table t ()")
    # REFRESH … CONCURRENTLY makes a temporary table as the owner.
    with database.as_service("console") as ask:
        assert ask("select private.refresh_analytics('daily_revenue')").fetchone() == ("refreshed",)
