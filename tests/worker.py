"""Run `manage.py worker` as a separate process."""

import subprocess
import sys

from aira.embedded import PROJECT
from tests.command import deployed
from tests.database import Database

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def start_worker(database: Database, *args: str, **environment: str) -> subprocess.Popen[str]:
    """Start a worker. Its log goes to stderr, it signs webhooks with SECRET, and may send them to this machine."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker", *args],
        cwd=PROJECT,
        env=deployed(database) | {"KB_UPDATER_SECRET": SECRET, "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1"} | environment,
        text=True,
        stderr=subprocess.PIPE,
    )
