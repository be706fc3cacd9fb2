"""Attempts to get around row security by errors, counts, keys, functions and claims."""

import json
from typing import Any

import psycopg
import pytest

from tests.database import Database
from tests.tenant_rows import TABLES, Rows

UNKNOWN = "00000000-0000-4000-8000-000000000000"
BOOK = (
    "insert into public.appointments (business_id, customer_name, scheduled_at, external_id)"
    " values (%s, 'x', '2026-12-01', %s)"
)


def refusal(database: Database, rows: Rows, query: str, *params: object) -> tuple[str | None, ...]:
    """Return everything that an error reveals, except the values that the caller sent."""
    with pytest.raises(psycopg.Error) as error, database.as_user(rows.user) as sql:
        sql(query, *params)
    diag = error.value.diag
    texts = (diag.sqlstate, diag.constraint_name, diag.message_primary, diag.message_detail, diag.message_hint)
    return tuple(text and text.replace(str(params[0]), "SENT") for text in texts)


@pytest.mark.parametrize(
    ("prepare", "query", "more"),
    [
        ("update public.appointments set external_id = 'CA1'", BOOK, ["CA1"]),
        ("select 1", BOOK, ["CA2"]),
        ("select 1", "insert into public.booking_rules (business_id) values (%s)", []),
        ("delete from public.booking_rules", "insert into public.booking_rules (business_id) values (%s)", []),
        (
            "update public.business_numbers set is_primary = true",
            "update public.business_numbers set business_id = %s, is_primary = true",
            [],
        ),
        ("delete from public.business_v2 where name like '%alice%'", BOOK, ["CA1"]),
        (
            "select 1",
            "insert into public.documents (business_id, file_name, file_path) select b, 'x', b || '/x' from (values (%s::uuid)) v (b)",
            [],
        ),
        ("select 1", "update public.appointments set business_id = %s", []),
    ],
)
def test_an_error_is_the_same_for_another_tenants_and_an_unknown_business(
    database: Database, alices: Rows, bobs: Rows, prepare: str, query: str, more: list[str]
) -> None:
    database.owner(prepare)
    foreign = refusal(database, bobs, query, alices.business, *more)
    assert foreign == refusal(database, bobs, query, UNKNOWN, *more)
    assert foreign[0] == "23503"


def test_counts_and_aggregates_include_only_the_callers_rows(database: Database, alices: Rows, bobs: Rows) -> None:
    for table in TABLES:
        with database.as_user(bobs.user) as sql:
            assert sql(f"select count(*), min(id::text) from public.{table}").fetchone() == (1, str(bobs.of(table)))


def test_statistics_do_not_reveal_values_to_a_user(database: Database, alices: Rows) -> None:
    database.owner("analyze public.business_v2")
    with database.as_user(alices.user) as sql:
        assert sql("select 1 from pg_catalog.pg_stats where tablename = 'business_v2'").fetchall() == []


def test_a_function_of_a_user_runs_after_the_policy(database: Database, alices: Rows, bobs: Rows) -> None:
    # A cheap, leaky condition would run on every tenant's rows if the policy did not come first.
    with database.as_user(bobs.user) as sql:
        assert (
            sql(
                "select 1 from public.business_v2 where 1 / (case when name like '%alice%' then 0 else 1 end) = 1"
            ).rowcount
            == 1
        )


def test_a_user_can_not_reach_another_tenants_row_by_locks_or_joins(
    database: Database, alices: Rows, bobs: Rows
) -> None:
    with database.as_user(bobs.user) as sql:
        assert sql("select 1 from public.business_v2 where id = %s for update", alices.business).rowcount == 0
    with database.as_user(bobs.user) as sql:
        joined = sql(
            "select 1 from public.documents d join public.business_v2 b on true where b.id = %s or d.id = %s",
            alices.business,
            alices.document,
        )
        assert joined.rowcount == 0


def test_an_upsert_can_not_take_over_another_tenants_row(database: Database, alices: Rows, bobs: Rows) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.as_user(bobs.user) as sql:
        sql(
            "insert into public.business_v2 (id, user_id, name, business_type) values (%s, %s, 'mine', 'retail')"
            " on conflict (id) do update set name = excluded.name",
            alices.business,
            bobs.user,
        )
    name = database.owner("select name from public.business_v2 where id = %s", alices.business).fetchone()
    assert name == ("Place of alice@example.com",)


@pytest.mark.parametrize(
    "claims",
    [
        {"aal": "aal1", "is_anonymous": False},
        {"aal": "aal2", "amr": [{"method": "totp"}], "session_id": UNKNOWN},
        {"is_anonymous": True},
        {"exp": 1, "iat": 0, "aud": "authenticated", "iss": "https://x.supabase.co/auth/v1"},
        {"app_metadata": {"role": "admin"}, "user_metadata": {"role": "service_role", "sub": "x"}},
        {"user_id": UNKNOWN, "is_admin": True},
    ],
)
def test_only_the_subject_of_a_jwt_decides_whose_rows_are_seen(
    database: Database, alices: Rows, bobs: Rows, claims: dict[str, Any]
) -> None:
    for rows in (alices, bobs):
        with database.request("authenticated", {"role": "authenticated", "sub": str(rows.user), **claims}) as sql:
            assert sql("select id from public.business_v2").fetchall() == [(rows.business,)]


@pytest.mark.parametrize("subject", ["alice", "", " ", "' or true --", None, 7, "null"])
def test_a_subject_that_is_not_an_account_reads_nothing(database: Database, alices: Rows, subject: Any) -> None:
    text = json.dumps({"role": "authenticated", "sub": subject})
    for table in TABLES:
        try:
            with database.request("authenticated", text) as sql:
                assert sql(f"select id from public.{table}").rowcount == 0
        except psycopg.errors.InvalidTextRepresentation:
            continue


def test_claims_of_a_service_give_a_user_nothing(database: Database, alices: Rows, bobs: Rows) -> None:
    with database.request("authenticated", {"role": "service_role", "sub": str(bobs.user)}) as sql:
        assert sql("select id from public.wallets").fetchall() == [(bobs.wallet,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.as_user(bobs.user) as sql:
        sql("set local role console")


def test_a_policys_filter_comes_from_the_index_and_is_evaluated_once(database: Database, alices: Rows) -> None:
    database.owner("set session_replication_role = replica")
    database.owner(
        "insert into public.documents (business_id, user_id, file_name, file_path)"
        " select gen_random_uuid(), md5((n / 20)::text)::uuid, 'x', 'x' from generate_series(1, 8000) n"
    )
    database.owner("set session_replication_role = origin")
    database.owner("analyze public.documents")
    with database.as_user("c4ca4238-a0b9-2382-0dcc-509a6f75849b") as sql:
        for statement in (
            "select * from public.documents",
            "update public.documents set file_name = 'y'",
            "delete from public.documents",
        ):
            plan = "\n".join(line for (line,) in sql(f"explain (verbose) {statement}"))
            assert "idx_documents_user_id" in plan, plan
            assert "InitPlan" in plan
            assert plan.count("auth.uid()") + plan.count("request.jwt.claims") <= 4, plan
            assert "Filter: (documents.deleted_at IS NULL)" in plan, plan
