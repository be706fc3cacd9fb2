"""Test rehearsals: each adopts a copy and leaves the live database as it is."""

import re
from pathlib import Path

import pytest

from aira.embedded import Cluster
from aira.migrate.catalog import read
from tests.adopt.test_beside import ORPHAN
from tests.hosted import connect, ended, make_database, url
from tests.original import DECISIONS, make_original, owner

pytestmark = pytest.mark.slow


def rehearse(cluster: Cluster, name: str, *arguments: str, **settings: str) -> tuple[int, str, str]:
    process = ended(cluster, name, "hosted", "adopt", "--rehearse", *arguments, **settings)
    said, errors = process.stdout, process.stderr
    return process.returncode, said, errors


def test_a_copy_is_adopted_and_the_report_gives_the_time_that_writers_would_wait(cluster: Cluster) -> None:
    make_original(cluster, "rehearsed", offending=True)
    with connect(cluster, "rehearsed") as connection:
        before = read(connection)
    code, said, errors = rehearse(cluster, "rehearsed", f"--decisions={DECISIONS}")
    assert (code, errors) == (0, ""), said
    assert "The copy was adopted." in said
    assert "public.transactions: writers wait" in said
    assert re.search(r"The longest of [\d,]+ calls of simulated services took \d+\.\d\d s", said)
    assert "was refused" not in said
    with connect(cluster, "rehearsed") as connection:
        assert read(connection) == before
    with owner(cluster, "rehearsed") as connection:
        assert connection.execute("select count(*) from transactions where amount = 'NaN'").fetchone() == (1,)


def test_the_copy_is_made_from_the_named_database(cluster: Cluster) -> None:
    make_original(cluster, "named", rows=20)
    make_database(cluster, "another", owner="hosted")
    code, said, errors = rehearse(
        cluster, "named", "--database=default", DATABASE_DIRECT_URL=url(cluster, "another", "hosted")
    )
    assert (code, errors) == (0, ""), said
    assert "The copy was adopted." in said


def test_an_undecided_adoption_is_not_rehearsed(cluster: Cluster) -> None:
    make_original(cluster, "undecided", offending=True)
    code, _, errors = rehearse(cluster, "undecided")
    assert code == 1
    assert "Decisions are missing" in errors


def test_a_failed_rehearsal_reports_the_failure(cluster: Cluster, tmp_path: Path) -> None:
    make_original(cluster, "failing", *ORPHAN, rows=200)
    decided = tmp_path / "decisions.json"
    decided.write_text("{}")
    code, said, errors = rehearse(cluster, "failing", f"--decisions={decided}")
    assert code == 1
    assert "A row breaks" in said
    assert "The copy was not adopted" in errors
