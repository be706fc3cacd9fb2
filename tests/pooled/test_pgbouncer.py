"""Test a transaction pooler with 50 clients on 4 connections: no client ever acts as another."""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from aira.embedded import PROJECT
from tests.api.running import Running
from tests.command import deployed, manage
from tests.database import Database
from tests.pooled.pgbouncer import SERVER_CONNECTIONS, connect, pgbouncer, program, through

pytestmark = pytest.mark.slow
CLIENTS, REQUESTS = 50, 20


@pytest.fixture(scope="module")
def found() -> str:
    where = program()
    if where is None:
        pytest.skip("there is no pgbouncer, and none could be installed")
    return where


@pytest.fixture
def port(found: str, database: Database) -> Iterator[int]:
    with pgbouncer(found, database, "authenticator", "console") as listen:
        yield listen


def test_claims_and_roles_never_leak_between_fifty_clients_on_four_connections(database: Database, port: int) -> None:
    people = [database.account(f"person{n}@example.com") for n in range(CLIENTS)]
    database.owner(
        "insert into public.business_v2 (user_id, name, business_type) select id, 'B', 'retail' from auth.users"
    )
    wrong: list[str] = []
    backends: set[int] = set()

    def work(n: int, user: UUID) -> None:
        claims = json.dumps({"sub": str(user), "role": "authenticated"})
        with connect(database, port, "authenticator") as connection:
            for request in range(REQUESTS):
                # Every third request is anonymous, and must see no rows of the request before.
                role, said = ("authenticated", claims) if request % 3 else ("anon", "")
                try:
                    with connection.transaction():
                        connection.execute(
                            "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
                            [role, said],
                        )
                        backends.add(connection.execute("select pg_backend_pid()").fetchone()[0])  # type: ignore[index]
                        seen = connection.execute("select current_user, auth.uid()").fetchone()
                        rows = connection.execute("select user_id from public.business_v2").fetchall()
                        if seen != (role, user) or rows != [(user,)]:
                            wrong.append(f"{n} is {seen}, sees {rows}")
                        if request % 5 == 4:
                            raise psycopg.Rollback
                except psycopg.errors.InsufficientPrivilege:
                    if role != "anon":
                        wrong.append(f"{n} was refused as {role}")
                left = connection.execute(
                    "select current_user, nullif(current_setting('request.jwt.claims', true), '')"
                ).fetchone()
                if left != ("authenticator", None):
                    wrong.append(f"{n} left {left}")

    threads = [threading.Thread(target=work, args=(n, user)) for n, user in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert 1 < len(backends) <= SERVER_CONNECTIONS


def test_the_site_works_through_the_pooler_and_records_actors(database: Database, port: int) -> None:
    with tempfile.TemporaryFile() as log:
        running = Running.start(database, log, DATABASE_URL=through(database, port, "console"))
        try:
            client = running.client(running.secret("tool"), **{"If-Match": "*", "X-Reason": "pooled"})
            user = str(database.account("pooled@example.com"))
            answers: list[int] = []

            def write(n: int) -> None:
                made = client.post("/businesses/", json={"user": user, "name": f"N{n}", "business_type": "retail"})
                answers.append(made.status_code)
                answers.append(client.patch(f"/businesses/{made.json()['id']}/", json={"name": f"M{n}"}).status_code)
                answers.append(client.get("/businesses/?page_size=5").status_code)

            threads = [threading.Thread(target=write, args=(n,)) for n in range(24)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert sorted(answers) == [200] * 48 + [201] * 24, running.said()
            # A file is read by a server-side cursor in one transaction. It has more rows than one fetch returns.
            lines = client.get("/businesses/?format=ndjson", headers={"Accept": "application/x-ndjson"}).text
            assert lines.count("\n") >= 24
            actors = database.owner(
                "select distinct actor_kind, actor_name, reason from audit.events where user_id = %s", user
            ).fetchall()
            assert [(kind, reason) for kind, _, reason in actors] == [("api_key", "pooled")]
        finally:
            running.stop()


def test_migrations_and_jobs_use_the_direct_connection(database: Database, port: int) -> None:
    """Migrations need an advisory lock, and the worker's jobs a session."""
    pooled = {"DATABASE_URL": through(database, port, "console")}
    assert manage(database, "migrate", **pooled).returncode == 0
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"], cwd=PROJECT, env=deployed(database, **pooled),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        database.owner("select pg_sleep(3)")
        assert worker.poll() is None
    finally:
        worker.terminate()
        said, _ = worker.communicate(timeout=60)
    assert "Traceback" not in said
