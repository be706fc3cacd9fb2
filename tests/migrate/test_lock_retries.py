"""Test `migrate` beside services that write: it never blocks them for long, and two runs take turns."""

import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from tests.command import manage
from tests.database import Database, Server
from tests.tenant_rows import Rows, populate

BACK, FORTH = ("migrate", "knowledge", "0003"), ("migrate", "--attempts", "2")


@pytest.fixture
def behind(server: Server, template: str) -> Iterator[Database]:
    """Provide a database with a pending migration that needs an exclusive lock of documents."""

    def make(name: str) -> None:
        server.clone(template, name)
        earlier = Database(server, name)
        assert manage(earlier, *BACK).returncode == 0
        earlier.close()

    name = f"{template}_{uuid4().hex[:12]}"
    server.clone(server.once(f"{template}_behind", make), name)
    database = Database(server, name)
    yield database
    database.close()
    server.drop(name)


@pytest.fixture
def alices(behind: Database) -> Rows:
    return populate(behind, "alice@example.com", phone="+14155550101")


@pytest.fixture
def reader(behind: Database) -> Iterator[psycopg.Connection]:
    """Hold a long transaction that has read documents, as a report does."""
    connection = behind.connect(autocommit=False, application_name="long report")
    connection.execute("select count(*) from public.documents")
    yield connection
    connection.close()


def applied(database: Database) -> bool:
    query = "select count(*) from console.django_migrations where app = 'knowledge' and name >= '0004'"
    return bool(database.owner(query).fetchone()[0])


class Writer(threading.Thread):
    """Insert a document again and again. Record the time of the slowest insert."""

    def __init__(self, database: Database, business: object) -> None:
        super().__init__()
        self.database, self.business, self.slowest, self.written, self.stopped = database, business, 0.0, 0, False

    def run(self) -> None:
        with self.database.connect() as connection:
            while not self.stopped:
                began = time.monotonic()
                connection.execute(
                    "insert into public.documents (business_id, file_name, file_path) values (%s, 'menu.pdf', 'menu.pdf')",
                    [self.business],
                )
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.written += 1
                time.sleep(0.02)


def test_a_migration_without_its_lock_gives_up_and_writers_continue(
    behind: Database, reader: psycopg.Connection, alices: Rows
) -> None:
    writer = Writer(behind, alices.business)
    writer.start()
    run = manage(behind, *FORTH)
    writer.stopped = True
    writer.join()
    assert run.returncode == 1
    assert "No lock within 1 s" in run.stdout
    assert "2 attempts to get a lock within 1 s failed" in run.stderr
    assert "long report" in run.stderr
    assert "Traceback" not in run.stderr
    assert writer.written > 20
    # Writers stood behind the migration, which let them through.
    assert 0.5 < writer.slowest < 2
    assert not applied(behind)


def test_migrate_tries_again_and_continues_when_the_lock_is_free(behind: Database, reader: psycopg.Connection) -> None:
    def end_once_it_gave_up() -> None:
        waiting = "select count(*) from pg_locks where not granted and relation = 'public.documents'::regclass"
        with behind.connect() as watcher:
            for wanted in (1, 0):
                while watcher.execute(waiting).fetchone() != (wanted,):
                    time.sleep(0.02)
        reader.rollback()

    thread = threading.Thread(target=end_once_it_gave_up)
    thread.start()
    run = manage(behind, "migrate")
    thread.join()
    assert run.returncode == 0, run.stderr
    assert "No lock within 1 s" in run.stdout
    assert applied(behind)


@pytest.mark.slow
def test_two_simultaneous_runs_take_turns(behind: Database) -> None:
    with behind.connect(application_name="other deploy") as other:
        other.execute("select pg_advisory_lock(hashtext('aira.schema.migrate'))")
        run = manage(behind, *FORTH)
        assert run.returncode == 1
        assert "Another migrate is running" in run.stderr
        assert "other deploy" in run.stderr
        assert not applied(behind)
        threading.Timer(3, other.close).start()
        assert manage(behind, "migrate").returncode == 0
    assert applied(behind)


def test_a_plan_lists_the_migrations_and_waits_for_no_lock(behind: Database) -> None:
    with behind.connect() as other:
        other.execute("select pg_advisory_lock(hashtext('aira.schema.migrate'))")
        run = manage(behind, "migrate", "--plan")
    assert run.returncode == 0
    assert "knowledge.0004" in run.stdout
    assert not applied(behind)


def test_a_statement_that_takes_too_long_is_rolled_back(behind: Database) -> None:
    run = manage(behind, "migrate", "--statement-timeout", "0.001")
    assert run.returncode == 1
    assert "took more than 0.001 s" in run.stderr
    assert not applied(behind)


@pytest.mark.parametrize("option", ["--lock-timeout", "--statement-timeout", "--attempts"])
def test_a_waiting_time_of_zero_is_refused(database: Database, option: str) -> None:
    run = manage(database, "migrate", option, "0")
    assert (run.returncode, "must be greater than 0" in run.stderr) == (1, True)
