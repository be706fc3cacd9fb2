"""Test that adoption reaches the same result after `kill -9` or a lost connection at any step."""

import signal
import subprocess
import time

import pytest

from aira.embedded import Cluster
from aira.migrate.catalog import differences, read
from tests.hosted import AUTH, connect, make_database, manage, start_manage
from tests.original import DECISIONS, make_original, owner

pytestmark = pytest.mark.slow
# The last line of output, and the seconds after it at which the process is killed or loses its connection.
MOMENTS = [
    ("Preparing", 0.2), ("Making", 0.1), ("Making", 1.5), ("Copying", 0.0), ("Copied", 0.0), ("Repairing", 0.3),
    ("Building", 0.0), ("Building", 0.2), ("Switched", 0.0), ("Finishing", 0.0), ("validate number_notes_length", 0.0),
    ("view wallet_liabilities", 0.02), ("view wallet_liabilities", 0.5),
]  # fmt: skip


def stop(cluster: Cluster, name: str, process: subprocess.Popen[str], *, killed: bool) -> None:
    if killed:
        process.send_signal(signal.SIGKILL)
        return
    with connect(cluster, "postgres") as connection:
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
    _, errors = process.communicate()
    assert "Traceback" not in errors


def test_adoption_ends_the_same_wherever_it_was_killed(cluster: Cluster) -> None:
    make_database(cluster, "fresh", AUTH, owner="hosted")
    manage(cluster, "fresh", "hosted", "migrate", "--verbosity", "0")
    with connect(cluster, "fresh") as connection:
        fresh = read(connection)
    arguments = ("adopt", f"--decisions={DECISIONS}")
    for number, (line, later) in enumerate(MOMENTS):
        name = f"killed_{number}"
        make_original(cluster, name, rows=4000, offending=True)
        with start_manage(cluster, name, "hosted", *arguments, PYTHONUNBUFFERED="1") as process:
            for said in process.stdout or ():
                if said.startswith(line):
                    break
            time.sleep(later)
            stop(cluster, name, process, killed=number % 2 == 0)
        assert "Adopted:" in manage(cluster, name, "hosted", *arguments), (line, later)
        with connect(cluster, name) as connection:
            assert differences(fresh, read(connection)) == [], (line, later)
        with owner(cluster, name) as connection:
            rows = connection.execute
            assert rows("select count(*) from transactions").fetchone() == (2000 + 4,), (line, later)
            assert rows("select count(*) from appointments").fetchone() == (1000 + 6,), (line, later)
            # Each row was repaired once and posted once.
            assert rows("select count(*) from ledger_entries where kind <> 'opening'").fetchone() == (0,)
            quarantined = rows("select count(*) from audit.events where verb = 'delete' and table_name <> 'auth_group'")
            assert quarantined.fetchone() == (2,), (line, later)
