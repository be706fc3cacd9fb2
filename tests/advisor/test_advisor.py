"""Test that each lint finds the violation planted for it, and that a migrated database has no findings."""

import json
from typing import Any

import psycopg
import pytest
from django.core.management import call_command

from aira.adopt.beside.statements import split
from aira.advisor import Finding, inspect, lints
from aira.embedded import PROJECT
from tests.database import Database

pytestmark = pytest.mark.judges_server

POLICY = "create policy planted on public.documents for select to authenticated using ({})"
REPLACED = "alter policy documents_select_authenticated on public.documents using ({})"
# Each row is wide, so that few rows fill an index.
MANY_BYTES = ", ".join(f"md5(file_name || '{n}')" for n in range(28))
PLANTED = {
    "auth_users_exposed": "create view public.people as select id, email from auth.users",
    "constraint_not_validated": "alter table public.wallets add constraint planted check (is_active) not valid",
    "dangerous_table_grants": "grant truncate on public.documents to authenticated",
    "definer_callable": "grant execute on function private.move_to_trash() to service_role",
    "definer_in_public": "create function public.planted() returns int language sql security definer set search_path = '' return 1",
    "default_privilege": "alter default privileges in schema private grant select on tables to service_role",
    "duplicate_index": "create index planted on public.documents (user_id)",
    "event_trigger": "create function private.noted() returns event_trigger language plpgsql set search_path = '' as $$ begin end $$;"
    " create event trigger noted on ddl_command_end execute function private.noted()",
    "extension_exposed": "alter extension unaccent set schema public",
    "extension_misplaced": "alter extension btree_gist set schema private",
    "extension_outdated": "update pg_extension set extversion = '0.1' where extname = 'unaccent'",
    "foreign_key_deferrable": "alter table public.documents alter constraint document_in_own_business deferrable",
    "foreign_owner": "create role planted; alter table private.refunds owner to planted",
    "foreign_server": "create foreign data wrapper w; create server s foreign data wrapper w",
    "foreign_table_exposed": "create foreign data wrapper w; create server s foreign data wrapper w; create foreign table public.f (a int) server s",
    "function_for_anon": "grant execute on function public.find_business_by_number(text) to anon",
    "function_public_execute": "grant execute on function private.uid() to public",
    "function_search_path_mutable": "alter function private.caller() reset search_path",
    "grant_to_anon": "grant select (name) on public.business_v2 to anon",
    "grant_to_public": "grant update (name) on public.business_v2 to public",
    "grant_without_policy": "drop policy documents_update_kb_updater on public.documents",
    "invalid_index": "update pg_index set indisvalid = false where indexrelid = 'public.idx_documents_user_id'::regclass",
    "materialized_view_exposed": "create materialized view public.planted as select 1 as one",
    "money_writable": "grant update (balance_usd) on public.wallets to service_role",
    "multiple_permissive_policies": POLICY.format("user_id = (select auth.uid()) and deleted_at is null"),
    "no_primary_key": "alter table public.booking_rules drop constraint booking_rules_pkey",
    "partition_exposed": "create table private.planted (at date) partition by range (at);"
    " create table private.planted_1 partition of private.planted for values from ('2026-01-01') to ('2027-01-01')",
    "policy_always_true": REPLACED.format("true"),
    "policy_calls_per_row": REPLACED.format(
        "user_id = (select auth.uid()) and deleted_at is null and user_id = auth.uid()"
    ),
    "policy_for_everybody": "create policy planted on public.documents for select using (user_id = (select auth.uid()))",
    "policy_helper_per_row": REPLACED.format("user_id = private.uid()"),
    "policy_ignores_owner": REPLACED.format("deleted_at is null"),
    "policy_joins": REPLACED.format("exists (select from public.business_v2 b where b.user_id = (select auth.uid()))"),
    "policy_reads_user_metadata": REPLACED.format("(select auth.jwt()) -> 'user_metadata' ->> 'admin' = 'yes'"),
    "policy_shows_trash": REPLACED.format("user_id = (select auth.uid())"),
    "policy_tautology": REPLACED.format("user_id = (select auth.uid()) or user_id = user_id"),
    "policy_without_grant": "revoke delete on public.documents from authenticated",
    "policy_without_rls": "alter table public.documents disable row level security",
    "publication_exposes": "create publication planted for table console.staff_users",
    "rewrite_rule": "create rule planted as on delete to public.wallets do instead nothing",
    "rls_disabled": "create table private.planted (id int)",
    "rls_without_policy": "create table private.planted (id int); alter table private.planted enable row level security",
    "role_attribute": "create role planted login bypassrls",
    "role_member": "create role planted login; grant service_role to planted",
    "role_setting": "alter role service_role set session_replication_role = 'replica'",
    "sensitive_column": "alter table public.business_v2 add column api_token text",
    "subscription": "create subscription planted connection 'dbname=none' publication p with (connect = false, slot_name = none)",
    "temporary_objects": "do $$ begin execute format('grant temporary on database %I to console', current_database()); end $$",
    "tenancy_key_loose": "alter table public.documents drop constraint document_in_own_business",
    "tenancy_key_missing": "alter table public.documents alter column user_id drop not null",
    "trash_stamp_writable": "grant update (deleted_at) on public.documents to service_role",
    "trash_trigger_missing": "do $$ begin execute (select format('drop trigger %I on public.documents', tgname)"
    " from pg_trigger where tgrelid = 'public.documents'::regclass and tgname like '%trash%'); end $$",
    "trigger_disabled": "alter table public.documents disable trigger all",
    "unexposed_schema_reached": "grant usage on schema console to authenticated",
    "unindexed_foreign_key": "drop index public.idx_documents_business_id",
    "unique_without_owner": "create unique index planted on public.documents (business_id, file_path)",
    "unlisted_in_public": "create type public.planted as enum ('x')",
    "unsupported_reg_type": "alter table public.documents add column planted regconfig",
    "unused_index": "insert into public.documents (business_id, file_name, file_path)"
    " select %(business)s, repeat(md5(n::text), 7), 'x' from generate_series(1, 8000) n;"
    f" create index planted on public.documents (file_name, {MANY_BYTES})",
    "view_not_invoker": "create view public.planted as select id from public.business_v2",
}
# Supabase's advisor has blind spots. These violations are planted there for the same lints.
BLIND_SPOTS = [
    ("policy_tautology", REPLACED.format("user_id = (select auth.uid()) or true")),
    ("role_attribute", "create role planted createrole"),
    ("role_attribute", "create role planted login replication"),
    ("role_member", "create role planted login; grant pg_read_all_data to planted"),
    ("role_member", "create role planted login; grant pg_execute_server_program to planted"),
    ("role_setting", "alter role authenticated set row_security = off"),
    ("role_setting", "alter role console set search_path = public"),
    ("role_setting", "alter role anon set statement_timeout = 0"),
    ("role_setting", "do $$ begin execute format('alter database %I set search_path = public', current_database()); end $$"),
    ("default_privilege", "alter default privileges grant select on tables to public"),
    ("publication_exposes", "create publication planted for all tables"),
    ("publication_exposes", "create publication planted for table public.appointments"),
    ("foreign_owner", "create role planted; alter function private.uid() owner to planted"),
    ("temporary_objects",
     "do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$"),
    ("policy_tautology", REPLACED.format("user_id = (select auth.uid()) or (user_id is not null or user_id is null)")),
    ("policy_ignores_owner",
     REPLACED.format("(user_id = (select auth.uid()) or chunk_count > 0) and deleted_at is null")),
    ("money_writable", "grant update (ledger_seq, ledger_hash) on public.wallets to service_role"),
    ("money_writable", "grant delete on public.transactions to console"),
    ("policy_calls_per_row", REPLACED.format("user_id = (current_setting('request.jwt.claims')::json ->> 'sub')::uuid")),
    ("rls_disabled", "create table private.parted (at date) partition by range (at)"),
    ("dangerous_table_grants", "grant trigger, references on public.wallets to anon"),
    ("unindexed_foreign_key", "drop index public.idx_documents_business_id;"
     " create index planted on public.documents (business_id, user_id) where chunk_count > 0"),
    ("grant_to_anon", "grant insert (file_name) on public.documents to anon"),
    ("unlisted_in_public", "create function public.helper() returns int language sql set search_path = '' return 1"),
    ("grant_without_policy", "drop policy wallets_select_authenticated on public.wallets"),
    ("partition_exposed", "create table private.e (at date) partition by range (at);"
     " create table private.e_1 partition of private.e for values from ('2026-01-01') to ('2027-01-01');"
     " alter table private.e_1 enable row level security; grant select on private.e_1 to service_role"),
]  # fmt: skip


