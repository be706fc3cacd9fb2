"""Provide a small disk in memory, to test what a full disk does."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aira.embedded import unprivileged_user

MEGABYTE = 1024 * 1024


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """Provide a folder on a disk of this size, in which the server's user may write. Skip the test if that is refused."""
    folder = Path(tempfile.mkdtemp(prefix="aira-small-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "aira-test", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"This machine mounts no small disk: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def for_the_server(folder: Path) -> None:
    """Give a folder to the user who runs the server."""
    if user := unprivileged_user():
        shutil.chown(folder, user.pw_uid, user.pw_gid)


def fill(folder: Path, leave: int) -> Path:
    """Fill a disk until this number of megabytes is left. Return the file that does it."""
    state = os.statvfs(folder)
    filling = folder / "filling"
    with filling.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize - leave * MEGABYTE)
    return filling
