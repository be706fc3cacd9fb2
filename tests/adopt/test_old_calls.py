"""Test the SQL and rpc calls of the original document: before, during and after adoption."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from aira.embedded import Cluster
from tests.adopt.writers import account, business
from tests.hosted import manage, start_manage, url
from tests.original import make_original

# Each test adopts a database of its own: `make test-all`.
pytestmark = pytest.mark.slow

Sql = Callable[..., psycopg.Cursor[Any]]
ALICE, HERS, BOBS = account(6), business(6), business(7)


@pytest.fixture(scope="module", params=["original", "under_way", "adopted"])
def database(request: pytest.FixtureRequest, cluster: Cluster) -> str:
    name = f"calls_{request.param}"
    make_original(cluster, name, rows=4000)
    if request.param == "adopted":
        manage(cluster, name, "hosted", "adopt")
    elif request.param == "under_way":
        stop_after_the_switch(cluster, name)
    return str(name)


def stop_after_the_switch(cluster: Cluster, name: str) -> None:
    with start_manage(cluster, name, "hosted", "adopt", PYTHONUNBUFFERED="1") as process:
        for line in process.stdout or ():
            if line.startswith("Finishing"):
                process.kill()
                break
    assert process.returncode == -subprocess.signal.SIGKILL  # type: ignore[attr-defined]


@contextmanager
def request_as(cluster: Cluster, database: str, role: str, user: UUID | None = None) -> Iterator[Sql]:
    """Call a function as PostgREST does."""
    claims = json.dumps({"role": role, **({"sub": str(user)} if user else {})})
    with psycopg.connect(url(cluster, database), autocommit=True) as connection, connection.transaction():
        connection.execute(
            "select set_config('search_path', 'public, extensions', true), set_config('role', %s, true), "
            "set_config('request.jwt.claims', %s, true)",
            [role, claims],
        )
        yield lambda query, *params: connection.execute(query, params or None)


def test_a_user_reads_and_writes_own_businesses(cluster: Cluster, database: str) -> None:
    with request_as(cluster, database, "authenticated", ALICE) as sql:
        assert sql("select id from business_v2").fetchall() == [(HERS,)]
        assert sql("update business_v2 set website = 'https://x.example' where id = %s", HERS).rowcount == 1
        assert sql("update business_v2 set website = 'https://x.example' where id = %s", BOBS).rowcount == 0
        made = sql(
            "insert into business_v2 (user_id, name, business_type) values (%s, 'Second', 'service') returning id, is_active",
            ALICE,
        ).fetchone()
        assert made is not None
        assert made[1] is True
        sql("delete from business_v2 where id = %s", made[0])
        assert sql("select count(*) from business_v2").fetchone() == (1,)
        assert sql("select count(*) from wallets").fetchone() == (1,)
        assert sql("select count(*) from transactions where user_id <> %s", ALICE).fetchone() == (0,)
    with (
        request_as(cluster, database, "authenticated", ALICE) as sql,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        sql("insert into business_v2 (user_id, name, business_type) values (%s, 'Not mine', 'retail')", account(7))


def test_a_transaction_is_inserted_then_completed_and_changes_the_balance(cluster: Cluster, database: str) -> None:
    with request_as(cluster, database, "service_role") as sql:
        before = sql("select balance_usd from wallets where user_id = %s", ALICE).fetchone()
        row = sql(
            "insert into transactions (user_id, amount, currency, type, description, metadata) "
            "values (%s, 12.50, 'USD', 'credit', 'Top-up', '{}') returning id, status::text", ALICE,
        ).fetchone()  # fmt: skip
        assert before is not None
        assert row is not None
        assert row[1] == "pending"
        sql("update transactions set status = 'completed' where id = %s", row[0])
        sql("update transactions set status = 'completed' where id = %s", row[0])
        after = sql("select balance_usd from wallets where user_id = %s", ALICE).fetchone()
        assert after is not None
        assert float(after[0] - before[0]) == 12.5
    with request_as(cluster, database, "service_role") as sql:
        made = sql(
            "insert into transactions (user_id, amount, currency, type) values (%s, 9999, 'USD', 'debit') returning id", ALICE
        ).fetchone()  # fmt: skip
        assert made is not None
        with pytest.raises(psycopg.errors.CheckViolation):
            sql("update transactions set status = 'completed' where id = %s", made[0])


def test_the_voice_agent_asks_for_slots_then_books(cluster: Cluster, database: str) -> None:
    with request_as(cluster, database, "service_role") as sql:
        found = sql(
            "select business_id from business_numbers where phone_number = '+16281000107' and is_active"
        ).fetchone()
        assert found == (HERS,)
        at = "date_trunc('day', now()) + interval '40 days 10 hours'"
        ask = f"select validate_appointment_time(p_business_id => %s, p_scheduled_at => {at}, p_duration => 60)"
        assert sql(ask, HERS).fetchone() == (True,)
        assert sql(ask.replace("10 hours", "20 hours"), HERS).fetchone() == (False,)
        sql(
            "insert into appointments (business_id, customer_name, customer_phone, scheduled_at, duration, source, external_id) "
            f"values (%s, 'Ada', '+4917012345', {at}, 60, 'voice_agent', 'CAnew')", HERS,
        )  # fmt: skip
        assert sql(ask, HERS).fetchone() == (False,)
        assert sql("update appointments set status = 'cancelled' where external_id = 'CAnew'").rowcount == 1
        assert sql(ask, HERS).fetchone() == (True,)
    with request_as(cluster, database, "authenticated", ALICE) as sql:
        assert sql("select count(*) from appointments where business_id <> %s", HERS).fetchone() == (0,)
        assert sql("select count(*) from appointments where external_id = 'CAnew'").fetchone() == (1,)


def test_a_document_is_uploaded_and_its_status_is_written(cluster: Cluster, database: str) -> None:
    with request_as(cluster, database, "authenticated", ALICE) as sql:
        row = sql(
            "insert into documents (business_id, file_name, file_path, file_size, mime_type) "
            "values (%s, 'menu.pdf', %s, 12, 'application/pdf') returning id, processing_status::text",
            HERS, f"{HERS}/menu.pdf",
        ).fetchone()  # fmt: skip
    assert row is not None
    assert row[1] == "pending"
    with request_as(cluster, database, "service_role") as sql:
        for change in (
            "processing_status = 'processing'",
            "processing_status = 'completed', vector_db_id = 'v1', chunk_count = 4",
        ):
            assert sql(f"update documents set {change} where id = %s", row[0]).rowcount == 1
    with request_as(cluster, database, "authenticated", ALICE) as sql:
        done = sql("select processing_status::text, chunk_count from documents where id = %s", row[0]).fetchone()
    assert done == ("completed", 4)


def test_a_number_is_bought_for_a_business(cluster: Cluster, database: str) -> None:
    with request_as(cluster, database, "service_role") as sql:
        made = sql(
            "insert into business_numbers (business_id, phone_number, display_name, country_code, number_type, twilio_sid, capabilities) "
            "values (%s, '+4930555000', 'Main', 'DE', 'local', 'PNnew', '{\"voice\": true}') returning provider, features::text", HERS,
        )  # fmt: skip
        assert made.fetchone() == ("twilio", "[]")
    with request_as(cluster, database, "authenticated", ALICE) as sql:
        assert sql("select count(*) from business_numbers where phone_number = '+4930555000'").fetchone() == (1,)
