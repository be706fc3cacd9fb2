"""Test move_to_trash and restore_from_trash: their answer to each role, and the state of the row."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest

from tests.database import Database
from tests.schema.test_trash import stamp
from tests.tenant_rows import TRASHABLE, Rows

DELETABLE = ("business_v2", "appointments", "documents")


def trash(sql, table: str | None, row) -> str:
    return sql("select public.move_to_trash(%s, %s)", table, row).fetchone()[0]


def restore(sql, table: str | None, row) -> str:
    return sql("select public.restore_from_trash(%s, %s)", table, row).fetchone()[0]


@pytest.mark.parametrize("table", DELETABLE)
def test_alice_moves_her_row_to_the_trash_and_back(database: Database, alices: Rows, table: str) -> None:
    for expected in ("trashed", "already_trashed"):
        with database.as_user(alices.user) as sql:
            assert trash(sql, table, alices.of(table)) == expected
        assert stamp(database, table, alices.of(table))
    for expected in ("restored", "not_in_trash"):
        with database.as_user(alices.user) as sql:
            assert restore(sql, table, alices.of(table)) == expected
        assert not stamp(database, table, alices.of(table))


@pytest.mark.parametrize("role", ["service_role", "console"])
@pytest.mark.parametrize("table", TRASHABLE)
def test_services_that_may_delete_move_any_row_to_the_trash_and_back(
    database: Database, alices: Rows, table: str, role: str
) -> None:
    with database.as_service(role) as sql:
        assert trash(sql, table, alices.of(table)) == "trashed"
        assert trash(sql, table, alices.of(table)) == "already_trashed"
        assert restore(sql, table, alices.of(table)) == "restored"
    assert not stamp(database, table, alices.of(table))


@pytest.mark.parametrize("table", DELETABLE)
def test_another_tenants_row_gives_the_same_answer_as_an_unknown_row(
    database: Database, alices: Rows, bobs: Rows, table: str
) -> None:
    for row in (alices.of(table), uuid4(), None):
        with database.as_user(bobs.user) as sql:
            assert (trash(sql, table, row), restore(sql, table, row)) == ("unknown", "unknown")
    assert not stamp(database, table, alices.of(table))
    database.owner(f"delete from public.{table} where id = %s", alices.of(table))
    with database.as_user(bobs.user) as sql:
        assert (trash(sql, table, alices.of(table)), restore(sql, table, alices.of(table))) == ("unknown", "unknown")
    assert stamp(database, table, alices.of(table))


def test_a_token_without_an_account_finds_no_row(database: Database, alices: Rows) -> None:
    with database.request("authenticated", {"role": "authenticated"}) as sql:
        assert trash(sql, "appointments", alices.appointment) == "unknown"


def test_a_user_may_neither_release_nor_restore_a_number(database: Database, alices: Rows) -> None:
    with database.as_user(alices.user) as sql:
        assert trash(sql, "business_numbers", alices.number) == "not_allowed"
    database.owner("delete from public.business_numbers")
    with database.as_user(alices.user) as sql:
        assert restore(sql, "business_numbers", alices.number) == "not_allowed"


@pytest.mark.parametrize("role", ["anon", "voice_agent", "kb_updater"])
@pytest.mark.parametrize("function", ["move_to_trash", "restore_from_trash"])
def test_roles_without_delete_grants_cannot_call_the_functions(
    database: Database, alices: Rows, role: str, function: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.as_service(role) as sql:
        sql(f"select public.{function}('documents', %s)", alices.document)


@pytest.mark.parametrize(
    "table",
    ["wallets", "booking_rules", "businesses", "public.documents", "Documents", "documents ", "x; drop", "", None],
)
def test_a_table_without_a_trash_is_an_unknown_table(database: Database, alices: Rows, table: str | None) -> None:
    with database.as_service("service_role") as sql:
        assert trash(sql, table, alices.wallet) == "unknown_table"
        assert restore(sql, table, alices.wallet) == "unknown_table"


def test_a_business_is_restored_with_the_rows_of_its_stamp(database: Database, alices: Rows) -> None:
    with database.as_user(alices.user) as sql:
        assert trash(sql, "documents", alices.document) == "trashed"
    with database.as_user(alices.user) as sql:
        assert trash(sql, "business_v2", alices.business) == "trashed"
    assert all(stamp(database, table, alices.of(table)) for table in TRASHABLE)
    with database.as_user(alices.user) as sql:
        assert restore(sql, "appointments", alices.appointment) == "business_is_in_trash"
        assert restore(sql, "business_v2", alices.business) == "restored"
    assert [table for table in TRASHABLE if stamp(database, table, alices.of(table))] == ["documents"]
    with database.as_user(alices.user) as sql:
        assert restore(sql, "documents", alices.document) == "restored"


@pytest.mark.parametrize(
    ("insert", "rule"),
    [
        ("'Dora', now() + interval '9 days', 'CA1'", "appointment_external_id_once"),
        ("'Dora', (select scheduled_at from taken), null", "appointments_no_double_booking"),
    ],
)
def test_a_restore_that_breaks_a_rule_names_it_and_changes_nothing(
    database: Database, alices: Rows, insert: str, rule: str
) -> None:
    database.owner("update public.appointments set external_id = 'CA1'")
    database.owner("create table public.taken as select scheduled_at from public.appointments")
    with database.as_user(alices.user) as sql:
        assert trash(sql, "appointments", alices.appointment) == "trashed"
    database.owner(
        "with taken as (table public.taken) insert into public.appointments"
        f" (business_id, customer_name, scheduled_at, external_id) select %s, {insert}",
        alices.business,
    )
    with database.as_user(alices.user) as sql:
        assert restore(sql, "appointments", alices.appointment) == rule
        assert sql("select customer_name from public.appointments").fetchall() == [("Dora",)]
    assert stamp(database, "appointments", alices.appointment)


def test_a_second_primary_number_stays_in_the_trash(database: Database, alices: Rows) -> None:
    database.owner("update public.business_numbers set is_primary = true")
    with database.as_service("service_role") as sql:
        assert trash(sql, "business_numbers", alices.number) == "trashed"
        sql(
            "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type,"
            " is_primary) values (%s, '+14155559999', 'New', 'US', 'local', true)",
            alices.business,
        )
        assert restore(sql, "business_numbers", alices.number) == "business_has_one_primary_number"


def test_a_number_that_was_taken_over_is_unknown(database: Database, alices: Rows, bobs: Rows) -> None:
    with database.as_service("service_role") as sql:
        assert trash(sql, "business_numbers", alices.number) == "trashed"
        sql(
            "insert into public.business_numbers (business_id, phone_number, display_name, country_code, number_type)"
            " values (%s, '+14155550101', 'Mine now', 'US', 'local')",
            bobs.business,
        )
        assert restore(sql, "business_numbers", alices.number) == "unknown"


def test_the_audit_records_who_moved_the_row(database: Database, alices: Rows) -> None:
    with database.as_user(alices.user) as sql:
        trash(sql, "documents", alices.document)
        restore(sql, "documents", alices.document)
    actors = database.owner(
        "select actor_kind, actor_id from audit.events where table_name = 'documents' and verb = 'update'"
    ).fetchall()
    assert actors == [("user", str(alices.user))] * 2


def test_a_restored_document_is_announced_again(database: Database, alices: Rows) -> None:
    with database.as_user(alices.user) as sql:
        trash(sql, "documents", alices.document)
        restore(sql, "documents", alices.document)
    events = database.owner("select event from private.webhook_deliveries order by created_at, event").fetchall()
    assert sorted(event for (event,) in events) == ["DELETE", "INSERT", "INSERT"]


def as_alice(database: Database, alices: Rows) -> psycopg.Connection:
    connection = database.connect()
    connection.execute("select set_config('request.jwt.claims', %s, false)", [f'{{"sub": "{alices.user}"}}'])
    connection.execute("set role authenticated")
    return connection


@pytest.mark.parametrize(
    ("function", "answers"),
    [("move_to_trash", ("trashed", "already_trashed")), ("restore_from_trash", ("restored", "not_in_trash"))],
)
def test_one_of_two_simultaneous_calls_acts_and_the_other_says_so(
    database: Database, alices: Rows, function: str, answers: tuple[str, str]
) -> None:
    if function == "restore_from_trash":
        database.owner("delete from public.business_v2")
    call = f"select public.{function}('business_v2', '{alices.business}')"
    holder, waiter = as_alice(database, alices), as_alice(database, alices)
    holder.execute("begin")
    assert holder.execute(call).fetchone() == (answers[0],)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(waiter.execute, call)
        time.sleep(0.3)
        assert not waiting.done()
        holder.execute("commit")
        assert waiting.result(10).fetchone() == (answers[1],)
    holder.close()
    waiter.close()


@pytest.mark.parametrize("first", ["business_v2", "appointments"])
def test_simultaneous_restores_of_an_appointment_and_its_business_do_not_deadlock(
    database: Database, alices: Rows, first: str
) -> None:
    database.owner("delete from public.business_v2")
    calls = {
        table: f"select public.restore_from_trash('{table}', '{alices.of(table)}')"
        for table in ("business_v2", "appointments")
    }
    second = next(table for table in calls if table != first)
    holder, waiter = as_alice(database, alices), as_alice(database, alices)
    holder.execute("begin")
    answer = holder.execute(calls[first]).fetchone()
    assert answer == ("restored" if first == "business_v2" else "business_is_in_trash",)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(waiter.execute, calls[second])
        time.sleep(0.3)
        holder.execute("commit")
        expected = "not_in_trash" if first == "business_v2" else "restored"
        assert waiting.result(10).fetchone() == (expected,)
    assert not stamp(database, "appointments", alices.appointment)
    holder.close()
    waiter.close()
