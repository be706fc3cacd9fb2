"""Each cell of the access table in CONTRACT.md, tried as the role."""

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import TABLES, TRASHABLE, Rows

# Commands of each role on its own tenant's rows (services: on all rows). i insert, s select, u update, d delete.
CONTRACT = {
    "authenticated": {
        "business_v2": "isud",
        "business_numbers": "su",
        "wallets": "s",
        "transactions": "s",
        "ledger_entries": "s",
        "appointments": "isud",
        "booking_rules": "isud",
        "documents": "isud",
    },
    "voice_agent": {"business_v2": "s", "business_numbers": "s", "appointments": "isu", "booking_rules": "s"},
    "kb_updater": {"business_v2": "s", "documents": "su"},
    "service_role": {
        "business_v2": "isud",
        "business_numbers": "isud",
        "wallets": "isu",
        "transactions": "isu",
        "ledger_entries": "s",
        "appointments": "isud",
        "booking_rules": "isud",
        "documents": "isud",
    },
    "anon": {},
}
CONTRACT["console"] = CONTRACT["service_role"]

# Views over a user's own figures.
FIGURES = ("spending_by_day", "appointments_by_day", "utilisation_by_day", "document_processing_by_day", "number_costs")

# A harmless column that every role with UPDATE on the table may update.
UPDATABLE = {
    "business_v2": "name = name",
    "business_numbers": "notes = 'seen'",
    "wallets": "is_active = is_active",
    "transactions": "description = 'seen'",
    "ledger_entries": "contra = contra",
    "appointments": "notes = 'seen'",
    "booking_rules": "capacity = capacity",
    "documents": "processing_error = processing_error",
}
INSERTS = {
    "business_v2": "insert into public.business_v2 (user_id, name, business_type) values (%(user)s, 'New', 'retail')",
    "business_numbers": "insert into public.business_numbers (user_id, phone_number, display_name, country_code, number_type)"
    " values (%(user)s, '+4930123456', 'New', 'DE', 'local')",
    "wallets": "insert into public.wallets (user_id) values (%(user)s)",
    "transactions": "insert into public.transactions (user_id, type, amount, currency) values (%(user)s, 'credit', 1, 'USD')",
    "ledger_entries": "insert into public.ledger_entries (user_id) values (%(user)s)",
    "appointments": "insert into public.appointments (business_id, customer_name, scheduled_at)"
    " values (%(business)s, 'New', now() + interval '2 days')",
    "booking_rules": "insert into public.booking_rules (business_id) values (%(business)s)",
    "documents": "insert into public.documents (business_id, file_name, file_path) values (%(business)s, 'new', %(business)s || '/new')",
}
VERBS = {"select": "s", "insert": "i", "update": "u", "delete": "d"}
DENIED = psycopg.errors.InsufficientPrivilege


def statement(verb: str, table: str, rows: Rows) -> str:
    target = f"where id = '{rows.of(table)}'"
    match verb:
        case "select":
            return f"select id from public.{table} {target}"
        case "update":
            column = "file_name = file_name" if table == "documents" else UPDATABLE[table]
            return f"update public.{table} set {column} {target}"
        case "delete":
            return f"delete from public.{table} {target}"
    return INSERTS[table].replace("%(user)s", f"'{rows.user}'").replace("%(business)s", f"'{rows.business}'")


def run(database: Database, role: str, user, query: str) -> str | int:
    count: str | int = "?"
    request = (
        database.as_user(user)
        if role == "authenticated"
        else (database.as_anon() if role == "anon" else database.as_service(role))
    )
    try:
        with request as sql:
            if role == "kb_updater" and query.startswith("update public.documents"):
                query = query.replace("file_name = file_name", UPDATABLE["documents"])
            count = sql(query).rowcount
            raise psycopg.Rollback
    except psycopg.Error as error:
        return error.sqlstate or "?"
    return count


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", CONTRACT)
def test_a_role_can_do_its_row_of_the_contract_and_nothing_else(
    database: Database, alices: Rows, role: str, verb: str
) -> None:
    if verb == "insert":
        database.owner("delete from public.booking_rules")
        stranger = database.account("new@example.com")
    for table in TABLES:
        query = statement(verb, table, alices)
        if verb == "insert" and table == "wallets":
            query = query.replace(str(alices.user), str(stranger))
        result = run(database, role, alices.user, query)
        if VERBS[verb] not in CONTRACT[role].get(table, ""):
            assert result == "42501", f"{role} {verb} {table}: {result}"
        elif verb == "delete" and table in TRASHABLE:
            assert result == 0, f"{role} {verb} {table} goes to the trash: {result}"
        else:
            assert result == 1, f"{role} {verb} {table}: {result}"


@pytest.mark.parametrize("verb", VERBS)
def test_bob_can_not_reach_alices_rows(database: Database, alices: Rows, bobs: Rows, verb: str) -> None:
    for table in TABLES:
        if VERBS[verb] not in CONTRACT["authenticated"][table]:
            continue
        result = run(database, "authenticated", bobs.user, statement(verb, table, alices))
        expected = {"insert": ("42501", "23503")}.get(verb, (0,))
        assert result in expected, f"{verb} {table}: {result}"


