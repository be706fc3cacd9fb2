"""Test that each block of docs/TROUBLESHOOTING.md runs as the role that it names, and shows the problem."""

import contextlib
import re
import threading
import time
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from aira.embedded import PROJECT
from tests.command import CONFIGURED, manage
from tests.database import Database
from tests.tenant_rows import Rows

DOCS = (PROJECT / "docs/TROUBLESHOOTING.md").read_text()
NOT_LOADED = "pg_stat_statements must be loaded"


@dataclass(frozen=True)
class Block:
    """Hold one block. kind: sql or bash. role: the role that runs it."""

    heading: str
    kind: str
    role: str
    text: str

    def __str__(self) -> str:
        return f"{self.heading}: {self.text.strip().splitlines()[0]}"


def blocks() -> list[Block]:
    found = []
    for part in re.split(r"^## ", DOCS, flags=re.MULTILINE)[1:]:
        heading = part.splitlines()[0]
        for kind, role, text in re.findall(r"```(\w+) ?(\w*)\n(.*?)```", part, flags=re.DOTALL):
            found.append(Block(heading, kind, role, text))
    return found


def with_words(words: str) -> Block:
    [block] = [block for block in blocks() if words in block.text and block.kind == "sql"]
    return block


def run(database: Database, block: Block, **variables: Any) -> list[dict[str, Any]]:
    """Return the rows of all statements, with variables replaced as psql does."""
    text = block.text
    for name, value in variables.items():
        text = text.replace(f":'{name}'", f"'{value}'").replace(f":{name}", str(value))
    assert not re.search(r"(?<![:\w]):'?[a-z]", text), text
    with database.connect({"owner": None}.get(block.role, block.role)) as connection:
        cursor = connection.execute(text)
        rows: list[dict[str, Any]] = []
        while True:
            if cursor.description:
                names = [column.name for column in cursor.description]
                rows += [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            if not cursor.nextset():
                return rows


def test_every_block_names_the_role_that_runs_it() -> None:
    assert len(blocks()) > 20
    assert {(block.kind, block.role) for block in blocks()} == {
        ("bash", ""), ("sql", "owner"), ("sql", "authenticator"), ("sql", "console"),
    }  # fmt: skip


@pytest.mark.parametrize("block", [block for block in blocks() if block.kind == "sql"], ids=str)
def test_a_query_runs(database: Database, alices: Rows, block: Block) -> None:
    with database.connect() as other:
        if "pg_stat_statements" in block.text and not database.owner("show shared_preload_libraries").fetchone()[0]:
            with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=NOT_LOADED):
                run(database, block)
            return
        run(database, block, user=alices.user, row=alices.document, pid=other.info.backend_pid)


@pytest.mark.parametrize("block", [block for block in blocks() if block.kind == "bash"], ids=str)
def test_a_command_runs(database: Database, alices: Rows, block: Block) -> None:
    for line in block.text.splitlines():
        program, *arguments = line.partition("#")[0].split()
        assert program == "manage.py"
        done = manage(database, *arguments, ALLOWED_HOSTS="x.example", **CONFIGURED)
        assert done.returncode == 0, (line, done.stdout, done.stderr)


def test_the_policies_that_show_or_hide_a_row_are_listed(database: Database, alices: Rows, bobs: Rows) -> None:
    sees, why = with_words("as sees_it"), with_words("as in_the_trash")

    def asked(user: object) -> tuple[bool, bool, bool]:
        told = run(database, sees, user=user, row=alices.document)[-1]
        assert told["who"] == user
        [reason] = run(database, why, user=user, row=alices.document)
        assert (reason["granted"], reason["policy"]) == (True, True)
        return told["sees_it"], reason["own"], reason["in_the_trash"]

    assert asked(alices.user) == (True, True, False)
    assert asked(bobs.user) == (False, False, False)
    database.owner("delete from public.documents where id = %s", alices.document)
    assert asked(alices.user) == (False, True, True)
    database.owner("drop policy documents_select_authenticated on public.documents")
    [reason] = run(database, why, user=alices.user, row=alices.document)
    assert not reason["policy"]


def test_disabled_row_security_is_shown(database: Database) -> None:
    block = with_words("as row_security")

    def off() -> set[str]:
        return {str(row["table"]) for row in run(database, block) if not row["row_security"]}

    assert off() == set()
    database.owner("alter table public.wallets disable row level security")
    assert {name.removeprefix("public.") for name in off()} == {"wallets"}


