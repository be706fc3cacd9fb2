"""Test hosted Supabase: `postgres` is not a superuser, another role owns `auth`, and default privileges vary."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from aira.embedded import PROJECT, Cluster
from aira.migrate.catalog import differences, read
from aira.schema import server_version
from tests.hosted import AUTH, OLD_DEFAULTS, connect, ended, hosted_server, make_database, manage, start_manage


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with hosted_server("hosted") as cluster:
        yield cluster


# Projects of before have other default privileges.
@pytest.mark.parametrize("defaults", ["", pytest.param(OLD_DEFAULTS, marks=pytest.mark.slow)], ids=["new", "old"])
def test_a_hosted_project_ends_with_the_same_catalog_as_plain_postgresql(cluster: Cluster, defaults: str) -> None:
    name = "old_hosted" if defaults else "new_hosted"
    make_database(cluster, name, AUTH, defaults, owner="hosted")
    manage(cluster, name, "hosted", "migrate", "--verbosity", "0")
    # `drift` compares with the catalog of a plain database.
    manage(cluster, name, "hosted", "drift")
    manage(cluster, name, "hosted", "advise")
    # No superuser installed amcheck there. The check reports this and runs its other parts.
    looked = manage(cluster, name, "hosted", "integrity")
    assert "0 faults" in looked
    assert [line for line in looked.splitlines() if line.startswith("not checked")] == [
        "not checked: indexes: amcheck is not installed. As a superuser, run: create extension amcheck schema extensions"
    ]
    manage(cluster, name, "hosted", "access_matrix", "--check")
    with connect(cluster, name, "hosted") as connection:
        work_through_the_doors(connection)


@pytest.mark.slow
def test_the_catalogs_of_hosted_and_plain_databases_are_equal(cluster: Cluster) -> None:
    catalogs = []
    for name, role, before in (("hosted_catalog", "hosted", (AUTH,)), ("plain_catalog", "postgres", ())):
        make_database(cluster, name, *before, owner=role)
        manage(cluster, name, role, "migrate", "--verbosity", "0")
        with connect(cluster, name) as connection:
            catalogs.append(read(connection))
    assert differences(*catalogs) == []


def go_back(cluster: Cluster, name: str, role: str) -> None:
    manage(cluster, name, role, "migrate", "zero", "--verbosity", "0")


def has_accounts(cluster: Cluster, name: str) -> bool:
    with connect(cluster, name) as connection:
        found = connection.execute("select to_regclass('auth.users') is not null").fetchone()
    return found == (True,)


@pytest.mark.slow
@pytest.mark.parametrize("defaults", ["", OLD_DEFAULTS], ids=["new", "old"])
def test_undoing_all_migrations_returns_a_project_to_its_own_accounts(cluster: Cluster, defaults: str) -> None:
    name = "old_and_back" if defaults else "new_and_back"
    make_database(cluster, name, AUTH, defaults, owner="hosted")
    manage(cluster, name, "hosted", "migrate", "--verbosity", "0")
    go_back(cluster, name, "hosted")
    assert has_accounts(cluster, name)


def work_through_the_doors(connection: psycopg.Connection) -> None:
    """Do each role's daily work in a database whose auth schema belongs to another role."""
    user = connection.execute("insert into auth.users (email) values ('a@example.com') returning id").fetchone()
    assert user
    claims = f'{{"sub": "{user[0]}", "role": "authenticated"}}'

    def become(role: str, text: str = "") -> None:
        connection.execute(
            "select set_config('role', %s, false), set_config('request.jwt.claims', %s, false)", [role, text]
        )

    become("authenticated", claims)
    connection.execute(
        "insert into public.business_v2 (user_id, name, business_type) values (auth.uid(), 'A', 'retail')"
    )
    assert connection.execute("select count(*) from public.business_v2").fetchone() == (1,)
    become("service_role")
    connection.execute(
        "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type)"
        " select id, '+4930123', 'x', 'DE', 'local' from public.business_v2"
    )
    connection.execute(
        "insert into public.transactions (user_id, type, amount, currency, status)"
        " values (%s, 'credit', 5, 'USD', 'completed')",
        user,
    )
    become("voice_agent")
    found = connection.execute("select business_id from find_business_by_number('+49 30 123')").fetchone()
    assert found
    connection.execute(
        "insert into public.appointments (business_id, customer_name, scheduled_at) values (%s, 'C', now())", found
    )
    become("authenticated", claims)
    connection.execute(
        "insert into public.documents (business_id, file_name, file_path) values (%s, 'x', %s)",
        [*found, f"{found[0]}/x"],
    )
    become("kb_updater")
    assert connection.execute("update public.documents set processing_status = 'processing'").rowcount == 1
    become("console")
    refreshed = connection.execute(
        "select private.refresh_analytics(matviewname) from pg_catalog.pg_matviews where schemaname = 'analytics'"
    )
    assert {outcome for (outcome,) in refreshed.fetchall()} == {"refreshed"}
    become("authenticated", claims)
    assert connection.execute("select currency, topped_up from public.spending_by_day").fetchall() == [("USD", 5)]
    assert connection.execute("select sum(appointments) from public.appointments_by_day").fetchone() == (1,)
    connection.execute("delete from public.business_v2")
    assert connection.execute("select count(*) from public.appointments").fetchone() == (0,)
    become("console")
    assert connection.execute("select email from accounts").fetchall() == [("a@example.com",)]
    connection.execute("update public.business_v2 set deleted_at = null")
    assert connection.execute("select count(*) from public.appointments where deleted_at is null").fetchone() == (1,)
    become("none")
    connection.execute("delete from auth.users")
    assert connection.execute("select count(*) from public.business_v2").fetchone() == (0,)


