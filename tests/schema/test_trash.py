import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import TRASHABLE, Rows, populate


def stamp(database: Database, table: str, row) -> object:
    found = database.owner(f"select deleted_at from public.{table} where id = %s", row).fetchone()
    return found and found[0]


@pytest.mark.parametrize("table", ["business_v2", "appointments", "documents"])
def test_a_row_that_alice_deletes_goes_to_the_trash_and_is_hidden_from_her(
    database: Database, alices: Rows, table: str
) -> None:
    with database.as_user(alices.user) as sql:
        assert sql(f"delete from public.{table} where id = %s returning id", alices.of(table)).rowcount == 0
        assert sql(f"select id from public.{table}").rowcount == 0
        assert sql(f"delete from public.{table}").rowcount == 0
    assert stamp(database, table, alices.of(table))


@pytest.mark.parametrize("table", TRASHABLE)
def test_a_second_delete_by_a_service_leaves_the_row_in_the_trash(database: Database, alices: Rows, table: str) -> None:
    for _ in range(3):
        with database.as_service("service_role") as sql:
            sql(f"delete from public.{table} where id = %s", alices.of(table))
    assert stamp(database, table, alices.of(table))


@pytest.mark.parametrize("table", TRASHABLE)
def test_console_permanently_removes_rows_in_the_trash(database: Database, alices: Rows, table: str) -> None:
    for expected in (0, 1):
        with database.as_service("console") as sql:
            assert sql(f"delete from public.{table} where id = %s", alices.of(table)).rowcount == expected


def test_a_business_is_trashed_and_restored_with_the_same_rows(database: Database, alices: Rows) -> None:
    with database.as_user(alices.user) as sql:
        sql("delete from public.documents")
    with database.as_user(alices.user) as sql:
        sql("delete from public.business_v2")
    stamps = {table: stamp(database, table, alices.of(table)) for table in TRASHABLE}
    assert stamps["business_v2"] == stamps["appointments"] == stamps["business_numbers"]
    assert stamps["documents"] < stamps["business_v2"]
    with database.as_service("console") as sql:
        sql("update public.business_v2 set deleted_at = null where id = %s", alices.business)
    left = [table for table in TRASHABLE if stamp(database, table, alices.of(table))]
    assert left == ["documents"]


@pytest.mark.parametrize("role", ["authenticated", "service_role", "voice_agent", "console"])
def test_new_rows_in_a_trashed_business_are_refused(database: Database, alices: Rows, role: str) -> None:
    database.owner("delete from public.business_v2 where id = %s", alices.business)
    request = database.as_user(alices.user) if role == "authenticated" else database.as_service(role)
    with pytest.raises(psycopg.errors.CheckViolation) as refused, request as sql:
        sql(
            "insert into public.appointments (business_id, customer_name, scheduled_at) values (%s, 'x', now())",
            alices.business,
        )
    assert refused.value.diag.constraint_name == "business_is_in_trash"


@pytest.mark.parametrize("table", ["appointments", "documents", "business_numbers"])
def test_rows_cannot_be_restored_into_a_trashed_business(database: Database, alices: Rows, table: str) -> None:
    database.owner("delete from public.business_v2 where id = %s", alices.business)
    with pytest.raises(psycopg.errors.CheckViolation) as refused, database.as_service("console") as sql:
        sql(f"update public.{table} set deleted_at = null")
    assert refused.value.diag.constraint_name == "business_is_in_trash"


def test_deleting_an_account_leaves_no_orphan_in_or_out_of_the_trash(
    database: Database, alices: Rows, bobs: Rows
) -> None:
    with database.as_user(alices.user) as sql:
        sql("delete from public.documents")
    database.owner("delete from auth.users where id = %s", alices.user)
    for table in (
        "business_v2",
        "business_numbers",
        "wallets",
        "transactions",
        "appointments",
        "booking_rules",
        "documents",
    ):
        owners = {row[0] for row in database.owner(f"select user_id from public.{table}")}
        assert owners == {bobs.user}, table


def test_a_ledger_survives_its_account_and_ends_with_a_close_entry(database: Database, alices: Rows) -> None:
    database.owner("delete from auth.users where id = %s", alices.user)
    entries = database.owner(
        "select kind, amount, balance_after, contra from public.ledger_entries where user_id = %s order by seq",
        alices.user,
    ).fetchall()
    assert [(kind, str(amount), str(after), contra) for kind, amount, after, contra in entries] == [
        ("post", "50.00", "50.00", "number"),
        ("close", "-50.00", "0.00", "account_closed"),
    ]


def test_permanently_removing_a_business_keeps_its_number_with_the_account(database: Database, alices: Rows) -> None:
    for _ in range(2):
        with database.as_service("console") as sql:
            sql("delete from public.business_v2 where id = %s", alices.business)
    assert database.owner("select count(*) from public.appointments").fetchone() == (0,)
    number = database.owner("select user_id, business_id, deleted_at is null from public.business_numbers").fetchone()
    assert number == (alices.user, None, False)


