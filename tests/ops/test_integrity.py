"""Test that each planted damage is named, although no trigger prevented it, and that an intact database has none."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from aira.ops import integrity, tasks
from aira.ops.health import health
from aira.ops.integrity import Fault, inspect, parts, searches
from aira.ops.models import IntegrityRun
from tests.command import manage
from tests.database import Database
from tests.tenant_rows import Rows

Plant = Callable[[Database, Rows, Rows], None]


def unguarded(query: str, *names: str) -> Plant:
    """Act as a superuser, without triggers and foreign keys. bob: names of bob's rows."""

    def plant(database: Database, alice: Rows, bob: Rows) -> None:
        database.owner("set session_replication_role = replica")
        ids = [getattr(bob if name.startswith("bobs_") else alice, name.removeprefix("bobs_")) for name in names]
        database.owner(query, *ids)
        database.owner("reset session_replication_role")

    return plant


def without_its_index(database: Database, alice: Rows, bob: Rows) -> None:
    """Insert a second wallet of alice's that her unique index does not contain."""
    index = "indexrelid = 'public.wallets_user_id_key'::regclass"
    database.owner(f"update pg_index set indisvalid = false, indisready = false where {index}")
    unguarded("insert into public.wallets (user_id) values (%s)", "user")(database, alice, bob)
    database.owner(f"update pg_index set indisvalid = true, indisready = true where {index}")


def never_null_but_once(database: Database, alice: Rows, bob: Rows) -> None:
    column = "attrelid = 'public.documents'::regclass and attname = 'file_name'"
    database.owner(f"update pg_attribute set attnotnull = false where {column}")
    unguarded("update public.documents set file_name = null where id = %s", "document")(database, alice, bob)
    database.owner(f"update pg_attribute set attnotnull = true where {column}")


def refused_by_a_new_rule(database: Database, alice: Rows, bob: Rows) -> None:
    database.owner("alter table public.documents add constraint planted check (file_name <> 'menu.pdf') not valid")


def refused_by_a_rule_that_was_marked_as_checked(database: Database, alice: Rows, bob: Rows) -> None:
    refused_by_a_new_rule(database, alice, bob)
    database.owner("update pg_constraint set convalidated = true where conname = 'planted'")


# Maps a damage to its part, its subject and the number of rows.
PLANTED: dict[str, tuple[Plant, str, str, int]] = {
    "an account that went without its rows": (
        unguarded("delete from auth.users where id = %s", "user"), "orphans", "public.wallets wallets_user_id_fkey", 1,
    ),
    "a business that went without its documents": (
        unguarded("delete from public.business_v2 where id = %s", "business"),
        "orphans", "public.documents document_in_own_business", 1,
    ),
    "a transaction of a number that is not there": (
        unguarded("delete from public.business_numbers where id = %s", "number"),
        "orphans", "public.transactions transactions_business_number_id_fkey", 1,
    ),
    "a document in somebody else's business": (
        unguarded("update public.documents set user_id = %s where id = %s", "bobs_user", "document"),
        "tenancy", "public.documents document_in_own_business", 1,
    ),
    "an appointment in somebody else's business": (
        unguarded("update public.appointments set business_id = %s where id = %s", "bobs_business", "appointment"),
        "tenancy", "public.appointments appointment_in_own_business", 1,
    ),
    "rows that a new rule refuses": (refused_by_a_new_rule, "checks", "public.documents planted", 2),
    "a rule that was never checked": (refused_by_a_new_rule, "not_validated", "public.documents planted", 1),
    "rows that an old rule refuses": (
        refused_by_a_rule_that_was_marked_as_checked, "checks", "public.documents planted", 2,
    ),
    "a value that is missing": (never_null_but_once, "nulls", "public.documents", 1),
    "two rows where one may be": (without_its_index, "uniques", "public.wallets_user_id_key", 1),
    "an index that lacks a row": (without_its_index, "indexes", "public.wallets_user_id_key", 1),
    "a balance that its entries do not add up to": (
        unguarded("update public.wallets set balance_usd = 9999 where id = %s", "wallet"), "ledger", "", 1,
    ),
    "a policy that was dropped": (
        lambda database, *_: database.owner("drop policy documents_update_kb_updater on public.documents"),
        "drift", "policies public.documents documents_update_kb_updater", 1,
    ),
}  # fmt: skip


@pytest.fixture
def whole(database: Database, direct: Any) -> Database:
    return database


def test_an_intact_database_has_no_problems(whole: Database, alices: Rows, bobs: Rows) -> None:
    report = inspect()
    assert report.faults == []
    assert report.not_looked_at == {}
    assert set(report.looked_at) == set(parts())
    assert report.looked_at["orphans"] > 25
    assert report.looked_at["tenancy"] >= 4
    assert report.looked_at["checks"] > 20
    assert report.looked_at["indexes"] > 150


@pytest.mark.parametrize("what", PLANTED)
def test_planted_damage_is_named(whole: Database, alices: Rows, bobs: Rows, what: str) -> None:
    plant, part, subject, count = PLANTED[what]
    plant(whole, alices, bobs)
    found = [fault for fault in inspect().faults if fault.part == part and fault.subject.startswith(subject)]
    assert [fault.count for fault in found] == [count], inspect().faults
    assert what not in str(found[0])