@pytest.mark.slow
def test_a_backup_of_a_hosted_project_contains_rows_that_row_security_hides(cluster: Cluster, tmp_path: Path) -> None:
    make_database(cluster, "to_back_up", AUTH, owner="hosted")
    manage(cluster, "to_back_up", "hosted", "migrate", "--verbosity", "0")
    with connect(cluster, "to_back_up", "hosted") as connection:
        connection.execute("insert into auth.users (email) values ('a@example.com')")
        connection.execute(
            "insert into public.business_v2 (user_id, name, business_type) select id, 'A', 'retail' from auth.users"
        )
    for command in ("backup", "restore_drill"):
        process = ended(cluster, "to_back_up", "hosted", command, BACKUP_DIR=str(tmp_path))
        said, errors = process.stdout, process.stderr
        assert process.returncode == 0, errors
    assert "the ledger proof passed" in said
    state = json.loads(next(tmp_path.glob("*.json")).read_text())["state"]
    assert (state["rows"]["auth.users"], state["rows"]["public.business_v2"]) == (1, 1)

    # A role to which row security applies gets an error instead of an incomplete backup.
    with connect(cluster, "postgres") as connection:
        connection.execute("alter role hosted nobypassrls")
    try:
        process = ended(cluster, "to_back_up", "hosted", "backup", BACKUP_DIR=str(tmp_path / "partial"))
        errors = process.stderr
    finally:
        with connect(cluster, "postgres") as connection:
            connection.execute("alter role hosted bypassrls")
    assert process.returncode == 1
    assert "row-level security" in errors
    assert list((tmp_path / "partial").iterdir()) == []


@pytest.mark.slow
def test_only_other_roles_may_create_temporary_objects(cluster: Cluster) -> None:
    make_database(cluster, "temporary", AUTH, owner="hosted")
    make_database(
        cluster, "not_ours", AUTH, "grant create on database not_ours to hosted", "alter schema public owner to hosted"
    )
    with connect(cluster, "temporary") as connection:
        connection.execute("create role reporting login password 'x'")
        connection.execute("create role keeper nologin")
        connection.execute("create schema theirs; create table theirs.kept (); alter table theirs.kept owner to keeper")
    manage(cluster, "temporary", "hosted", "migrate", "--verbosity", "0")
    with connect(cluster, "temporary") as connection:
        holders = connection.execute(
            "select coalesce(r.rolname, 'PUBLIC') from pg_database d, aclexplode(d.datacl) a left join pg_roles r on r.oid = a.grantee"
            " where d.datname = 'temporary' and a.privilege_type = 'TEMPORARY' order by 1"
        )
        assert [name for (name,) in holders] == ["hosted", "keeper", "reporting", "supabase_auth_admin"]
        for role in ("console", "voice_agent"):
            connection.execute(f"alter role {role} login password 'x'")
    port = cluster.recorded_port(cluster.folder)
    for role in ("console", "voice_agent"):
        with (
            psycopg.connect(f"postgres://{role}:x@127.0.0.1:{port}/temporary") as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="temporary"),
        ):
            connection.execute("create domain pg_temp.text as pg_catalog.text")
    with psycopg.connect(f"postgres://reporting:x@127.0.0.1:{port}/temporary") as connection:
        connection.execute("create temporary table t ()")
    assert "0 findings" in manage(cluster, "temporary", "hosted", "advise")

    # Another role owns the database. The rest is migrated, and the output says what that owner must do.
    process = ended(cluster, "not_ours", "hosted", "migrate", "--verbosity", "0")
    errors = process.stderr
    assert process.returncode == 0, errors
    assert "Only its owner, postgres, can revoke this: revoke temporary on database not_ours from public;" in errors
    process = ended(cluster, "not_ours", "hosted", "advise")
    said = process.stdout
    assert process.returncode == 1
    assert "console can make temporary objects" in said


