"""Run manage.py in a separate process on a test's database."""

import os
import subprocess
from pathlib import Path

from aira.embedded import PROJECT
from tests import forked_commands
from tests.database import Database

# The addresses of the other services. Without them, checks warn.
CONFIGURED = {
    "KB_UPDATER_URL": "https://kb.example.com/hook",
    "KB_UPDATER_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "VOICE_AGENT_URL": "https://voice.example.com",
}


def deployed(database: Database, **settings: str) -> dict[str, str]:
    """Return the environment of a deployment: the site runs as console, and the owner has the direct connection."""
    return {
        **os.environ,
        "SECRET_KEY": "x",
        "DATABASE_URL": database.address("console"),
        "DATABASE_DIRECT_URL": database.address(),
        **settings,
    }


def manage(
    database: Database, *arguments: str, typed: str = "", cwd: Path = PROJECT, **settings: str
) -> subprocess.CompletedProcess[str]:
    return forked_commands.run(list(arguments), env=deployed(database, **settings), cwd=cwd, typed=typed)
