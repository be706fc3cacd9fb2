"""Test the copy of a person's data, and the erasure of an account."""

import gzip
import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors

from tests.command import manage
from tests.database import Database, Sql
from tests.tenant_rows import Rows

EMAIL, PHONE = "maria.montoya@example.com", "+14155557788"
PERSONAL = (EMAIL, PHONE, "Montoya", "Casa Alicia", "Consuelo", "+14155553344", "secret-recipe", "Gluten")


@pytest.fixture
def marias(database: Database, alices: Rows) -> Rows:
    """Fill alice's account, with names in every place that can hold one."""
    owner = database.owner
    owner(
        'update auth.users set email = %s, phone = %s, raw_user_meta_data = \'{"full_name": "Maria Montoya"}\''
        " where id = %s",
        EMAIL,
        PHONE,
        alices.user,
    )
    with database.as_user(alices.user) as sql:
        sql("update business_v2 set name = 'Casa Alicia', email = %s, phone_number = %s", EMAIL, PHONE)
        sql("update appointments set customer_name = 'Consuelo', customer_phone = '+14155553344', notes = 'Gluten'")
        sql(
            "insert into documents (business_id, file_name, file_path) values (%s, 'secret-recipe.pdf', %s)",
            alices.business,
            f"{alices.business}/a",
        )
        sql("delete from documents where file_name = 'secret-recipe.pdf'")
        sql("update business_v2 set name = 'Casa'")
    owner(
        "update transactions set description = 'Montoya tops up', metadata = '{\"payer\": \"Montoya\"}',"
        " stripe_payment_intent_id = 'pi_Montoya' where user_id = %s",
        alices.user,
    )
    owner(
        "update business_numbers set notes = 'Montoya at home', display_name = 'Casa Alicia' where user_id = %s",
        alices.user,
    )
    with database.as_service("service_role") as sql:
        debit = "select id from record_transaction(%s, 'debit', 1, 'USD', 'completed', 'Montoya', '{}', null, null, 'Montoya-1')"
        sql(
            "select refund_transaction(%s, 0.5, 'Montoya complained', 'Montoya-2')",
            sql(debit, alices.user).fetchone()[0],
        )
        sql("select document_failed(id, attempts, 'Montoya is no PDF') from documents where user_id = %s", alices.user)
    staff = str(uuid4())
    owner(
        "insert into console.staff_users (id, password, is_superuser, username, first_name, last_name, email, is_staff,"
        " is_active, date_joined) values (%s, 'x', false, 'sam', '', '', '', true, true, now())",
        staff,
    )
    owner(
        "insert into console.django_admin_log (action_time, object_id, object_repr, action_flag, change_message,"
        " user_id) values (now(), %s, 'Casa Alicia', 2, 'Montoya', %s)",
        str(alices.business),
        staff,
    )
    owner(
        "insert into console.view_as_uses (id, staff, account_id, table_name, reason) values"
        " (gen_random_uuid(), 'sam', %s, 'documents', 'Montoya called')",
        alices.user,
    )
    owner(
        "insert into private.delivery_attempts (id, at, delivery_id, endpoint, attempt, duration, request_head,"
        " response_body) select gen_random_uuid(), now(), id, 'x', 1, 1, '', 'stored secret-recipe.pdf'"
        " from private.webhook_deliveries where user_id = %s",
        alices.user,
    )
    ask_to_top_up(database, alices.user, "Montoya wants more")
    return alices


def ask_to_top_up(database: Database, user: Any, reason: str) -> None:
    with database.as_console() as sql:
        sql("select set_config('aira.actor', %s, true)", '{"kind": "staff", "id": "sam", "name": "sam"}')
        sql(
            "insert into console.approval_requests (kind, user_id, amount, currency, reason, idempotency_key)"
            " values ('top_up', %s, 600, 'USD', %s, 'Montoya-3')",
            user, reason,
        )  # fmt: skip


def dump(database: Database) -> str:
    """Return every table of every schema as text."""
    database.close()
    address = database.address()
    run = subprocess.run(["pg_dump", "--data-only", address], capture_output=True, text=True, check=True)
    return run.stdout


