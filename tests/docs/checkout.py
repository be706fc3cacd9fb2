"""Create a fresh checkout, and an environment without settings of another one."""

import os
import shutil
import subprocess
from pathlib import Path

from aira.embedded import PROJECT

# Variables of this test run. Commands in the checkout would use, and remove, its databases.
OURS = ("AIRA_", "DATABASE_", "PYTEST_", "SECRET_KEY", "DJANGO_", "DEBUG", "MAKE", "MFLAGS")


def alone(**settings: str) -> dict[str, str]:
    """Return the environment without the variables of this run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    # Keep the version of the server, which PG= chooses.
    if chosen := os.environ.get("AIRA_PG_BIN"):
        kept["AIRA_PG_BIN"] = chosen
    return kept | settings


def checkout(folder: Path, *, venv: bool) -> Path:
    """Copy the files that git has or would take. venv: link the installed environment of this checkout."""
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
