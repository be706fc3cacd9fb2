"""Find and run PostgreSQL's own programs in the version that a server needs."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aira.ops.backup import BackupError

ERROR = re.compile(r"\b(error|fatal|panic):", re.IGNORECASE)


def find(name: str, major: int) -> Path:
    """Return the path of a program of this major version, or of the oldest newer one. Raises BackupError."""
    found: dict[int, Path] = {}
    for path in candidates(name):
        if (version := version_of(path)) and version >= major:
            found.setdefault(version, path)
    if not found:
        raise BackupError(
            f"No {name} of PostgreSQL {major} or newer is installed. Install postgresql-client-{major} "
            f"(and postgresql-{major} for a drill), or add its bin folder to PATH."
        )
    return found[min(found)]


def candidates(name: str) -> Iterator[Path]:
    """Yield the possible paths of a program."""
    if on_path := shutil.which(name):
        yield Path(on_path)
    if bindir := os.environ.get("AIRA_PG_BIN"):
        yield Path(bindir) / name
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))


def version_of(path: Path) -> int | None:
    """Return the version of a program. Debian's scripts report the version to which they forward."""
    try:
        output = subprocess.run([path, "--version"], capture_output=True, text=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    matched = re.search(r"\(PostgreSQL\) (\d+)", output)
    return int(matched[1]) if matched else None


def run(
    *command: str | Path,
    environment: dict[str, str] | None = None,
    only: bool = False,
    user: pwd.struct_passwd | None = None,
) -> str:
    """Run a program and return its output.

    Raises BackupError with its last lines.

    Args:
        only: pass this environment and nothing else.
        user: the user who runs it, if this process runs as root.
    """
    other: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    done = subprocess.run(
        command,
        env={**({} if only else os.environ), **(environment or {})},
        # The user may not have access to the current folder.
        cwd="/" if user else None,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        **other,
    )
    if done.returncode:
        raise BackupError(failure(command[0], done.returncode, done.stderr or done.stdout))
    return done.stdout


def failure(program: str | Path, code: int, said: str) -> str:
    """Return a sentence about a program that failed, with the lines around its first error, or else its last lines.

    pg_restore writes the statement after the error, which may be long. pgBackRest writes a cause before it.
    """
    lines = said.strip().splitlines() or ["no output"]
    first = next((at for at, line in enumerate(lines) if ERROR.search(line)), None)
    words = lines[-3:] if first is None else lines[max(first - 1, 0) : first + 2]
    return f"{Path(program).name} failed ({code}): {' / '.join(words)}"
