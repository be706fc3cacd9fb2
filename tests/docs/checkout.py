"""A checkout as somebody has who has just cloned it, and an environment that knows of no other."""

import os
import shutil
import subprocess
from pathlib import Path

from aira.embedded import PROJECT

# What this run of the tests tells its processes: others would use its databases, and remove them.
OURS = ("AIRA_", "DATABASE_", "PYTEST_", "SECRET_KEY", "DJANGO_", "DEBUG", "MAKE", "MFLAGS")


def alone(**settings: str) -> dict[str, str]:
    """The environment without what belongs to this run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    # The server's version is as chosen with PG=.
    if chosen := os.environ.get("AIRA_PG_BIN"):
        kept["AIRA_PG_BIN"] = chosen
    return kept | settings


def checkout(folder: Path, *, venv: bool) -> Path:
    """The files that git has or would take. venv: with this checkout's environment, installed already."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, listed):
        if (PROJECT / name).is_file() and not (PROJECT / name).is_symlink():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, folder / name)
    if venv:
        (folder / ".venv").symlink_to((PROJECT / ".venv").resolve())
    return folder