@pytest.fixture(scope="module")
def catalog(server: Any, template: str) -> Any:
    """Connect to a migrated database. Each test rolls back."""
    name = f"{template}_advisor"
    server.clone(template, f"{name}_{id(server)}")
    database = Database(server, f"{name}_{id(server)}")
    user = database.account("alice@example.com")
    business = database.owner(
        "insert into public.business_v2 (user_id, name, business_type) values (%s, 'A', 'retail') returning id", user
    ).fetchone()[0]
    yield database, business
    database.close()
    server.drop(database.name)


def findings_after(catalog: Any, planted: str) -> list[Finding]:
    database, business = catalog
    with database.connect(autocommit=False) as connection, connection.cursor() as cursor:
        for statement in split(planted):
            cursor.execute(statement.replace("%(business)s", f"'{business}'"))
        cursor.execute("set local search_path = ''")
        found = inspect(cursor)
        connection.rollback()
    return found


def test_every_lint_has_a_violation_planted_for_it() -> None:
    assert sorted(PLANTED) == [lint.name for lint in lints()]


@pytest.mark.parametrize("lint", PLANTED)
def test_a_planted_violation_is_found(catalog: Any, lint: str) -> None:
    names = {finding.lint for finding in findings_after(catalog, PLANTED[lint])}
    assert lint in names


