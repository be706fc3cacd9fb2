"""Test the limits on statements of clients, where nobody has set others."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from aira.embedded import Cluster
from aira.schema.role_timeouts import LIMITS
from tests.hosted import AUTH, connect, ended, hosted_server, make_database, manage

SETTINGS = """
    select r.rolname, s.setdatabase <> 0, c.setting from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
    cross join unnest(s.setconfig) c (setting) where c.setting like 'statement_timeout=%' order by 1, 2
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with hosted_server("timeouts") as cluster:
        yield cluster


def settings(cluster: Cluster) -> list[Any]:
    with connect(cluster, "postgres") as connection:
        return connection.execute(SETTINGS).fetchall()


@pytest.fixture(scope="module")
def limited(cluster: Cluster) -> str:
    """Provide a database that was migrated when some limits existed."""
    make_database(cluster, "limited", AUTH, owner="hosted")
    with connect(cluster, "postgres") as connection:
        connection.execute("alter role authenticated set statement_timeout = '20s'")
        connection.execute("alter role anon in database limited set statement_timeout = 0")
    manage(cluster, "limited", "hosted", "migrate", "--verbosity", "0")
    return "limited"


def test_migrate_limits_roles_without_a_limit(cluster: Cluster, limited: str) -> None:
    """Migrate as an owner without superuser rights: it sets the limits that it may, and names the others."""
    assert settings(cluster) == [
        ("anon", True, "statement_timeout=0"),
        ("authenticated", False, "statement_timeout=20s"),
        ("kb_updater", False, "statement_timeout=15s"),
        ("voice_agent", False, "statement_timeout=15s"),
    ]
    # A session that logs in as the role has the limit.
    with connect(cluster, "postgres") as connection:
        connection.execute("alter role voice_agent login password 'x'")
    port = cluster.recorded_port(cluster.folder)
    with psycopg.connect(f"postgres://voice_agent:x@127.0.0.1:{port}/limited", autocommit=True) as agent:
        assert agent.execute("show statement_timeout").fetchone() == ("15s",)
    # A limit that somebody changed stays.
    with connect(cluster, "postgres") as connection:
        connection.execute("alter role voice_agent set statement_timeout = '1min'")
        connection.execute("alter role anon in database limited reset statement_timeout")
        connection.execute("alter role authenticated reset statement_timeout")
    manage(cluster, "limited", "hosted", "migrate", "--verbosity", "0")
    assert [row for row in settings(cluster) if row[0] != "kb_updater"] == [
        ("anon", False, "statement_timeout=3s"),
        ("authenticated", False, "statement_timeout=8s"),
        ("voice_agent", False, "statement_timeout=1min"),
    ]


def test_an_owner_who_may_not_limit_a_role_is_told_what_to_do(cluster: Cluster, limited: str) -> None:
    make_database(cluster, "refused", owner="hosted", template=limited)
    with connect(cluster, "postgres") as connection:
        for role in LIMITS:
            connection.execute(f"alter role {role} reset statement_timeout")
        connection.execute(f"alter role anon in database {limited} reset statement_timeout")
        for role in ("anon", "authenticated"):
            connection.execute(f"revoke admin option for {role} from hosted")
        if connection.info.server_version < 160000:
            pytest.skip("before 16 whoever may make roles may change them")
    process = ended(cluster, "refused", "hosted", "migrate", "--verbosity", "0")
    said = process.stderr
    assert process.returncode == 0, said
    assert "alter role anon set statement_timeout = '3s';" in said
    assert "alter role authenticated set statement_timeout = '8s';" in said
    assert {row[0] for row in settings(cluster)} == {"kb_updater", "voice_agent"}
