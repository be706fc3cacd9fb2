"""Test that a restored dump has the catalog of its source."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from aira.migrate.catalog import canonical, differences, read
from aira.ops.backup import programs
from tests.database import Database, Server


@pytest.fixture
def restored(server: Server, database: Database, tmp_path: Path) -> Iterator[Database]:
    """Restore a dump of the database under another name."""
    name = f"{database.name}_restored"
    server.admin("create database {} template template0", name)
    with database.connect() as connection:
        version = connection.info.server_version // 10000
    dump = tmp_path / "it.dump"
    subprocess.run(
        [programs.find("pg_dump", version), "--format=custom", f"--file={dump}", database.address()], check=True
    )
    other = Database(server, name)
    subprocess.run(
        [programs.find("pg_restore", version), "--exit-on-error", f"--dbname={other.address()}", dump], check=True
    )
    yield other
    other.close()
    server.drop(name)


def test_a_restored_dump_shows_no_drift(database: Database, restored: Database) -> None:
    with database.connect() as before, restored.connect() as after:
        assert [str(one) for one in differences(read(before), read(after))] == []


@pytest.mark.parametrize(
    ("kept", "restored"),
    [
        ("(ARRAY['a'::character varying])::text[]", "ARRAY[('a'::character varying)::text]"),
        (
            "((type)::text = ANY ((ARRAY['it''s, [1]'::character varying, 'b'::character varying])::text[]))",
            "((type)::text = ANY (ARRAY[('it''s, [1]'::character varying)::text, ('b'::character varying)::text]))",
        ),
        ("ARRAY['a'::text, 'b'::text]", "ARRAY['a'::text, 'b'::text]"),
    ],
)
def test_casts_of_arrays_are_compared_as_casts_of_their_elements(kept: str, restored: str) -> None:
    assert canonical(kept) == restored
    assert canonical(restored) == restored
