"""Return the transactions per second of a script, by pgbench."""

import re
import subprocess
import tempfile

from tests.database import Database


def per_second(database: Database, script: str, *, clients: int = 8, seconds: int = 3) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        address = database.server.url(database.name)
        run = subprocess.run(
            ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)), "-T", str(seconds), "-f", file.name, address],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", run.stdout)
    assert found, run.stdout + run.stderr
    assert "number of failed transactions: 0" in run.stdout, run.stdout
    return float(found.group(1))
