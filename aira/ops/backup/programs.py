"""PostgreSQL's own programs, in the version that a server needs."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aira.ops.backup import BackupError


def find(name: str, major: int) -> Path:
    """pg_dump, pg_restore, postgres … of that major version, or the oldest newer one. Raises BackupError."""
    found: dict[int, Path] = {}
    for path in candidates(name):
        if (version := version_of(path)) and version >= major:
            found.setdefault(version, path)
    if not found:
        raise BackupError(
            f"there is no {name} of PostgreSQL {major} or newer here: install postgresql-client-{major} "
            f"(and postgresql-{major} for a drill), or put its bin folder on PATH."
        )
    return found[min(found)]


def candidates(name: str) -> Iterator[Path]:
    if on_path := shutil.which(name):
        yield Path(on_path)
    if bindir := os.environ.get("AIRA_PG_BIN"):
        yield Path(bindir) / name
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))


def version_of(path: Path) -> int | None:
    """A script that only forwards to some version (Debian's) says which."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    matched = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(matched[1]) if matched else None


def run(
    *command: str | Path,
    environment: dict[str, str] | None = None,
    only: bool = False,
    user: pwd.struct_passwd | None = None,
) -> str:
    """What it printed. Raises BackupError with its last words.

    only: the environment is this and nothing else; user: who runs it, when we are root.
    """
    other: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    done = subprocess.run(
        command,
        env={**({} if only else os.environ), **(environment or {})},
        # Not every user may be where we are.
        cwd="/" if user else None,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        **other,
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-3:] or ["it said nothing"]
        raise BackupError(f"{Path(command[0]).name} failed ({done.returncode}): {' / '.join(words)}")
    return done.stdout