@pytest.mark.parametrize("same", ["phone_number", "twilio_sid"])
def test_a_trashed_number_is_released_to_a_new_owner(database: Database, alices: Rows, same: str) -> None:
    database.owner("update public.business_numbers set twilio_sid = 'PN1'")
    with database.as_service("service_role") as sql:
        sql("delete from public.business_numbers")
    bob = database.account("bob@example.com")
    phone = "+14155550101" if same == "phone_number" else "+14155559999"
    with database.as_service("service_role") as sql:
        sql(
            "insert into public.business_numbers (user_id, phone_number, twilio_sid, display_name, country_code, number_type)"
            " values (%s, %s, %s, 'Bobs', 'US', 'local')",
            bob,
            phone,
            "PN1" if same == "twilio_sid" else None,
        )
    assert database.owner("select user_id from public.business_numbers").fetchall() == [(bob,)]


def test_a_number_in_use_is_not_released(database: Database, alices: Rows) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation), database.as_service("service_role") as sql:
        sql(
            "insert into public.business_numbers (user_id, phone_number, display_name, country_code, number_type)"
            " values (%s, '+14155550101', 'Twice', 'US', 'local')",
            alices.user,
        )


def test_restoring_onto_a_taken_external_id_names_the_rule(database: Database, alices: Rows) -> None:
    database.owner("update public.appointments set external_id = 'CA1'")
    with database.as_user(alices.user) as sql:
        sql("delete from public.appointments")
    with database.as_service("voice_agent") as sql:
        sql(
            "insert into public.appointments (business_id, customer_name, scheduled_at, external_id)"
            " values (%s, 'Dora', now(), 'CA1')",
            alices.business,
        )
    with pytest.raises(psycopg.errors.UniqueViolation) as refused, database.as_service("console") as sql:
        sql("update public.appointments set deleted_at = null where id = %s", alices.appointment)
    assert refused.value.diag.constraint_name == "appointment_external_id_once"


def test_no_setting_of_a_client_disables_the_trash(database: Database, alices: Rows) -> None:
    with database.as_service("service_role") as sql:
        sql("select set_config('pgtrigger.ignore', '{zz_trash,pgtrigger_zz_trash_58876}', true)")
        sql("select set_config('request.jwt.claims', '{\"role\": \"console\"}', true)")
        sql("delete from public.documents")
        sql("delete from public.documents")
    assert stamp(database, "documents", alices.document)


def test_two_simultaneous_deletes_leave_one_row_in_the_trash(database: Database) -> None:
    rows = populate(database, "carol@example.com", "+14155550103")
    first, second = database.connect(), database.connect()
    first.execute("begin")
    first.execute("delete from public.appointments where id = %s", [rows.appointment])
    second.execute("set lock_timeout = '200ms'")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        second.execute("delete from public.appointments where id = %s", [rows.appointment])
    first.execute("commit")
    assert stamp(database, "appointments", rows.appointment)
    first.close()
    second.close()


def test_the_second_of_two_simultaneous_discards_removes_nothing(database: Database, alices: Rows) -> None:
    """As in `aira.schema.trash.discard`, the second discard waits for the first, and checks again."""
    discard = f"delete from public.appointments where id = '{alices.appointment}' and deleted_at is null"
    holder, waiter = database.connect(), database.connect()
    for connection in (holder, waiter):
        connection.execute("set role console")
    holder.execute("begin")
    holder.execute(discard)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(waiter.execute, discard)
        time.sleep(0.3)
        holder.execute("commit")
        assert waiting.result(10).rowcount == 0
    assert stamp(database, "appointments", alices.appointment)
    holder.close()
    waiter.close()


@pytest.mark.parametrize("first", ["insert", "delete"])
def test_a_row_cannot_enter_a_business_while_it_moves_to_the_trash(
    database: Database, alices: Rows, first: str
) -> None:
    insert = (
        "insert into public.appointments (business_id, customer_name, scheduled_at, external_id)"
        f" values ('{alices.business}', 'Late', now(), 'late')"
    )
    delete = f"delete from public.business_v2 where id = '{alices.business}'"
    one, other = (insert, delete) if first == "insert" else (delete, insert)
    holder, waiter = database.connect(), database.connect()
    holder.execute("begin")
    holder.execute(one)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(waiter.execute, other)
        time.sleep(0.3)
        holder.execute("commit")
        if first == "delete":
            with pytest.raises(psycopg.errors.CheckViolation):
                waiting.result(10)
        else:
            waiting.result(10)
    alive = database.owner("select external_id from public.appointments where deleted_at is null").fetchall()
    assert alive == []
    holder.close()
    waiter.close()
