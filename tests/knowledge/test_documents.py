"""The states of a document, the reports of the KB Updater, and the webhooks to it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from psycopg import errors

from knowledge import actions
from knowledge.models import Document
from tests.database import Database, Sql
from tests.outbox.conftest import deliveries, forget
from tests.tenant_rows import Rows

STATES = ("pending", "processing", "completed", "failed")
LEGAL = {
    ("pending", "processing"),
    ("processing", "completed"),
    ("processing", "failed"),
    ("failed", "pending"),
    ("completed", "pending"),
}
AsService = Callable[[str], Any]


def become(owner: Sql, rows: Rows, status: str) -> None:
    """Return a path that every role may write."""
    paths = {"pending": (), "processing": ("processing",)}
    for step in paths.get(status, ("processing", status)):
        owner(
            "update public.documents set processing_status = %s, processing_error = %s where id = %s",
            step, "unreadable" if step == "failed" else None, rows.document,
        )  # fmt: skip


def document(owner: Sql, rows: Rows, columns: str) -> tuple[Any, ...]:
    row = owner(f"select {columns} from public.documents where id = %s", rows.document).fetchone()
    assert row
    return row


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
@pytest.mark.parametrize("role", ["kb_updater", "service_role"])
def test_a_document_goes_through_its_states_in_order(
    owner: Sql, as_service: AsService, alices: Rows, before: str, after: str, role: str
) -> None:
    become(owner, alices, before)
    change = (
        "update public.documents set processing_status = %s, processing_error = coalesce(processing_error, 'x')"
        " where id = %s"
    )
    if before == after or (before, after) in LEGAL:
        with as_service(role) as sql:
            assert sql(change, after, alices.document).rowcount == 1
        assert document(owner, alices, "processing_status") == (after,)
        return
    with pytest.raises(errors.CheckViolation) as refused, as_service(role) as sql:
        sql(change, after, alices.document)
    assert refused.value.diag.constraint_name == "document_status_transition"


def test_a_failed_document_needs_an_error(owner: Sql, as_service: AsService, alices: Rows) -> None:
    become(owner, alices, "processing")
    with pytest.raises(errors.CheckViolation) as refused, as_service("kb_updater") as sql:
        sql("update public.documents set processing_status = 'failed' where id = %s", alices.document)
    assert refused.value.diag.constraint_name == "failed_document_has_error"


def test_no_role_can_set_attempts_and_rescues(owner: Sql, as_service: AsService, alices: Rows) -> None:
    with as_service("service_role") as sql:
        sql("update public.documents set attempts = 9, processing_started_at = now() where id = %s", alices.document)
    assert document(owner, alices, "attempts, rescues, processing_started_at") == (1, 0, None)


def test_a_document_keeps_the_id_that_the_kb_updater_knows(
    database: Database, as_service: AsService, alices: Rows
) -> None:
    forget(database)
    with pytest.raises(errors.CheckViolation) as refused, as_service("service_role") as sql:
        sql("update public.documents set id = gen_random_uuid() where id = %s", alices.document)
    assert refused.value.diag.constraint_name == "document_id_stays"
    with as_service("service_role") as sql:
        upsert = (
            "insert into public.documents (id, business_id, file_name, file_path) values (%s, %s, 'x', 'x')"
            " on conflict (id) do update set id = excluded.id, file_name = excluded.file_name"
        )
        assert sql(upsert, alices.document, alices.business).rowcount == 1
    assert deliveries(database) == []


def test_processing_again_is_a_new_attempt_with_a_new_delivery(
    database: Database, owner: Sql, as_service: AsService, alices: Rows
) -> None:
    become(owner, alices, "failed")
    forget(database)
    with as_service("service_role") as sql:
        sql("update public.documents set processing_status = 'pending' where id = %s", alices.document)
    assert document(owner, alices, "attempts, processing_error, processing_started_at") == (2, None, None)
    [row] = deliveries(database)
    body = json.loads(row.body)
    assert (body["type"], body["record"]["attempts"], body["old_record"]) == ("INSERT", 2, None)


@pytest.mark.parametrize("role", ["kb_updater", "service_role"])
def test_the_kb_updater_reports_the_result_of_processing(
    owner: Sql, as_service: AsService, alices: Rows, role: str
) -> None:
    def tell(call: str, *params: Any) -> str:
        with as_service(role) as sql:
            return sql(f"select public.{call}", alices.document, *params).fetchone()[0]

    started = "document_started(%s, %s)"
    completed = "document_completed(%s, %s, 'vec_1', 12)"
    failed = "document_failed(%s, %s, %s)"
    assert tell(started, 1) == "processing"
    begun = document(owner, alices, "processing_started_at")
    assert tell(started, 1) == "processing"
    assert document(owner, alices, "processing_started_at") == begun
    assert tell(completed, 1) == "completed"
    assert tell(completed, 1) == "completed"
    assert document(owner, alices, "vector_db_id, chunk_count") == ("vec_1", 12)
    # Reports that come too late.
    assert tell(started, 1) == "completed"
    assert tell(failed, 1, "no") == "completed"
    owner("update public.documents set processing_status = 'pending' where id = %s", alices.document)
    assert [tell(started, 1), tell(completed, 1), tell(failed, 1, "no"), tell(started, None)] == ["stale_attempt"] * 4
    assert document(owner, alices, "processing_status") == ("pending",)
    # A failure without document_started and without a reason.
    assert tell(failed, 2, "  ") == "failed"
    assert document(owner, alices, "processing_error") == ("The KB Updater gave no reason.",)
    owner("delete from public.documents where id = %s", alices.document)
    assert [tell(started, 2), tell(completed, 2), tell(failed, 2, "no")] == ["unknown_document"] * 3


@pytest.mark.parametrize("role", ["authenticated", "voice_agent"])
def test_other_roles_can_not_report_the_result_of_processing(
    database: Database, as_service: AsService, alices: Rows, role: str
) -> None:
    for call in ("document_started(%s, 1)", "document_completed(%s, 1, null, 0)", "document_failed(%s, 1, null)"):
        with pytest.raises(errors.InsufficientPrivilege), database.request(role, {"role": role}) as sql:
            sql(f"select public.{call}", alices.document)


def test_a_document_that_is_stuck_is_rescued_three_times(
    database: Database, owner: Sql, as_service: AsService, alices: Rows
) -> None:
    def rescue(stuck: str) -> list[Any]:
        with as_service("console") as sql:
            return [outcome for _, outcome in sql("select * from private.rescue_documents(%s)", stuck)]

    for attempt in (1, 2, 3):
        become(owner, alices, "processing")
        assert rescue("30 minutes") == []
        assert rescue("-1 seconds") == ["pending"]
        assert document(owner, alices, "attempts, rescues") == (attempt + 1, attempt)
    become(owner, alices, "processing")
    assert rescue("-1 seconds") == ["failed"]
    [error] = document(owner, alices, "processing_error")
    assert "never ended" in error
    assert len(deliveries(database, "record_id = %s", alices.document)) == 4
    # After staff queue it again, it has three more rescues.
    owner("update public.documents set processing_status = 'pending' where id = %s", alices.document)
    assert document(owner, alices, "rescues") == (0,)


def test_the_kb_updater_is_told_of_trashed_and_restored_documents(
    database: Database, owner: Sql, as_user: Any, as_service: AsService, alices: Rows
) -> None:
    become(owner, alices, "processing")
    owner(
        "update public.documents set processing_status = 'completed', vector_db_id = 'vec_7' where id = %s",
        alices.document,
    )
    forget(database)
    with as_user(alices.user) as sql:
        sql("delete from public.documents where id = %s", alices.document)
    [row] = deliveries(database)
    body = json.loads(row.body)
    assert (body["type"], body["record"], body["old_record"]["vector_db_id"]) == ("DELETE", None, "vec_7")

    forget(database)
    with as_service("console") as sql:
        sql("update public.documents set deleted_at = null where id = %s", alices.document)
    assert [row.event for row in deliveries(database)] == ["INSERT"]
    assert document(owner, alices, "processing_status, attempts, vector_db_id") == ("pending", 2, None)

    forget(database)
    with as_user(alices.user) as sql:
        sql("delete from public.documents where id = %s", alices.document)
    with as_service("console") as sql:
        sql("delete from public.documents where id = %s", alices.document)
    assert [row.event for row in deliveries(database)] == ["DELETE", "DELETE"]


def test_a_trashed_business_or_deleted_account_sends_a_webhook_for_each_document(
    database: Database, owner: Sql, alices: Rows
) -> None:
    owner(
        "insert into public.documents (business_id, file_name, file_path) values (%s, 'b', 'b'), (%s, 'c', 'c')",
        alices.business, alices.business,
    )  # fmt: skip
    for statement, event in (
        ("delete from public.business_v2 where id = %s", "DELETE"),
        ("update public.business_v2 set deleted_at = null where id = %s", "INSERT"),
    ):
        forget(database)
        owner(statement, alices.business)
        assert [row.event for row in deliveries(database)] == [event] * 3
    forget(database)
    owner("delete from auth.users where id = %s", alices.user)
    assert [row.event for row in deliveries(database)] == ["DELETE"] * 3


def test_a_rolled_back_upload_sends_no_webhook(database: Database, alices: Rows) -> None:
    forget(database)
    upload = "insert into public.documents (business_id, file_name, file_path) values (%s, %s, 'x')"
    with database.connect() as connection:
        with connection.transaction():
            connection.execute(upload, [alices.business, "kept"])
            with connection.transaction(force_rollback=True):
                connection.execute(upload, [alices.business, "savepoint"])
        with connection.transaction(force_rollback=True):
            connection.execute(upload, [alices.business, "transaction"])
    assert [json.loads(row.body)["record"]["file_name"] for row in deliveries(database)] == ["kept"]


def test_an_imported_completed_document_sends_no_webhook(
    database: Database, as_service: AsService, alices: Rows
) -> None:
    forget(database)
    with as_service("service_role") as sql:
        sql(
            "insert into public.documents (business_id, file_name, file_path, processing_status)"
            " values (%s, 'old.pdf', 'old.pdf', 'completed')", alices.business,
        )  # fmt: skip
    assert deliveries(database) == []


def test_the_webhook_of_a_huge_row_has_only_its_keys(database: Database, owner: Sql, alices: Rows) -> None:
    forget(database)
    [document] = owner(
        "insert into public.documents (business_id, file_name, file_path) values (%s, 'x', 'x') returning id",
        alices.business,
    ).fetchone()
    # No current column can be that long, but a later one might be.
    [[body]] = owner(
        "select private.webhook_body('INSERT', 'documents', to_jsonb(d) - 'search' || jsonb_build_object("
        "'text', repeat('ü', 200000), 'vector_db_id', repeat('v', 2000)), null) from public.documents d where id = %s",
        document,
    ).fetchall()
    assert json.loads(body)["record"] == {
        "id": str(document),
        "business_id": str(alices.business),
        "user_id": str(alices.user),
        "attempts": 1,
    }


def test_a_role_with_rights_on_documents_alone_uploads_and_reads_no_delivery(
    database: Database, alices: Rows, direct: Any
) -> None:
    from django.core.management import call_command

    call_command("pgtrigger", "install", database="direct", verbosity=0)
    forget(database)
    with database.as_user(alices.user) as sql:
        sql(
            "insert into public.documents (business_id, file_name, file_path) values (%s, 'x', %s)",
            alices.business,
            f"{alices.business}/x",
        )
    assert len(deliveries(database)) == 1
    for table in ("webhook_deliveries", "delivery_attempts", "service_endpoints"):
        for role in ("anon", "authenticated", "voice_agent", "kb_updater", "service_role"):
            with pytest.raises(errors.InsufficientPrivilege), database.request(role, {"role": role}) as sql:
                sql(f"select from private.{table}")


def test_a_document_processing_since_before_the_adoption_is_stuck_too(
    database: Database, alices: Rows, in_its_database: None
) -> None:
    """rescue() must find it, too. Only adopted databases have such documents."""
    for statement in (
        "alter table public.documents disable trigger user",
        "update public.documents set processing_status = 'processing', updated_at = now() - interval '31 minutes'",
        "alter table public.documents enable trigger user",
    ):
        database.owner(statement)
    [stuck] = actions.stuck(Document.objects.all())
    assert (stuck.pk, stuck.processing_started_at) == (alices.document, None)