def test_an_export_contains_all_data_of_a_person(database: Database, marias: Rows, tmp_path: Path) -> None:
    run = manage(database, "export_account", EMAIL.upper(), "--reason", "T-5", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    file = tmp_path / f"account-{marias.user}.json"
    assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text()
    assert [part for part in PERSONAL if part not in text] == []
    exported = json.loads(text)
    assert exported["account"][0]["raw_user_meta_data"] == {"full_name": "Maria Montoya"}
    assert "bob" not in text
    assert {section: len(found) for section, found in exported.items() if section != "changes"} == {
        "account": 1,
        "businesses": 1,
        "numbers": 1,
        "booking_rules": 1,
        "appointments": 1,
        "documents": 2,
        "wallets": 1,
        "transactions": 2,
        "refunds": 1,
        "requests_for_approval": 1,
        "ledger_entries": 3,
        "events": 9,
        "webhooks": 3,
        "looked_at_by_staff": 1,
    }
    on_record = database.owner("select actor_name, reason from audit.events where verb = 'export'").fetchall()
    assert on_record == [("aira export_account", "T-5")]


def test_an_export_does_not_overwrite_a_file(database: Database, marias: Rows, tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text("keep")
    run = manage(database, "export_account", EMAIL, "--reason", "x", "--output", "mine.json", cwd=tmp_path)
    assert run.returncode == 1
    assert "mine.json can't be written: File exists" in run.stderr
    assert (tmp_path / "mine.json").read_text() == "keep"


def test_after_erasure_nothing_in_the_database_names_the_person(
    database: Database, marias: Rows, bobs: Rows, tmp_path: Path
) -> None:
    before = dump(database)
    assert [part for part in PERSONAL if part not in before] == []
    database.owner("refresh materialized view analytics.appointment_words")
    run = manage(database, "erase_account", EMAIL, "--reason", "T-6", cwd=tmp_path, typed=f"{EMAIL}\n")
    assert run.returncode == 0, run.stderr
    after = dump(database)
    assert [part for part in PERSONAL if part in after] == []
    assert "bob@example.com" in after
    assert database.owner("select count(*) from business_v2").fetchone() == (1,)
    # A dump does not contain the rows of materialized views.
    words = "select word from analytics.business_words union select word from analytics.appointment_words"
    assert {"casa", "alicia", "consuelo"}.isdisjoint(word for (word,) in database.owner(words).fetchall())


def test_after_erasure_the_ledger_proof_passes_and_the_erasure_is_recorded(
    database: Database, marias: Rows, as_service: Any, owner: Sql
) -> None:
    with as_service("console") as sql:
        done = sql("select private.erase_account(%s)", marias.user).fetchone()[0]
    assert owner("select count(*) from private.ledger_problems()").fetchone() == (0,)
    kinds = owner("select kind, balance_after from ledger_entries where user_id = %s order by seq", marias.user)
    assert kinds.fetchall()[-1] == ("close", 0)
    event = owner("select row_id, after from audit.events where verb = 'erase'").fetchone()
    assert event == (str(marias.user), done)
    assert done["accounts"] == 1
    amounts = owner(
        "select before ->> 'amount' from audit.events where table_name = 'transactions' and verb = 'delete'"
    )
    assert amounts.fetchone()[0]


def test_erasure_closes_an_open_approval_and_keeps_its_amount(marias: Rows, as_service: Any, owner: Sql) -> None:
    with as_service("console") as sql:
        done = sql("select private.erase_account(%s)", marias.user).fetchone()[0]
    assert done["requests for approval"] == 1
    query = (
        "select user_id, amount, approved, reason, requested_by_name, decided_by_name from console.approval_requests"
    )
    assert owner(query).fetchall() == [(marias.user, 600, False, "erased", "sam", "erase_account")]


@pytest.mark.parametrize("statement", ["set reason = 'erased'", "set reason = 'erased', amount = 1, approved = true"])
def test_only_approvals_of_an_erased_account_can_be_redacted_and_only_in_part(
    database: Database, marias: Rows, statement: str
) -> None:
    update = f"update console.approval_requests {statement}"
    with pytest.raises(errors.CheckViolation) as error, database.as_service("console") as sql:
        sql(update)
    assert error.value.diag.constraint_name == "approval_by_staff_alone"
    database.owner("delete from auth.users where id = %s", marias.user)
    with database.as_service("console") as sql:
        assert sql(update).rowcount == 1
    query = "select amount, approved, reason from console.approval_requests"
    assert database.owner(query).fetchone() == (600, False, "erased")


def test_the_kb_updater_is_told_which_documents_to_remove(marias: Rows, as_service: Any, owner: Sql) -> None:
    with as_service("console") as sql:
        sql("select private.erase_account(%s)", marias.user)
    left = owner("select event, body::jsonb -> 'old_record' ->> 'id' from private.webhook_deliveries").fetchall()
    assert ("DELETE", str(marias.document)) in left
    assert {event for event, _ in left} == {"DELETE"}


def test_a_second_erasure_changes_nothing(marias: Rows, as_service: Any) -> None:
    with as_service("console") as sql:
        first = sql("select private.erase_account(%s)", marias.user).fetchone()[0]
        again = sql("select private.erase_account(%s)", marias.user).fetchone()[0]
    assert (first["accounts"], again["accounts"]) == (1, 0)


def test_an_account_that_was_deleted_elsewhere_is_erased_by_its_id(
    database: Database, marias: Rows, tmp_path: Path
) -> None:
    database.owner("delete from auth.users where id = %s", marias.user)
    run = manage(database, "erase_account", str(marias.user), "--reason", "x", "--yes", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    after = dump(database)
    assert [part for part in PERSONAL if part in after] == []


@pytest.mark.slow
def test_erasure_includes_archived_months(database: Database, marias: Rows, tmp_path: Path) -> None:
    database.owner("select private.add_partition('audit.events', '2021-03-01')")
    for user, name in ((marias.user, "Montoya"), (uuid4(), "Somebody else")):
        database.owner(
            "insert into audit.events (at, table_name, row_id, user_id, verb, after, actor_kind)"
            " values ('2021-03-09', 'business_v2', 'x', %s, 'insert', jsonb_build_object('name', %s::text), 'user')",
            user,
            name,
        )
    folder = tmp_path / "archive"
    assert manage(database, "archive", ARCHIVE_DIR=str(folder)).returncode == 0

    def archived() -> str:
        return gzip.decompress((folder / "events_2021_03.csv.gz").read_bytes()).decode()

    assert "Montoya" in archived()
    elsewhere = manage(database, "erase_account", EMAIL, "--reason", "T-6", "--yes")
    assert elsewhere.returncode == 1
    assert "ARCHIVE_DIR is not set" in elsewhere.stderr
    here = manage(database, "erase_account", str(marias.user), "--reason", "T-6", "--yes", ARCHIVE_DIR=str(folder))
    assert here.returncode == 0, here.stderr
    assert "audit.events, 2021-03: redacted in the archive" in here.stdout
    assert "Montoya" not in archived()
    assert "Somebody else" in archived()
    assert manage(database, "archive", "--verify", ARCHIVE_DIR=str(folder)).returncode == 0
    assert [part for part in PERSONAL if part in dump(database)] == []


def test_two_accounts_with_one_e_mail_are_distinguished_by_their_ids(
    database: Database, marias: Rows, tmp_path: Path
) -> None:
    database.account(EMAIL.upper())
    run = manage(database, "erase_account", EMAIL, "--reason", "x", "--yes", cwd=tmp_path)
    assert run.returncode == 1
    assert "2 accounts match" in run.stderr
    assert database.owner("select count(*) from auth.users where id = %s", marias.user).fetchone() == (1,)


def test_a_typing_error_erases_no_account(database: Database, marias: Rows, tmp_path: Path) -> None:
    for arguments, typed, said in (
        ([EMAIL], "no\n", "Nothing was changed"),
        (["nobody@example.com"], "", "No account has the e-mail or id 'nobody@example.com'"),
        (["nonsense"], "", "No account has the e-mail or id 'nonsense'"),
    ):
        run = manage(database, "erase_account", *arguments, "--reason", "x", cwd=tmp_path, typed=typed)
        assert run.returncode == 1
        assert said in run.stderr
    assert database.owner("select count(*) from auth.users where id = %s", marias.user).fetchone() == (1,)


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role", "voice_agent", "kb_updater"])
@pytest.mark.parametrize(
    "call",
    [
        "private.erase_account(%s)",
        "private.account_record(%s)",
        "private.redact_events(%s)",
        "private.record_use('export', %s)",
    ],
)
def test_other_roles_cannot_erase_or_export(database: Database, marias: Rows, role: str, call: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), database.request(role, None) as sql:
        sql(f"select {call}", marias.user)


def test_console_cannot_redact_or_record_erasures_directly(marias: Rows, as_service: Any) -> None:
    with pytest.raises(errors.InsufficientPrivilege), as_service("console") as sql:
        sql("select private.redact_events(%s)", marias.user)
    with pytest.raises(errors.InsufficientPrivilege), as_service("console") as sql:
        sql(
            "with said as (select set_config('aira.redaction', pg_current_xact_id()::text, true))"
            " update audit.events set after = null from said"
        )
    with pytest.raises(errors.InvalidParameterValue), as_service("console") as sql:
        sql("select private.record_use('delete', %s)", marias.user)


def test_a_simultaneous_refund_and_erasure_do_not_deadlock(database: Database, marias: Rows) -> None:
    with psycopg.connect(database.address("authenticator")) as refund, ThreadPoolExecutor(1) as pool:
        refund.execute("set role service_role")
        refund.execute("select from public.transactions where id = %s for update", [marias.transaction])

        def erase() -> int:
            with database.connect("console") as connection:
                return connection.execute("select private.erase_account(%s)", [marias.user]).rowcount

        erasing = pool.submit(erase)
        waiting = (
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%%erase_account%%'"
        )
        deadline = time.monotonic() + 10
        while database.owner(waiting).fetchone() == (0,):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        refund.execute("update public.transactions set refunded_amount = 1 where id = %s", [marias.transaction])
        refund.commit()
        assert erasing.result(30) == 1


def test_a_document_that_moved_to_another_account_keeps_its_webhook(
    database: Database, marias: Rows, bobs: Rows, as_service: Any
) -> None:
    database.owner("update public.business_v2 set user_id = %s where id = %s", bobs.user, marias.business)
    kept = "select count(*) from private.webhook_deliveries d join public.documents k on k.id = d.record_id where d.user_id = %s"
    before = database.owner(kept, marias.user).fetchone()
    assert before[0] > 0
    with as_service("console") as sql:
        sql("select private.erase_account(%s)", marias.user)
    assert database.owner(kept, marias.user).fetchone() == before
