"""Test that reports and exports read a standby that has all earlier commits, and otherwise the primary."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import httpx
import pytest

from aira.embedded import PROJECT, free_port
from tests.api.running import Running
from tests.command import deployed, manage
from tests.database import Database
from tests.standby import Standby, standby

AUDITED = {"X-Reason": "to look at it"}


def look(database: Database, **settings: str) -> tuple[str, list[str]]:
    """Return the level and the reason that dbhealth gives about reads from the replica."""
    said = manage(database, "dbhealth", "--only", "replica", "--json", **settings)
    assert said.stdout, said.stderr
    found = json.loads(said.stdout)
    return found["level"], [problem["detail"] for check in found["checks"] for problem in check["problems"]]


def export(client: httpx.Client) -> tuple[str, str]:
    """Return the databases from which the businesses and the file were read."""
    answer = client.get("/businesses/?format=csv", headers=AUDITED)
    assert answer.status_code == 200, answer.text
    return answer.headers["X-Read-From"], answer.text


def report(client: httpx.Client) -> str:
    answer = client.get("/analytics/money/")
    assert answer.status_code == 200, answer.text
    return str(answer.headers["X-Read-From"])


@pytest.fixture
def nowhere() -> str:
    return f"postgres://console:x@127.0.0.1:{free_port()}/aira"


@pytest.mark.slow
def test_dbhealth_explains_why_the_replica_is_not_read(database: Database, nowhere: str) -> None:
    assert look(database) == ("ok", [])
    level, [why] = look(database, DATABASE_REPLICA_URL=nowhere)
    assert level == "warn"
    assert "onnection refused" in why
    level, whys = look(database, DATABASE_REPLICA_URL=database.address("console"))
    assert (level, whys) == ("warn", ["DATABASE_REPLICA_URL does not lead to a standby of this database"])


def test_a_primary_that_hides_its_write_position_is_named_by_dbhealth(database: Database, nowhere: str) -> None:
    database.owner("revoke execute on function pg_catalog.pg_current_wal_lsn() from public")
    level, whys = look(database, DATABASE_REPLICA_URL=nowhere)
    assert level == "warn"
    assert whys == ["the primary reports: permission denied for function pg_current_wal_lsn"]


def test_a_site_without_its_replica_reads_from_the_primary_and_is_ready(database: Database, nowhere: str) -> None:
    with tempfile.TemporaryFile() as log:
        running = Running.start(database, log, DATABASE_REPLICA_URL=nowhere)
        try:
            client = running.client(running.secret("tool"))
            assert export(client)[0] == "primary"
            assert report(client) == "primary"
            assert httpx.get(f"{running.url}/readyz").status_code == 200
            assert "Reading from the primary: the standby reports: connection failed" in running.said()
        finally:
            running.stop()


@pytest.fixture(scope="module")
def both() -> Iterator[Standby]:
    with standby() as found:
        yield found


@pytest.fixture(scope="module")
def running(both: Standby) -> Iterator[Running]:
    with tempfile.TemporaryFile() as log:
        site = Running.start(both.database, log, DATABASE_REPLICA_URL=both.mirror.address("console"))
        yield site
        site.stop()


@pytest.fixture(scope="module")
def client(running: Running) -> httpx.Client:
    return running.client(running.secret("tool"), **{"If-Match": "*"})


@pytest.mark.slow
def test_a_standby_answers_and_includes_the_readers_own_writes(
    both: Standby, running: Running, client: httpx.Client
) -> None:
    user = str(running.alices.user)
    for n in range(20):
        made = client.post("/businesses/", json={"user": user, "name": f"Just now {n}", "business_type": "retail"})
        assert made.status_code == 201, made.text
        # Write without the site, as another service does.
        both.database.owner(
            "insert into public.business_v2 (user_id, name, business_type) values (%s, %s, 'retail')",
            user,
            f"Beside {n}",
        )
        source, file = export(client)
        assert source == "replica"
        assert f"Just now {n}" in file
        assert f"Beside {n}" in file
    assert report(client) == "replica"
    assert look(both.database, DATABASE_REPLICA_URL=both.mirror.address("console")) == ("ok", [])
    # Lists, records and wallets are read from the primary.
    assert "X-Read-From" not in client.get("/businesses/").headers
    assert "X-Read-From" not in client.get("/wallets/").headers
    recorded = both.database.owner("select count(*) from audit.events where verb = 'export'").fetchone()
    assert recorded == (20,)


@pytest.mark.slow
def test_a_standby_that_is_behind_is_waited_for_and_then_skipped(
    both: Standby, running: Running, client: httpx.Client
) -> None:
    both.delay("1h")
    try:
        both.database.owner(
            "insert into public.business_v2 (user_id, name, business_type) values (%s, 'Too new', 'retail')",
            running.alices.user,
        )
        began = time.monotonic()
        source, file = export(client)
        assert source == "primary"
        assert "Too new" in file
        assert time.monotonic() - began < 6
        level, [why] = look(both.database, DATABASE_REPLICA_URL=both.mirror.address("console"))
        assert level == "warn"
        assert "bytes of WAL behind after 2 s" in why
    finally:
        both.delay("0")
    both.catch_up()
    assert export(client)[0] == "replica"
    # A wait of some hundred milliseconds is acceptable.
    both.delay("300ms")
    try:
        both.database.owner("update public.business_v2 set name = 'Newer still' where name = 'Too new'")
        source, file = export(client)
        assert source == "replica"
        assert "Newer still" in file
    finally:
        both.delay("0")


ASK = """
from django.db import connections
from aira.schema import replica

def ask(using):
    with connections[using].cursor() as cursor:
        cursor.execute("select pg_is_in_recovery(), (select count(*) from public.business_v2)")
        print(cursor.fetchone(), flush=True)
        if using == replica.ALIAS:
            cursor.execute("select (select count(*) from public.business_v2), pg_sleep(20)")

print(replica.read(ask)[1])
"""


@pytest.mark.slow
def test_a_query_that_replay_cancels_runs_on_the_primary(both: Standby) -> None:
    both.catch_up()
    with both.mirror.connect() as standby:
        standby.execute("alter system set max_standby_streaming_delay = '100ms'")
        standby.execute("select pg_reload_conf()")
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", ASK],
        cwd=PROJECT, env=deployed(both.database, DATABASE_REPLICA_URL=both.mirror.address("console")),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as asking:  # fmt: skip
        assert asking.stdout
        assert asking.stderr
        assert asking.stdout.readline().startswith("(True, ")
        time.sleep(0.5)
        # Replay on the standby needs a lock that the query holds.
        with both.database.connect() as owner, owner.transaction():
            owner.execute("lock table public.business_v2 in access exclusive mode")
        assert asking.stdout.readline().startswith("(False, ")
        assert asking.stdout.read() == "primary\n"
        assert "conflict with recovery" in asking.stderr.read()
    assert time.monotonic() - began < 15


@pytest.mark.slow
def test_a_killed_standby_causes_no_errors(both: Standby, running: Running, client: httpx.Client) -> None:
    assert export(client)[0] == "replica"
    both.mirror.close()
    both.cluster.kill_server(both.cluster.folder)
    for _ in range(8):
        assert export(client)[0] == "primary"
        assert report(client) == "primary"
    assert httpx.get(f"{running.url}/readyz").status_code == 200
