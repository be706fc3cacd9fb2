"""Test that the doctor names what a deployment lacks, in the order in which it is set up."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from aira.ops.doctor import database, site, walk, work
from aira.ops.doctor.findings import MISSING, WRONG, Blocked, Finding
from aira.version import VERSION
from tests.command import CONFIGURED, manage
from tests.database import Database
from tests.pooled.pgbouncer import pgbouncer, program, through


def texts(found: Iterator[Finding]) -> str:
    return "\n".join(finding.text for finding in found)


@pytest.mark.judges_server
def test_a_fresh_database_is_walked_to_the_end(database: Database) -> None:
    run = manage(database, "doctor", "--json", ALLOWED_HOSTS="x.example.com", SECRET_KEY="k" * 60, **CONFIGURED)
    found = json.loads(run.stdout)
    assert run.returncode == 1, run.stdout + run.stderr
    assert [*found] == [
        "settings", "database", "pooler", "migrations", "roles", "worker", "services", "mail", "staff", "backups", "anchors",
        "statistics", "health", "site",
    ]  # fmt: skip
    assert {finding["kind"] for findings in found.values() for finding in findings} == {MISSING}
    for step in ("database", "pooler", "migrations", "roles", "services"):
        assert found[step] == []
    for step in ("worker", "mail", "staff", "backups", "anchors", "site"):
        assert found[step], step


def test_the_next_thing_to_do_is_the_last_line(database: Database) -> None:
    run = manage(database, "doctor")
    assert run.returncode == 1
    assert run.stdout.splitlines()[-1].startswith("Next: ")
    assert "ok       pooler" in run.stdout


def test_a_database_that_is_away_ends_the_walk(database: Database) -> None:
    run = manage(database, "doctor", DATABASE_DIRECT_URL="postgres://postgres:x@127.0.0.1:1/aira")
    assert run.returncode == 2
    assert "DATABASE_DIRECT_URL: Can't connect" in run.stdout
    assert "migrations" not in run.stdout
    assert "Traceback" not in run.stderr


def test_missing_statistics_of_statements_are_named(deployed: Database) -> None:
    assert list(work.statistics()) == []
    deployed.owner("drop extension pg_stat_statements")
    [finding] = work.statistics()
    assert (finding.kind, finding.text) == (MISSING, "The extension pg_stat_statements is missing.")
    assert finding.todo.startswith("Add it to shared_preload_libraries")


@pytest.fixture
def deployed(database: Database, direct: None, in_its_database: None) -> Database:
    return database


def test_changes_by_hand_are_named(deployed: Database) -> None:
    assert texts(database.migrated()) == ""
    [[policy]] = deployed.owner("select min(policyname) from pg_policies where tablename = 'documents'")
    deployed.owner(f"drop policy {policy} on public.documents")
    assert policy in texts(database.migrated())


def test_missing_migrations_end_the_walk(deployed: Database) -> None:
    deployed.owner("delete from console.django_migrations where app = 'ops'")
    with pytest.raises(Blocked, match="not applied"):
        list(database.migrated())


def test_a_site_that_connects_as_the_owner_is_named(database: Database) -> None:
    run = manage(database, "doctor", DATABASE_URL=database.address())
    assert "connects as the owner" in run.stdout


@pytest.mark.slow
def test_a_pooler_before_the_direct_connection_is_named(database: Database) -> None:
    found = program()
    if found is None:
        pytest.skip("pgbouncer is not installed")
    with pgbouncer(found, database, "console") as port:
        run = manage(database, "doctor", DATABASE_DIRECT_URL=through(database, port, "console"))
    assert "goes through a pooler" in run.stdout


def test_a_mail_server_that_is_away_is_named(deployed: Database, settings: Any) -> None:
    settings.MAIL = True
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1},
        }
    }
    [finding] = work.mail()
    assert finding.kind == WRONG
    assert "mail server" in finding.text


def test_steps_that_are_done_are_silent(deployed: Database, settings: Any) -> None:
    settings.ANCHOR_KEY, settings.ANCHOR_TO, settings.SECOND_FACTOR = "x", ["file:///tmp/x"], False
    deployed.owner("select private.add_anchor(1, null, '{}', 'x', 'x')")
    deployed.owner(
        "insert into console.staff_users (id, password, is_superuser, username, first_name, last_name, email, is_staff,"
        " is_active, date_joined) values (gen_random_uuid(), 'x', true, 'sam', '', '', '', true, true, now())"
    )
    deployed.owner(
        "insert into console.backups (id, file, taken_at, duration, rows, size, sha256) values"
        " (gen_random_uuid(), 'x', now(), '1 s', 1, 1, 'x')"
    )
    deployed.owner(
        "insert into console.restore_drills (id, file, restored_in, lost, rows, problems)"
        " values (gen_random_uuid(), 'x', '1 s', '1 s', 1, '[]')"
    )
    deployed.owner(
        "insert into console.worker_processes (id, host, pid, version, parts, jobs_done, deliveries_made, looped_at)"
        " values (gen_random_uuid(), 'x', 1, %s, '{dispatcher,jobs}', 0, 0, now())",
        VERSION,
    )
    for look in (work.worker, work.staff, work.backups, work.anchors, work.health, database.roles):
        assert texts(look()) == "", look


Answer = tuple[int, dict[str, str]]


@pytest.fixture
def proxy() -> Iterator[Callable[[dict[str, Answer]], str]]:
    """Serve answers by path."""
    answers: dict[str, Answer] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers = answers.get(self.path, (404, {}))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()

    def serve(found: dict[str, Answer]) -> str:
        answers.update(found)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_proxy_without_tls_is_named(proxy: Callable[[dict[str, Answer]], str]) -> None:
    url = proxy({"/readyz": (200, {}), "/console/login/": (200, {})})
    assert "is not https" in texts(site.look(url))


def test_a_site_that_is_not_ready_or_refuses_the_host_is_named(proxy: Callable[[dict[str, Answer]], str]) -> None:
    found = texts(site.look(proxy({"/readyz": (503, {}), "/console/login/": (400, {})})))
    assert "answers 503" in found
    assert "answers 400" in found


def test_a_proxy_that_hides_tls_is_named(proxy: Callable[[dict[str, Answer]], str]) -> None:
    url = proxy({"/readyz": (200, {})})
    proxy({"/console/login/": (301, {"location": f"{url}/console/login/"})})
    assert "redirects to itself" in texts(site.look(url))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense", "http://[", "ftp://x"])
def test_a_site_that_is_away_is_named(url: str) -> None:
    [finding] = site.look(url)
    assert "can't be opened" in finding.text


def test_without_a_url_the_walk_says_so(deployed: Database) -> None:
    assert dict(walk())["site"][0].kind == MISSING
