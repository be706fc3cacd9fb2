import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import Rows

CHILDREN = {
    "business_numbers": (
        "insert into public.business_numbers (business_id, user_id, phone_number, display_name, country_code, number_type)"
        " values (%s, %s, '+4930123', 'x', 'DE', 'local')",
        "number_in_own_business",
    ),
    "appointments": (
        "insert into public.appointments (business_id, user_id, customer_name, scheduled_at) values (%s, %s, 'x', now())",
        "appointment_in_own_business",
    ),
    "documents": (
        "insert into public.documents (business_id, user_id, file_name, file_path) values (%s, %s, 'x', 'x')",
        "document_in_own_business",
    ),
    "booking_rules": (
        "insert into public.booking_rules (business_id, user_id) values (%s, %s)",
        "booking_rules_in_own_business",
    ),
}


@pytest.mark.parametrize("role", ["service_role", "console"])
@pytest.mark.parametrize("table", CHILDREN)
def test_no_role_can_link_a_row_to_another_tenants_business(
    database: Database, alices: Rows, bobs: Rows, table: str, role: str
) -> None:
    query, rule = CHILDREN[table]
    with database.as_service(role) as sql, pytest.raises(psycopg.errors.ForeignKeyViolation) as refused:
        # The error comes at the statement and not at COMMIT: the transaction is still open here.
        sql(query, alices.business, bobs.user)
    assert refused.value.diag.constraint_name == rule


def test_the_owner_of_a_row_is_filled_from_its_business(database: Database, alices: Rows) -> None:
    for table in CHILDREN:
        owners = database.owner(f"select distinct user_id from public.{table}").fetchall()
        assert owners == [(alices.user,)], table


def test_alice_cannot_assign_her_number_to_bobs_business(database: Database, alices: Rows, bobs: Rows) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation), database.as_user(alices.user) as sql:
        sql("update public.business_numbers set business_id = %s", bobs.business)


def test_a_transaction_cannot_name_another_accounts_number(database: Database, alices: Rows, bobs: Rows) -> None:
    for query in (
        "insert into public.transactions (user_id, type, amount, currency, business_number_id)"
        f" values ('{alices.user}', 'credit', 1, 'USD', '{bobs.number}')",
        f"update public.transactions set business_number_id = '{bobs.number}' where user_id = '{alices.user}'",
    ):
        with (
            pytest.raises(psycopg.errors.ForeignKeyViolation) as refused,
            database.as_service("service_role") as sql,
        ):
            sql(query)
        assert refused.value.diag.constraint_name == "transaction_number_of_same_owner"


def test_a_business_moves_to_another_owner_with_all_but_its_money(database: Database, alices: Rows, bobs: Rows) -> None:
    balances = "select user_id, balance_usd, balance_inr from public.wallets order by user_id"
    ledger = "select * from public.ledger_entries order by id"
    before = database.owner(balances).fetchall(), database.owner(ledger).fetchall()
    with database.as_service("service_role") as sql:
        sql("update public.business_v2 set user_id = %s where id = %s", bobs.user, alices.business)
    for table in CHILDREN:
        owner = database.owner(f"select user_id from public.{table} where id = %s", alices.of(table)).fetchone()
        assert owner == (bobs.user,), table
    assert (database.owner(balances).fetchall(), database.owner(ledger).fetchall()) == before
    kept = database.owner("select user_id from public.transactions where id = %s", alices.transaction).fetchone()
    assert kept == (alices.user,)


def test_no_foreign_key_is_deferred_and_each_has_an_index(database: Database) -> None:
    deferrable = database.owner(
        "select conname from pg_constraint where contype = 'f' and condeferrable"
        " and connamespace in ('public'::regnamespace, 'private'::regnamespace)"
    ).fetchall()
    assert deferrable == []
    without = database.owner(
        """
        select c.conname from pg_constraint c
        where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not exists (
            select from pg_index i where i.indrelid = c.conrelid and i.indpred is null
              and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
        """
    ).fetchall()
    assert without == []


def test_every_table_has_row_security_and_the_common_columns(database: Database) -> None:
    without = database.owner(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity"
    ).fetchall()
    assert without == []
    for column in ("id", "created_at", "updated_at"):
        missing = database.owner(
            "select relname from pg_class r where relnamespace = 'public'::regnamespace and relkind = 'r' and not exists"
            " (select from pg_attribute a where a.attrelid = r.oid and a.attname = %s and a.attnotnull and a.atthasdef)",
            column,
        ).fetchall()
        assert missing == [], column


@pytest.mark.parametrize("role", ["service_role", "console"])
def test_updated_at_is_the_time_of_the_write_whatever_was_sent(database: Database, alices: Rows, role: str) -> None:
    with database.as_service(role) as sql:
        sql("update public.business_v2 set updated_at = '2000-01-01', name = 'New'")
    fresh = database.owner("select updated_at > now() - interval '1 minute' from public.business_v2").fetchone()
    assert fresh == (True,)
