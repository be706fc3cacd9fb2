"""`user_id` defaults to the caller, may be sent by its owner, and can't be another account's.

Statements are those of the data API: an upsert is INSERT … ON CONFLICT … DO UPDATE that sets every column that was sent.
"""

from typing import Any

import psycopg
import pytest

from tests.database import Database, Sql
from tests.tenant_rows import Rows

TENANT_TABLES = ("business_v2", "business_numbers", "appointments", "booking_rules", "documents")
# Table → columns and values of a row in the business %(business)s.
ROW = {
    "business_v2": {"name": "'New'", "business_type": "'retail'"},
    "appointments": {
        "business_id": "%(business)s",
        "customer_name": "'Carol'",
        "scheduled_at": "now() + interval '9 days'",
    },
    "booking_rules": {"business_id": "%(business)s", "capacity": "4"},
    "documents": {
        "business_id": "%(business)s",
        "file_name": "'menu.pdf'",
        "file_path": "%(business)s || '/menu.pdf'",
    },
}
DENIED = psycopg.errors.InsufficientPrivilege


def insert(sql: Sql, table: str, business: Any, **more: Any) -> Any:
    """Insert one row and return its owner."""
    columns = ROW[table] | {column: f"%({column})s" for column in more}
    query = (
        f"insert into public.{table} ({', '.join(columns)}) values ({', '.join(columns.values())}) returning user_id"
    )
    return run(sql, query, {"business": str(business)} | more).fetchone()[0]


def upsert(sql: Sql, table: str, conflict: str, **values: Any) -> Any:
    """Upsert like the data API and return the owner of the row."""
    sets = ", ".join(f"{column} = excluded.{column}" for column in values)
    query = (
        f"insert into public.{table} ({', '.join(values)}) values ({', '.join(f'%({column})s' for column in values)})"
        f" on conflict ({conflict}) do update set {sets} returning user_id"
    )
    return run(sql, query, values).fetchone()[0]


def run(sql: Sql, query: str, values: dict[str, Any]) -> Any:
    """Return the placeholders, since the tests' helper takes values by position."""
    names: list[str] = []
    while (start := query.find("%(")) >= 0:
        end = query.index(")s", start)
        names.append(query[start + 2 : end])
        query = query[:start] + "%s" + query[end + 2 :]
    return sql(query, *(values[name] for name in names))


def test_a_client_that_reads_the_catalog_is_not_told_to_send_user_id(database: Database) -> None:
    required = database.owner(
        "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'user_id'"
        " and table_name = any(%s) and is_nullable = 'NO' and column_default is null",
        list(TENANT_TABLES),
    ).fetchall()
    assert required == []
    # Columns that it may not write are not shown either.
    for role in ("authenticated", "service_role", "console"):
        for table in ROW:
            may = database.owner("select has_column_privilege(%s, %s, 'user_id', 'INSERT')", role, f"public.{table}")
            assert may.fetchone() == (True,), f"{role} {table}"


@pytest.mark.parametrize("table", ROW)
def test_alice_inserts_with_and_without_user_id(database: Database, alices: Rows, table: str) -> None:
    for more in ({}, {"user_id": alices.user}):
        database.owner("delete from public.booking_rules")
        database.owner("delete from public.appointments where id <> %s", alices.appointment)
        with database.as_user(alices.user) as sql:
            assert insert(sql, table, alices.business, **more) == alices.user


@pytest.mark.parametrize("table", ROW)
def test_alice_can_not_insert_a_row_of_bobs(database: Database, alices: Rows, bobs: Rows, table: str) -> None:
    database.owner("delete from public.booking_rules")
    for business in (alices.business, bobs.business):
        with pytest.raises(DENIED), database.as_user(alices.user) as sql:
            insert(sql, table, business, user_id=bobs.user)


@pytest.mark.parametrize("table", ["business_v2", "appointments", "booking_rules"])
def test_alice_can_not_give_a_row_to_bob(database: Database, alices: Rows, bobs: Rows, table: str) -> None:
    with pytest.raises(DENIED), database.as_user(alices.user) as sql:
        sql(f"update public.{table} set user_id = %s", bobs.user)
    if table != "business_v2":
        # The insert is refused before it reads Bob's diary. So it neither reveals his appointments nor holds his lock.
        with pytest.raises(DENIED, match="another account"), database.as_user(alices.user) as sql:
            sql(f"update public.{table} set user_id = %s, business_id = %s", bobs.user, bobs.business)
    with database.as_user(alices.user) as sql:
        assert sql(f"update public.{table} set user_id = user_id").rowcount == 1