@pytest.mark.parametrize(("lint", "planted"), BLIND_SPOTS)
def test_violations_that_other_advisors_miss_are_found(catalog: Any, lint: str, planted: str) -> None:
    assert lint in {finding.lint for finding in findings_after(catalog, planted)}


def test_a_migrated_database_has_no_finding(catalog: Any) -> None:
    assert [finding for finding in findings_after(catalog, "select 1") if finding.level != "info"] == []


def test_a_dropped_policy_is_noticed(catalog: Any) -> None:
    database, _ = catalog
    policies = database.owner(
        "select format('drop policy %I on %I.%I', policyname, schemaname, tablename) from pg_policies"
    )
    for (drop,) in policies.fetchall():
        assert "grant_without_policy" in {finding.lint for finding in findings_after(catalog, drop)}, drop


def test_the_command_prints_and_counts_findings(
    database: Database, direct: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("advise")
    assert "0 findings" in capsys.readouterr().out
    database.owner("drop policy wallets_select_authenticated on public.wallets")
    with pytest.raises(SystemExit) as ended:
        call_command("advise", json=True)
    assert ended.value.code == 1
    [finding] = json.loads(capsys.readouterr().out)
    assert finding["lint"] == "grant_without_policy"
    assert finding["subject"] == "public.wallets"


def test_each_lint_is_listed_in_the_docs() -> None:
    page = (PROJECT / "docs/ADVISOR.md").read_text()
    for lint in lints():
        assert f"| `{lint.name}` | {lint.level} | {lint.title} | {lint.why} | {lint.fix} |" in page


def test_lints_never_write(database: Database) -> None:
    connection = database.connect(autocommit=False)
    connection.execute("set transaction read only")
    connection.execute("set local search_path = ''")
    inspect(connection.cursor())
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("create table private.x ()")
    connection.close()
