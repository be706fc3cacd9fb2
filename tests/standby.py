"""Run a separate primary with a migrated database, and a standby that streams from it."""

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from aira.embedded import Cluster, make_folder
from tests.command import manage
from tests.database import Database, Server, server_home


@dataclass
class Standby:
    """Hold both servers. database: on the primary. mirror: the same database on the standby."""

    primary: Cluster
    cluster: Cluster
    database: Database
    mirror: Database = field(init=False)

    def __post_init__(self) -> None:
        self.mirror = Database(Server(self.cluster.url(), self.database.server.password), self.database.name)

    def delay(self, wanted: str) -> None:
        """Set the delay before the standby replays a commit, such as 5min, or 0 for none."""
        with self.mirror.connect() as connection:
            connection.execute("alter system set recovery_min_apply_delay = '" + wanted + "'")
            connection.execute("select pg_reload_conf()")
        # The process that replays reads the setting after a moment.
        time.sleep(0.5)

    def catch_up(self) -> None:
        [position] = self.database.owner("select pg_current_wal_lsn()").fetchone()  # type: ignore[misc]
        deadline = time.monotonic() + 60
        while not self.mirror.owner("select pg_last_wal_replay_lsn() >= %s", position).fetchone()[0]:  # type: ignore[index]
            assert time.monotonic() < deadline, self.cluster.log.read_text()
            time.sleep(0.05)


@contextmanager
def standby() -> Iterator[Standby]:
    located = Cluster.locate("standby")
    home = server_home("standby")
    primary, cluster = Cluster("primary", located.source, home), Cluster("standby", located.source, home)
    try:
        primary.start()
        database = migrated(primary)
        copy(primary, cluster)
        both = Standby(primary, cluster, database)
        try:
            yield both
        finally:
            both.mirror.close()
            database.close()
    finally:
        cluster.destroy()
        primary.destroy()
        shutil.rmtree(home)


def migrated(primary: Cluster) -> Database:
    server = Server(primary.url(), secrets.token_urlsafe(16))
    server.admin("create database {}", "live")
    database = Database(server, "live")
    made = manage(database, "migrate", "--verbosity=0")
    assert made.returncode == 0, made.stderr
    for role in ("console", "authenticator"):
        database.owner(f"alter role {role} password '{database.server.password}'")
    return database


def copy(primary: Cluster, cluster: Cluster) -> None:
    make_folder(cluster.folder, 0o700, cluster.user)
    # The standby has the same login roles and passwords.
    shutil.copyfile(primary.folder / "secrets.json", cluster.folder / "secrets.json")
    made = cluster.run(
        "pg_basebackup", "--pgdata", cluster.data, "--dbname", primary.url(), "--write-recovery-conf", "--checkpoint=fast",
        capture_output=True,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    cluster.start_server(cluster.folder)
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("select pg_is_in_recovery()").fetchone() == (True,)
