"""Restore a backup into a separate server and compare it with the database at the time of the backup."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from aira.embedded import Cluster, EmbeddedError
from aira.ops.backup import BackupError, dump, programs
from aira.ops.backup.proof import connected
from aira.ops.backup.restore import Outcome, fill_and_check


def drill(path: Path) -> Outcome:
    """Restore a dump. A bad backup does not raise: `problems` describes it."""
    outcome = Outcome(path.name)
    try:
        manifest = dump.verify(path)
        outcome.lost = manifest.age
        with scratch(manifest.server) as cluster:
            try:
                return fill_and_check(connected(cluster.url()), path, manifest, roles=manifest.roles)
            except BackupError as error:
                raise BackupError(f"{error}{why_stopped(cluster.log)}") from error
    except (BackupError, EmbeddedError, psycopg.Error) as error:
        outcome.problems.append(str(error).strip())
    return outcome


def why_stopped(log: Path) -> str:
    """Return why the server of a drill stopped, as the end of a sentence, or an empty text if it did not."""
    panics = [line for line in log.read_text(errors="replace").splitlines() if "PANIC" in line]
    return f". The drill's server stopped: {panics[-1].partition('PANIC:')[2].strip()}" if panics else ""


@contextmanager
def scratch(server: int) -> Iterator[Cluster]:
    """Start a separate server of this version. It is removed afterwards with its data."""
    with place(server) as cluster:
        cluster.start()
        yield cluster


@contextmanager
def place(server: int, run_by: pwd.struct_passwd | None = None) -> Iterator[Cluster]:
    """Prepare a separate server. Its process and data are removed afterwards.

    Args:
        server: major version of PostgreSQL.
        run_by: the user who runs it, if this process is root.
    """
    located = Cluster.locate("drill", programs.find("postgres", server).parent)
    located.home.mkdir(parents=True, exist_ok=True)
    remove_abandoned(located)
    home = Path(tempfile.mkdtemp(prefix=f"drill-{os.getpid()}-", dir=located.home))
    home.chmod(0o755)
    cluster = Cluster("drill", located.source, home, run_by=run_by)
    try:
        yield cluster
    finally:
        cluster.destroy()
        shutil.rmtree(home, ignore_errors=True)


def remove_abandoned(located: Cluster) -> None:
    """Remove servers of killed drills, which still run with all data."""
    for home in located.home.glob("drill-*-*"):
        pid = home.name.split("-")[1]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            for folder in home.glob("drill-*/"):
                # Any version may be installed there.
                located.kill_server(folder)
            shutil.rmtree(home, ignore_errors=True)
