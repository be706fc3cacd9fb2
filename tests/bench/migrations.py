"""Measure how long it takes to prepare a new database."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.bench.figures import Row
from tests.database import Database


def measure(database: Database) -> Iterator[Row]:
    url = os.environ["DATABASE_DIRECT_URL"].rpartition("/")[0] + f"/{database.name}"
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_DIRECT_URL": url}
    for args, what in ((["migrate", "zero"], "migrate zero"), (["migrate"], "migrate, all"), (["demo"], "demo data")):
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "manage.py", *args, "-v0"], env=environment, check=True, stdout=subprocess.DEVNULL
        )
        yield Row(what, f"{time.monotonic() - began:.1f} s")
