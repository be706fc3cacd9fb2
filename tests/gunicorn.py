"""Run the site as deployed: gunicorn with deploy/gunicorn.py, in separate processes."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aira.embedded import PROJECT
from tests.command import deployed
from tests.database import Database


@contextmanager
def serving(database: Database, folder: Path, **settings: str) -> Iterator[str]:
    """Start the site and return its address. folder: for its log."""
    log = folder / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", "aira.wsgi", "--workers=2", "--bind=127.0.0.1:0"]
    with log.open("w") as file:
        server = subprocess.Popen(
            [*command, "--config=deploy/gunicorn.py"],
            cwd=PROJECT, env=deployed(database, **settings), stderr=file, stdout=file,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 20
        while not (found := re.search(r"Listening at: (http://[\d.:]+)", log.read_text())):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield found[1]
    finally:
        server.terminate()
        server.wait(timeout=40)
