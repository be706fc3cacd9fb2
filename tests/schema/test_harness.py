"""Test the fixtures: each test has a new database and the right marks."""

from pathlib import Path

import pytest
from django.test import Client

from tests import scheduling
from tests.database import Database
from tests.tenant_rows import Rows

READS_ENDPOINTS = "select has_table_privilege('service_role', 'private.service_endpoints', 'select')"


@pytest.mark.parametrize("taker", ["first", "second"])
def test_changes_in_one_database_do_not_reach_another(database: Database, taker: str) -> None:
    """Both tests change everything possible, after they found no change of the other."""

    def one(query: str) -> object:
        return database.owner(query).fetchone()[0]  # type: ignore[index]

    assert one("select to_regclass('public.left_behind') is null") is True
    assert one("select count(*) from auth.users") == 0
    assert one("select count(*) from audit.events where table_name = 'business_v2'") == 0
    assert one("show work_mem") == "4MB"
    assert one("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())") == 0  # fmt: skip
    assert one(READS_ENDPOINTS) is False
    assert one("select has_database_privilege('anon', current_database(), 'temporary')") is False

    database.account("alice@example.com")
    database.owner(
        "insert into public.business_v2 (user_id, name, business_type) select id, 'A', 'retail' from auth.users"
    )
    database.owner("create table public.left_behind as select 1 as one")
    database.owner("grant select on private.service_endpoints to service_role")
    database.owner(f"alter database {database.name} set work_mem = '5MB'")
    database.owner(f"grant temporary on database {database.name} to anon")
    database.owner("select pg_advisory_lock(1)")
    assert one("select count(*) from audit.events where table_name = 'business_v2'") == 1


def test_a_test_that_uses_postgresql_is_marked(request: pytest.FixtureRequest, alices: Rows) -> None:
    assert request.node.get_closest_marker("sql")


def test_a_test_of_a_page_is_not_marked(request: pytest.FixtureRequest, db: None, client: Client) -> None:
    assert not request.node.get_closest_marker("sql")


def test_a_test_without_fixtures_is_not_marked(request: pytest.FixtureRequest) -> None:
    assert not request.node.get_closest_marker("sql")


@pytest.mark.parametrize(
    ("made_once_for", "beside", "written", "group"),
    [
        ("a folder", 'fixture(scope="package")', "", "tests"),
        ("each file", 'fixture(scope="module")', "", "tests/test_a.py"),
        ("this file", "", 'fixture(scope="module")', "tests/test_a.py"),
        ("each test", "fixture", "fixture", None),
    ],
)
def test_tests_that_share_a_fixture_run_in_one_worker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, made_once_for: str, beside: str, written: str, group: str | None
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text(beside)
    (tmp_path / "tests" / "test_a.py").write_text(written)
    monkeypatch.setattr(scheduling, "PROJECT", tmp_path)
    assert scheduling.group_of.__wrapped__("tests/test_a.py") == group
