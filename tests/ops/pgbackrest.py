"""Run a separate server that archives to an encrypted pgBackRest repository. Install pgbackrest if it is missing."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from aira.embedded import Cluster
from tests.command import manage
from tests.database import Database, Server, server_home

DEBIANS = Path("/usr/lib/postgresql/15/bin")
MISSING = "pgbackrest and PostgreSQL 15 are needed (Debian: apt-get install pgbackrest postgresql-15)."
CIPHER_PASS = "a pass that no command line shows"


def installed() -> bool:
    if not there() and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "check": False}
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "pgbackrest", "postgresql-15"]):
            subprocess.run(["apt-get", "--quiet", *arguments], stdout=subprocess.DEVNULL, **quiet)
    return there()


def there() -> bool:
    return bool(shutil.which("pgbackrest")) and (DEBIANS / "postgres").exists()


@dataclass
class Origin:
    cluster: Cluster
    database: Database
    home: Path

    @property
    def settings(self) -> dict[str, str]:
        """Return the environment of manage.py."""
        return {
            "PGBACKREST_STANZA": "aira",
            "PGBACKREST_CONFIG": str(self.home / "pgbackrest.conf"),
            "BACKUP_DIR": str(self.home / "manifests"),
            # The folder of the drill's server.
            "AIRA_DATA_HOME": str(self.home / "drills"),
        }

    def manage(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        run = manage(self.database, *arguments, **{**self.settings, **settings})
        assert "Traceback" not in run.stderr, run.stderr
        assert CIPHER_PASS not in run.stdout + run.stderr
        return run

    def archives(self) -> None:
        """Set archiving up, as docs/OPERATIONS.md says."""
        command = f"{shutil.which('pgbackrest')} --config={self.home}/pgbackrest.conf --stanza=aira archive-push %p"
        self.database.owner("alter system set archive_mode = on")
        self.database.owner(f"alter system set archive_command = '{command}'")
        self.restart()

    def without_file(self) -> dict[str, str]:
        """Return pgBackRest's own configuration as environment variables."""
        (self.home / "pgbackrest.conf").write_text("[global]\n")
        return {
            "PGBACKREST_REPO1_PATH": f"{self.home}/repository",
            "PGBACKREST_REPO1_CIPHER_TYPE": "aes-256-cbc",
            "PGBACKREST_REPO1_CIPHER_PASS": CIPHER_PASS,
        }

    def restart(self) -> None:
        self.database.close()
        self.cluster.stop()
        self.cluster.start()
        self.database.server.owner = self.cluster.url()
        self.database.connections.clear()

    def destroy(self) -> None:
        self.database.close()
        self.cluster.destroy()


@contextmanager
def origin(bindir: Path, *, migrated: bool = True, user: str = "") -> Iterator[Origin]:
    """Provide a server. user: of the operating system, who runs it, instead of postgres."""
    home = server_home("pitr")
    cluster = Cluster("origin", bindir.resolve(), home, run_by=pwd.getpwnam(user) if user else None)
    try:
        configure(home, cluster.user)
        cluster.start()
        hba = cluster.data / "pg_hba.conf"
        hba.write_text("local all postgres trust\n" + hba.read_text())
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute("select pg_reload_conf()")
        database = Database(Server(cluster.url(), cluster.secrets["console"]), "aira")
        found = Origin(cluster, database, home)
        if migrated:
            run = found.manage("migrate", "--verbosity=0")
            assert run.returncode == 0, run.stderr
        yield found
        database.close()
    finally:
        cluster.destroy()
        shutil.rmtree(home)


def configure(home: Path, user: pwd.struct_passwd | None) -> None:
    """The server's archive_command reads the configuration as well, so it must be a file."""
    for name in ("repository", "locks"):
        (home / name).mkdir(mode=0o750)
    conf = home / "pgbackrest.conf"
    conf.touch(mode=0o600)
    conf.write_text(
        f"[global]\nrepo1-path={home}/repository\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass={CIPHER_PASS}\n"
        f"repo1-retention-full=1\nlock-path={home}/locks\nlog-level-file=off\n[aira]\npg1-path={home}/origin-15/data\n"
        f"pg1-socket-path={home}/origin-15/socket\n"
    )
    if user:
        for path in (conf, home / "repository", home / "locks"):
            os.chown(path, user.pw_uid, user.pw_gid)
