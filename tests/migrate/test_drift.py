"""Test that `drift` and `migrate` name changes by hand, and report none for a clean database."""

import json
from typing import Any

import pytest
from django.db import connections, transaction

from aira.migrate.catalog import differences, read
from aira.migrate.catalog.reference import FILE, drift, reference, shortened
from aira.migrate.management.commands.drift import target_of
from aira.migrate.way_back import way_back
from tests.command import manage
from tests.database import Database

pytestmark = pytest.mark.judges_server

# Maps a change to the kind and the object that the report names.
CHANGED = {
    "drop policy documents_update_kb_updater on public.documents": (
        "policies", "public.documents documents_update_kb_updater", "is missing",
    ),
    "alter policy wallets_select_authenticated on public.wallets using (true)": (
        "policies", "public.wallets wallets_select_authenticated", "using true",
    ),
    "create or replace function private.uid() returns uuid language sql stable set search_path = ''"
    " return '00000000-0000-0000-0000-000000000000'::uuid": ("functions", "private.uid()", "0000"),
    "alter function private.ledger_problems(uuid[]) security invoker": (
        "functions", "private.ledger_problems(p_users uuid[])", "differs",
    ),
    "create function public.planted() returns integer language sql as 'select 1'": (
        "functions", "public.planted()", "is additional",
    ),
    "grant update (balance_usd) on public.wallets to service_role": (
        "grants", "column public.wallets.balance_usd to service_role", "is additional: UPDATE",
    ),
    "grant truncate on public.documents to voice_agent with grant option": (
        "grants", "table public.documents to voice_agent", "TRUNCATE with grant option",
    ),
    "grant execute on function private.ledger_problems(uuid[]) to public": (
        "grants", "function private.ledger_problems(p_users uuid[]) to PUBLIC", "is additional: EXECUTE",
    ),
    "grant usage on schema jobs to authenticated": ("grants", "schema jobs to authenticated", "is additional: USAGE"),
    "alter table public.documents disable trigger user": ("triggers", "public.documents ", "DISABLED"),
    "alter table public.wallets disable trigger all": (
        "triggers", "public.wallets ", "DISABLED",
    ),
    "alter table public.wallets drop constraint wallet_balance_not_negative": (
        "constraints", "public.wallets wallet_balance_not_negative", "is missing",
    ),
    "alter table public.wallets add constraint planted check (is_active) not valid": (
        "constraints", "public.wallets planted", "NOT VALID",
    ),
    "drop index public.idx_documents_user_id": ("indexes", "public.idx_documents_user_id", "is missing"),
    "create index planted on public.documents (file_name)": ("indexes", "public.planted", "is additional"),
    "alter table public.wallets disable row level security": ("relations", "public.wallets", "row security off"),
    "alter table public.documents alter column file_name drop not null": (
        "columns", "public.documents.file_name", "Found: text",
    ),
    "create or replace view public.number_costs as select provider, number_type, numbers, monthly_cost, 0::bigint as unknown,"
    " refreshed_at from private.own_number_costs()": ("views", "public.number_costs", "differs"),
    "alter type public.appointment_status add value 'late'": ("types", "public.appointment_status", "'late'"),
    "create rule planted as on delete to public.wallets do instead nothing": (
        "rules", "public.wallets planted", "is additional",
    ),
    "create publication planted for table console.staff_users": (
        "publications", "planted of console.staff_users", "is additional",
    ),
    "alter default privileges in schema private grant select on tables to service_role": (
        "default_privileges", "tables in private to service_role", "is additional: SELECT",
    ),
    "do $$ begin execute format('alter role console in database %I set search_path = public', current_database()); end $$": (
        "roles", "setting of console in this database", "search_path=public",
    ),
    "alter table public.documents owner to pg_monitor": ("owners", "relation public.documents", "is additional: pg_monitor"),
}  # fmt: skip


def test_a_clean_database_has_no_drift(direct: Any) -> None:
    assert [str(one) for one in drift("direct")] == [], (
        f"a migration is not in {FILE.name}: run manage.py drift --write on a freshly migrated database"
    )
    assert sum(map(len, reference().values())) > 1000


@pytest.mark.parametrize("change", CHANGED)
def test_a_change_by_hand_is_named(database: Database, direct: Any, change: str) -> None:
    kind, name, told = CHANGED[change]
    database.owner(change)
    found = [one for one in drift("direct") if one.kind == kind and one.name.startswith(name)]
    assert found, drift("direct")
    assert all(told in str(one) for one in found)