def test_every_table_shows_alice_only_her_rows(database: Database, alices: Rows, bobs: Rows) -> None:
    for table in TABLES:
        with database.as_user(alices.user) as sql:
            seen = {row[0] for row in sql(f"select id from public.{table}")}
        assert seen == {alices.of(table)}, table


def test_a_user_without_claims_or_with_a_broken_subject_sees_nothing(database: Database, alices: Rows) -> None:
    for claims in ('{"role": "authenticated"}', "", "{}"):
        for table in TABLES:
            with database.request("authenticated", claims) as sql:
                assert sql(f"select id from public.{table}").rowcount == 0
    with (
        pytest.raises(psycopg.errors.InvalidTextRepresentation),
        database.request("authenticated", '{"sub": "alice", "role": "authenticated"}') as sql,
    ):
        sql("select id from public.wallets")


def test_settings_of_one_request_do_not_apply_to_the_next(database: Database, alices: Rows) -> None:
    with database.as_user(alices.user) as sql:
        assert sql("select id from public.wallets").rowcount == 1
    with database.request("authenticated", "") as sql:
        assert sql("select current_setting('request.jwt.claims', true)").fetchone() == ("",)
        assert sql("select id from public.wallets").rowcount == 0


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("business_v2", "user_id", "gen_random_uuid()"),
        ("business_v2", "deleted_at", "now()"),
        ("business_numbers", "phone_number", "'+4930999999'"),
        ("business_numbers", "monthly_cost", "0"),
        ("business_numbers", "voice_url", "null"),
        ("appointments", "user_id", "gen_random_uuid()"),
        ("appointments", "deleted_at", "now()"),
        ("documents", "processing_status", "'completed'"),
        ("documents", "vector_db_id", "'x'"),
        ("documents", "user_id", "user_id"),
        ("documents", "deleted_at", "null"),
        ("business_numbers", "user_id", "user_id"),
        ("booking_rules", "user_id", "gen_random_uuid()"),
    ],
)
def test_a_user_can_not_write_columns_of_services(
    database: Database, alices: Rows, table: str, column: str, value: str
) -> None:
    with pytest.raises(DENIED), database.as_user(alices.user) as sql:
        sql(f"update public.{table} set {column} = {value}")


@pytest.mark.parametrize("role", ["service_role", "voice_agent", "kb_updater", "console"])
def test_no_service_writes_balances_or_ledger_entries(database: Database, alices: Rows, role: str) -> None:
    for query in (
        "update public.wallets set balance_usd = 1000",
        "update public.wallets set held_usd = 0",
        "update public.ledger_entries set amount = 1",
        "insert into public.wallets (user_id, balance_usd) values (gen_random_uuid(), 5)",
        "truncate public.transactions",
        "delete from public.transactions",
    ):
        with pytest.raises(DENIED), database.as_service(role) as sql:
            sql(query)


def test_only_console_can_write_deleted_at(database: Database, alices: Rows) -> None:
    for table in TRASHABLE:
        with pytest.raises(DENIED), database.as_service("service_role") as sql:
            sql(f"update public.{table} set deleted_at = null")


def test_kb_updater_reads_only_the_name_of_a_business(database: Database, alices: Rows) -> None:
    with database.as_service("kb_updater") as sql:
        assert sql("select id, name from public.business_v2").rowcount == 1
    with pytest.raises(DENIED), database.as_service("kb_updater") as sql:
        sql("select phone_number from public.business_v2")


def test_api_roles_reach_nothing_of_django_and_no_private_table(database: Database) -> None:
    tables = database.owner(
        "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('console', 'private', 'jobs')"
    ).fetchall()
    assert len(tables) > 12
    for role in ("anon", "authenticated", "service_role", "voice_agent", "kb_updater"):
        for (table,) in tables:
            with pytest.raises(DENIED), database.request(role, {"role": role}) as sql:
                sql(f"select 1 from {table}")


def test_public_contains_exactly_the_objects_of_the_contract(database: Database) -> None:
    found = {
        row[0]
        for row in database.owner(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p', 'f', 'S')"
        )
    }
    assert found == {*TABLES, *FIGURES}


def test_every_function_has_a_fixed_search_path_and_no_public_execute(database: Database) -> None:
    loose = database.owner(
        "select p.oid::regprocedure from pg_proc p where p.pronamespace in"
        " ('public'::regnamespace, 'private'::regnamespace, 'jobs'::regnamespace)"
        " and (p.proconfig is null or not p.proconfig::text like '%%search_path=%%'"
        "      or p.proacl is null or p.proacl::text ~ '[{,]=')"
    ).fetchall()
    assert loose == []


def test_an_error_does_not_reveal_to_bob_which_businesses_exist(database: Database, alices: Rows, bobs: Rows) -> None:
    answers = set()
    for business in (alices.business, "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(psycopg.errors.ForeignKeyViolation) as refused, database.as_user(bobs.user) as sql:
            sql(
                "insert into public.appointments (business_id, customer_name, scheduled_at) values (%s, 'x', now())",
                business,
            )
        answers.add(
            (
                refused.value.diag.constraint_name,
                (refused.value.diag.message_detail or "").replace(str(business), ""),
            )
        )
    assert len(answers) == 1