def test_a_session_that_blocks_a_migration_is_found_and_ended(database: Database) -> None:
    holder = database.connect(application_name="long report", autocommit=False)
    with contextlib.closing(holder), database.connect() as waiter:
        holder.execute("select count(*) from public.documents")
        thread = threading.Thread(target=until_ended, args=(waiter, "lock table public.documents"))
        waiter.autocommit = False
        thread.start()
        time.sleep(0.3)
        held = [row for row in run(database, with_words("l.mode")) if row["application_name"] == "long report"]
        assert {row["state"] for row in held} == {"idle in transaction"}
        [waits] = [row for row in run(database, with_words("as waits_for")) if row["pid"] == waiter.info.backend_pid]
        assert waits["waits_for"] == [holder.info.backend_pid]
        run(database, with_words("pg_terminate_backend"), pid=holder.info.backend_pid)
        thread.join(timeout=10)
        assert not thread.is_alive(), "what waited got its lock"


def until_ended(connection: psycopg.Connection[Any], query: str) -> None:
    connection.execute(query)
    connection.rollback()


def test_an_invalid_index_is_shown(database: Database) -> None:
    database.owner("update pg_index set indisvalid = false where indexrelid = 'public.idx_documents_user_id'::regclass")
    assert [row["index"].removeprefix("public.") for row in run(database, with_words("not x.indisvalid"))] == [
        "idx_documents_user_id"
    ]


def test_a_plan_as_a_user_has_the_filter_of_row_security(database: Database, alices: Rows) -> None:
    plan = "\n".join(
        str(row.get("QUERY PLAN", "")) for row in run(database, with_words("scheduled_at limit"), user=alices.user)
    )
    assert "user_id" in plan
    assert "deleted_at IS NULL" in plan
    assert "Buffers" in plan


def test_a_sequential_scan_is_shown(database: Database) -> None:
    database.owner("create table private.planted as select n from generate_series(1, 11000) n")
    for _ in range(101):
        database.owner("select count(*) from private.planted where n = 7")
    database.owner("analyze private.planted")
    [row] = [row for row in run_flushed(database, with_words("rows_a_scan")) if "planted" in row["table"]]
    assert row["rows_a_scan"] == 11000


def test_an_unused_index_is_shown_unless_it_enforces_a_rule(database: Database) -> None:
    database.owner("create index planted on public.documents (file_path)")
    shown = {row["index"].removeprefix("public.") for row in every_row(database, with_words("idx_scan = 0"))}
    assert "planted" in shown
    assert "documents_pkey" not in shown


def run_flushed(database: Database, block: Block) -> list[dict[str, Any]]:
    database.owner("select pg_stat_force_next_flush()")
    return run(database, block)


def every_row(database: Database, block: Block) -> list[dict[str, Any]]:
    return run(database, Block(block.heading, block.kind, block.role, block.text.replace("limit 20", "limit 1000")))


def test_the_plan_of_a_write_has_the_time_of_triggers(database: Database, alices: Rows) -> None:
    rows = run(database, with_words("costs off"), row=alices.document)
    plan = "\n".join(str(row["QUERY PLAN"]) for row in rows)
    assert re.search(r"Trigger \w+: time=[\d.]+ calls=1", plan), plan
    status = database.owner("select processing_status::text from public.documents where id = %s", alices.document)
    assert status.fetchone() == ("pending",), "rolled back"


def test_the_time_of_functions_is_shown_if_it_is_tracked(database: Database, alices: Rows) -> None:
    block = with_words("self_ms")
    with database.connect() as counted:
        counted.execute("set track_functions = 'pl'")
        counted.execute("update public.documents set file_size = 2 where id = %s", [alices.document])
        counted.execute("select pg_stat_force_next_flush()")
    found = run(database, block)
    assert any("public.documents" in row["of_tables"] or "documents" in row["of_tables"] for row in found), found


def test_the_answer_of_a_receiver_is_shown(database: Database, alices: Rows) -> None:
    database.owner(
        "insert into private.delivery_attempts (id, at, delivery_id, endpoint, attempt, duration, status, error, request_head)"
        " select gen_random_uuid(), now(), d.id, d.endpoint, 1, 5, 500, 'answered 500', '' from private.webhook_deliveries d"
    )
    [row] = run(database, with_words("a.attempt"))
    assert (row["status"], row["error"], row["record_id"]) == (500, "answered 500", alices.document)


def test_entries_of_an_account_are_shown(database: Database, alices: Rows) -> None:
    [row] = run(database, with_words("public.ledger_entries e"), user=alices.user)
    assert (row["kind"], row["amount"], row["transaction_id"]) == ("post", 50, alices.transaction)