@pytest.mark.parametrize("role", ["authenticated", "service_role", "console"])
def test_booking_rules_are_upserted_with_and_without_user_id(database: Database, alices: Rows, role: str) -> None:
    for there in (False, True):
        for more in ({}, {"user_id": alices.user}):
            if not there:
                database.owner("delete from public.booking_rules")
            request = database.as_user(alices.user) if role == "authenticated" else database.as_service(role)
            with request as sql:
                values = {"business_id": alices.business, "capacity": 7, **more}
                assert upsert(sql, "booking_rules", "business_id, user_id", **values) == alices.user
            kept = database.owner("select user_id, capacity from public.booking_rules").fetchall()
            assert kept == [(alices.user, 7)]


def test_an_upsert_can_not_change_another_tenants_booking_rules(database: Database, alices: Rows, bobs: Rows) -> None:
    before = database.owner("select * from public.booking_rules order by id").fetchall()
    for business, user in ((bobs.business, bobs.user), (alices.business, bobs.user)):
        with pytest.raises(DENIED), database.as_user(alices.user) as sql:
            upsert(sql, "booking_rules", "business_id, user_id", business_id=business, user_id=user, capacity=9)
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as refused, database.as_user(alices.user) as sql:
        upsert(sql, "booking_rules", "business_id, user_id", business_id=bobs.business, capacity=9)
    assert refused.value.diag.constraint_name == "booking_rules_in_own_business"
    assert database.owner("select * from public.booking_rules order by id").fetchall() == before


@pytest.mark.parametrize("table", ["business_v2", "appointments", "booking_rules"])
def test_alice_upserts_by_id(database: Database, alices: Rows, table: str) -> None:
    values: dict[str, Any] = {
        "business_v2": {"name": "New name", "business_type": "retail"},
        "appointments": {
            "business_id": alices.business,
            "customer_name": "Dan",
            "scheduled_at": "2031-03-01T12:00:00Z",
        },
        "booking_rules": {"business_id": alices.business, "capacity": 8},
    }[table]
    for more in ({}, {"user_id": alices.user}):
        with database.as_user(alices.user) as sql:
            assert upsert(sql, table, "id", id=alices.of(table), **values, **more) == alices.user


@pytest.mark.parametrize("table", ["business_v2", "appointments", "booking_rules"])
def test_an_owner_can_not_change_the_id_of_a_row(database: Database, alices: Rows, table: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused, database.as_user(alices.user) as sql:
        sql(f"update public.{table} set id = gen_random_uuid()")
    assert refused.value.diag.constraint_name == "id_stays"
    assert refused.value.diag.table_name == table
    with database.as_user(alices.user) as sql:
        assert sql(f"update public.{table} set id = id").rowcount == 1


@pytest.mark.parametrize("role", ["service_role", "voice_agent", "console"])
@pytest.mark.parametrize("table", ["appointments", "booking_rules", "documents"])
def test_a_row_of_a_service_belongs_to_the_owner_of_the_business(
    database: Database, alices: Rows, bobs: Rows, table: str, role: str
) -> None:
    if role == "voice_agent" and table != "appointments":
        return
    for more in ({}, {"user_id": alices.user}, {"user_id": None}):
        database.owner("delete from public.booking_rules")
        database.owner("delete from public.appointments")
        with database.as_service(role) as sql:
            assert insert(sql, table, alices.business, **more) == alices.user
    database.owner("delete from public.booking_rules")
    with pytest.raises(psycopg.errors.ForeignKeyViolation), database.as_service(role) as sql:
        insert(sql, table, alices.business, user_id=bobs.user)


def test_the_subject_of_a_services_token_does_not_become_the_owner(
    database: Database, alices: Rows, bobs: Rows
) -> None:
    """Some services sign tokens with a `sub`, which is not the account that owns their rows."""
    claims = {"role": "service_role", "sub": str(bobs.user)}
    with database.request("service_role", claims) as sql:
        assert insert(sql, "documents", alices.business) == alices.user
    with pytest.raises(psycopg.errors.NotNullViolation) as refused, database.request("service_role", claims) as sql:
        insert(sql, "business_v2", alices.business)
    assert refused.value.diag.column_name == "user_id"
