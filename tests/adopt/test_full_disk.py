"""Test that a full disk during the copy stops adoption in words, and that services can write again at once."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from aira.embedded import Cluster
from aira.migrate.catalog import differences
from tests.adopt.checking import refused
from tests.adopt.test_beside import state
from tests.hosted import connect, manage
from tests.original import make_original, owner
from tests.small_disk import for_the_server, small_disk

pytestmark = pytest.mark.slow
ROWS = "select count(*), sum(hashtextextended(a::text, 0)) from public.appointments a"


@pytest.fixture
def small() -> Iterator[Path]:
    """Return a folder on a disk of 6 MB, on which the server's user may write."""
    with small_disk(6) as folder:
        for_the_server(folder)
        yield folder


def test_a_full_disk_during_the_copy_leaves_the_originals_and_a_larger_disk_suffices(
    cluster: Cluster, small: Path
) -> None:
    """The copies go to a tablespace on the small disk, so that the log of the server has room."""
    make_original(cluster, "full", rows=20_000)
    with connect(cluster, "postgres") as connection:
        # A tablespace can't be made inside a transaction.
        connection.execute(psycopg.sql.SQL("create tablespace small location {}").format(str(small)))
        connection.execute("grant create on tablespace small to hosted")
        connection.execute('alter database "full" set default_tablespace = small')
    with owner(cluster, "full") as connection:
        rows, before = connection.execute(ROWS).fetchone(), state(cluster, "full")
    try:
        said = refused(cluster, "full")
        assert "The server's disk is full. Nothing was changed, and" in said
        assert "the copies were removed" in said
        assert "Traceback" not in said
        with owner(cluster, "full") as connection:
            assert connection.execute(ROWS).fetchone() == rows
            # Services work on.
            connection.execute("update appointments set notes = notes where id = (select id from appointments limit 1)")
        assert "Abandoned: the database is as it was" in manage(cluster, "full", "hosted", "adopt", "--abandon")
        after = state(cluster, "full")
        assert differences(before[0], after[0]) == []
        assert after[1:] == before[1:]
        with connect(cluster, "postgres") as connection:
            connection.execute('alter database "full" reset default_tablespace')
        subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
        assert "Adopted:" in manage(cluster, "full", "hosted", "adopt")
        with owner(cluster, "full") as connection:
            assert connection.execute("select count(*) from appointments").fetchone() == (rows[0],)
            assert connection.execute("select * from private.ledger_problems()").fetchall() == []
    finally:
        with connect(cluster, "postgres") as connection:
            connection.execute('drop database "full" with (force)')
            connection.execute("drop tablespace small")