@pytest.mark.slow
def test_two_databases_of_one_server_are_migrated_at_the_same_time(cluster: Cluster) -> None:
    for name in ("first", "second"):
        make_database(cluster, name)
    running = [start_manage(cluster, name, "postgres", "migrate", "--verbosity", "0") for name in ("first", "second")]
    for process in running:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    go_back(cluster, "first", "postgres")
    assert not has_accounts(cluster, "first"), "the stand-in goes"
    with connect(cluster, "second", "postgres") as connection:
        connection.execute("set role console")
        assert connection.execute("select count(*) from public.wallets").fetchone() == (0,)


def test_a_database_with_hand_made_tables_stays_as_it_is(cluster: Cluster) -> None:
    make_database(cluster, "hand_made", "create table public.business_v2 (id uuid primary key, name text)")
    process = ended(cluster, "hand_made", "postgres", "migrate")
    errors = process.stderr
    assert process.returncode == 1
    assert "has AiRa's tables already" in errors
    with connect(cluster, "hand_made") as connection:
        made = connection.execute("select 1 from pg_namespace where nspname in ('console', 'private', 'jobs')")
        assert made.fetchall() == []


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgres://postgres:x@127.0.0.1:1/aira", "Can't connect to database 'aira' at 127.0.0.1:1"),
        ("postgres://postgres:x@nowhere.invalid/aira", "Can't connect to database 'aira' at nowhere.invalid:5432"),
        ("mysql://root@localhost/aira", "DATABASE_URL must be postgres://"),
        ("nonsense", "DATABASE_URL must be postgres://"),
        ("", "DATABASE_URL is not set"),
    ],
)
def test_a_missing_database_gives_a_one_line_error(address: str, sentence: str) -> None:
    environment = {**os.environ, "SECRET_KEY": "x", "DATABASE_URL": address}
    environment.pop("DATABASE_DIRECT_URL", None)
    ended = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=PROJECT, env=environment, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("DEBUG", "maybe"),
        ("VOICE_AGENT_URL", "voice.example"),
        ("LOG_LEVEL", "LOUD"),
        ("KB_UPDATER_SECRET", "whsec_…"),
    ],
)
def test_a_malformed_setting_stops_the_start_and_is_named(name: str, value: str) -> None:
    environment = {**os.environ, "SECRET_KEY": "x", "DATABASE_URL": "postgres://a@b/c", name: value}
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT, env=environment, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert ended.returncode != 0
    assert name in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_environment_example_lists_every_setting() -> None:
    example = (PROJECT / ".env.example").read_text()
    source = Path(PROJECT / "aira/settings.py").read_text()
    import re

    names = set(re.findall(r'(?:env\.\w+|boolean|web_address|database)\(\s*"([A-Z_]+)"', source))
    assert names
    assert [name for name in sorted(names) if f"\n{name}=" not in example] == []


def test_a_missing_extension_gives_a_one_line_error() -> None:
    source = Cluster.locate().source
    home = Path(tempfile.mkdtemp(prefix="aira-bare-", dir="/var/tmp"))
    try:
        home.chmod(0o755)
        # The layout of an installation from a wheel, and that of a plain one.
        shutil.copytree(source.parent, home / "pg" / source.parent.name, symlinks=True)
        for libraries in source.parents[1].parent.glob(f"{source.parents[1].name}.libs"):
            shutil.copytree(libraries, home / "pg.libs", symlinks=True)
            (home / libraries.name).symlink_to(home / "pg.libs")
        for file in (home / "pg").rglob("btree_gist*"):
            file.unlink()
        cluster = Cluster("bare", home / "pg" / source.parent.name / "bin", home / "data")
        cluster.start()
        try:
            process = ended(cluster, "aira", "postgres", "migrate")
            errors = process.stderr
        finally:
            cluster.destroy()
    finally:
        shutil.rmtree(home)
    assert process.returncode == 1
    assert "this server has no extension btree_gist" in errors
    assert "contrib" in errors
    assert "Traceback" not in errors


def test_a_server_that_is_too_old_gives_a_one_line_error(
    monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> None:
    monkeypatch.setattr(server_version, "OLDEST", 99)
    with django_db_blocker.unblock(), pytest.raises(ImproperlyConfigured, match="This project needs 99 or newer"):
        server_version.require_usable("direct")