def test_a_problem_contains_only_the_key_of_a_row(whole: Database, alices: Rows, bobs: Rows) -> None:
    PLANTED["a document in somebody else's business"][0](whole, alices, bobs)
    [fault] = inspect(only=("tenancy",)).faults
    assert fault == Fault(
        "tenancy", "public.documents document_in_own_business", "rows of another account than their row of public.business_v2",
        1, str(alices.document),
    )  # fmt: skip


def test_transactions_of_a_moved_number_are_not_a_problem(whole: Database, alices: Rows, bobs: Rows) -> None:
    whole.owner("update public.business_v2 set user_id = %s where id = %s", bobs.user, alices.business)
    moved = whole.owner("select user_id from public.business_numbers where id = %s", alices.number).fetchone()
    assert moved == (bobs.user,)
    assert inspect(only=("tenancy", "orphans")).faults == []


def test_without_amcheck_the_other_parts_run_and_it_is_reported(whole: Database, alices: Rows) -> None:
    whole.owner("drop extension amcheck")
    report = inspect()
    assert report.not_looked_at == {
        "indexes": "amcheck is not installed. As a superuser, run: create extension amcheck schema extensions"
    }
    assert report.looked_at["orphans"] > 25


@pytest.mark.changes_server
def test_a_role_without_permission_is_told_so_instead_of_finding_orphans(whole: Database, alices: Rows) -> None:
    role = f"reader_{uuid4().hex[:8]}"
    whole.owner(f"create role {role}")
    try:
        whole.owner(f"grant pg_read_all_data to {role}")
        whole.owner("alter table auth.users enable row level security")
        with whole.connect() as connection:
            connection.execute(f"set role {role}; set search_path = ''")
            query = next(search.query for search in searches() if search.name == "orphans")
            blind = {subject: why for subject, _, _, why in connection.execute(query) if why}
        assert blind["public.wallets wallets_user_id_fkey"] == f"row security hides rows of auth.users from {role}"
    finally:
        whole.owner(f"drop owned by {role}")
        whole.owner(f"drop role {role}")


def test_the_job_records_its_run_fails_and_is_shown_by_dbhealth(whole: Database, alices: Rows, bobs: Rows) -> None:
    tasks.prove_integrity(0)
    run = IntegrityRun.objects.using("direct").get()
    assert (run.faults, run.not_looked_at) == ([], {})
    assert [outcome.level for outcome in health(only=["integrity", "integrity_age"])] == ["ok", "ok"]

    PLANTED["a document in somebody else's business"][0](whole, alices, bobs)
    with pytest.raises(RuntimeError, match="Integrity check failed"):
        tasks.prove_integrity(0)
    found = {outcome.name: outcome for outcome in health(only=["integrity", "integrity_age"])}
    assert found["integrity"].level == "critical"
    assert "public.documents document_in_own_business" in {problem.subject for problem in found["integrity"].problems}

    whole.owner("update console.integrity_runs set at = at - interval '31 hours'")
    assert health(only=["integrity_age"])[0].level == "warn"


def test_a_missing_run_is_reported_after_a_day(whole: Database) -> None:
    assert health(only=["integrity_age"])[0].level == "ok"
    whole.owner("update console.django_migrations set applied = now() - interval '5 days' where name = '0002_records'")
    [outcome] = health(only=["integrity_age"])
    assert (outcome.level, outcome.problems[0].detail) == ("critical", "no run yet")


def test_runs_older_than_a_year_are_purged(whole: Database) -> None:
    for _ in range(2):
        integrity.record(integrity.Report())
        whole.owner("update console.integrity_runs set at = at - interval '366 days'")
    assert IntegrityRun.objects.using("direct").count() == 1


def test_the_exit_code_of_the_command_gives_the_result(database: Database, alices: Rows, bobs: Rows) -> None:
    run = manage(database, "integrity")
    assert (run.returncode, run.stdout.startswith("0 faults, ")) == (0, True), run.stdout + run.stderr
    assert database.owner("select count(*) from console.integrity_runs").fetchone() == (1,)

    PLANTED["a document in somebody else's business"][0](database, alices, bobs)
    run = manage(database, "integrity", "--only", "tenancy", "--json")
    assert run.returncode == 1, run.stderr
    [fault] = json.loads(run.stdout)["faults"]
    assert (fault["part"], fault["count"]) == ("tenancy", 1)
    assert database.owner("select count(*) from console.integrity_runs").fetchone() == (1,), "a part is no run"


def test_integrity_checks_do_not_block_writers(whole: Database, alices: Rows) -> None:
    """The checks take only the locks of readers, and never those of all tables and indexes at once."""
    with whole.connect(autocommit=False) as writer:
        writer.execute("update public.documents set file_name = 'x' where id = %s", [alices.document])
        assert inspect().faults == []
        writer.execute("update public.documents set file_name = 'y' where id = %s", [alices.document])


def test_each_search_has_an_explanation() -> None:
    for search in searches():
        assert search.title
        assert search.why
        assert search.hint


@pytest.mark.usefixtures("slow_figures")
@pytest.mark.django_db(databases=["default", "direct"])
def test_the_start_page_shows_the_newest_run(console: Client) -> None:
    def figure() -> Any:
        groups = console.get(reverse("admin:index")).context["groups"]
        return next(one for group in groups for one in group.figures if one.label == "Integrity faults")

    assert (figure().value, figure().at) == ("?", None)
    integrity.record(integrity.Report(faults=[Fault("tenancy", "x", "y")]), using="default")
    assert (figure().value, figure().state) == ("1", "bad")
    assert figure().at == IntegrityRun.objects.get().at
    assert console.get(figure().url).status_code == 200