# Changes that no statement undoes without a decision of a person.
BY_HAND = (
    "alter type public.appointment_status add value 'late'",
    "create table public.planted (id int)",
    "create schema planted",
    "drop function private.uid cascade",
)
ALSO = (
    "alter table public.business_numbers drop column features",
    "alter table public.business_numbers alter column notes type varchar(10000)",
    "alter table public.documents alter column created_at drop default",
    "alter table public.wallets alter column is_active set default false",
    "alter table public.documents drop constraint documents_pkey cascade",
    "drop function public.available_slots",
    "drop function private.uid cascade",
    "drop view public.number_costs",
    "drop trigger kept_as_written on audit.anchors",
    "revoke all on public.documents from authenticated",
    "revoke update (file_name) on public.documents from authenticated",
    "alter table public.wallets force row level security",
    "alter view public.number_costs set (security_invoker = false, security_barrier)",
    "create table public.planted (id int)",
    "create schema planted",
    "alter function public.available_slots set search_path = public",
    "create policy planted on public.wallets for select to anon using (true)",
    "create trigger planted before insert on public.wallets for each row execute function private.check_wallet()",
    "update pg_index set indisvalid = false where indexrelid = 'public.idx_documents_user_id'::regclass",
    "alter table public.appointments drop column search",
)


@pytest.mark.parametrize("change", [*CHANGED, *(pytest.param(change, marks=pytest.mark.slow) for change in ALSO)])
def test_the_printed_statements_lead_back(database: Database, direct: Any, change: str) -> None:
    database.owner(change)
    found = drift("direct")
    statements = list(way_back(found, target_of("direct")))
    for statement in statements:
        database.owner(statement)
    left = drift("direct")
    # A comment names each object that stays.
    named = [statement.split(": ")[1] for statement in statements if statement.startswith("--")]
    assert all(any(one.name.startswith(name) for name in named) for one in left), (left, statements)
    assert named or left == []
    # Comments on objects are written by migrate.
    others = [one for one in statements if one.startswith("--") and not one.startswith("-- comments:")]
    assert not others or change in BY_HAND, others


@pytest.mark.parametrize(
    "change", ["alter role console superuser", "alter role voice_agent set search_path = public, private"]
)
def test_the_printed_statements_lead_roles_back(database: Database, direct: Any, change: str) -> None:
    # Nothing is committed: roles belong to the server, where other tests run.
    with transaction.atomic(using="direct"), connections["direct"].cursor() as cursor:
        cursor.execute(change)
        [statement] = way_back(drift("direct"), target_of("direct"))
        cursor.execute(statement)
        assert drift("direct") == []
        transaction.set_rollback(True, using="direct")


def test_the_command_prints_statements(database: Database) -> None:
    database.owner("drop policy documents_update_kb_updater on public.documents")
    run = manage(database, "drift", "--sql")
    assert run.returncode == 1
    [statement] = run.stdout.splitlines()
    database.owner(statement)
    again = manage(database, "drift", "--sql")
    assert (again.returncode, again.stdout) == (0, "")


def test_next_months_partitions_are_not_drift(database: Database, direct: Any) -> None:
    database.owner("select private.add_partition('audit.events', date '2031-05-01')")
    assert drift("direct") == []


def test_objects_of_an_extension_are_not_drift(database: Database, direct: Any) -> None:
    database.owner("create extension fuzzystrmatch schema public")
    assert drift("direct") == []


def test_reading_the_catalog_leaves_no_setting_and_no_transaction(database: Database) -> None:
    with database.connect(autocommit=False) as connection:
        before = connection.execute("show search_path").fetchone()
        one = read(connection, of_server=True)
        assert connection.execute("show search_path").fetchone() == before
        connection.execute("drop table public.booking_rules cascade")
        lost = differences(one, read(connection, of_server=True))
        connection.rollback()
        assert {each.kind for each in lost} > {"relations", "columns", "policies", "grants"}
        assert all(each.after is None for each in lost)
        assert differences(shortened(one), reference()) == []


def test_the_command_and_migrate_name_the_changes(database: Database) -> None:
    clean = manage(database, "drift")
    assert (clean.returncode, clean.stdout) == (0, "0 objects differ from the migrations.\n"), clean.stderr
    database.owner("drop policy documents_update_kb_updater on public.documents")

    run = manage(database, "drift", "--json")
    assert run.returncode == 1
    [told] = json.loads(run.stdout)
    assert (told["kind"], told["after"]) == ("policies", None)

    again = manage(database, "migrate")
    assert again.returncode == 0
    assert "policies: public.documents documents_update_kb_updater is missing" in again.stderr
    assert "1 objects were changed by hand" in again.stderr


def test_a_database_at_an_earlier_migration_is_not_compared(database: Database) -> None:
    back = manage(database, "migrate", "knowledge", "0003")
    assert (back.returncode, "by hand" in back.stderr) == (0, False), back.stderr
    run = manage(database, "drift")
    assert run.returncode == 1
    assert "migrations are not applied, from knowledge.0004" in run.stderr
