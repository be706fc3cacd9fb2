"""Test plain `manage.py` in a checkout beside `make run`: it uses that server and says so."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.checkout import alone, checkout

WHICH = "from django.db import connection; connection.ensure_connection(); print(connection.settings_dict['PORT'], connection.settings_dict['USER'])"


class Checkout:
    def __init__(self, folder: Path) -> None:
        self.folder = checkout(folder, venv=True)

    def embedded(self, *arguments: str) -> str:
        done = subprocess.run(
            [".venv/bin/python", "-m", "aira.embedded", *arguments],
            cwd=self.folder, env=alone(), check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def manage(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a person types it, without a wrapper."""
        return subprocess.run(
            [".venv/bin/python", "manage.py", *arguments],
            cwd=self.folder, env=alone(**settings), capture_output=True, text=True, check=False,
        )  # fmt: skip

    def which(self, **settings: str) -> subprocess.CompletedProcess[str]:
        return self.manage("shell", "--no-imports", "-c", WHICH, **settings)


@pytest.fixture(scope="module")
def stopped() -> Iterator[Checkout]:
    """Create a checkout without a server in /var/tmp, which PostgreSQL's user can read."""
    with tempfile.TemporaryDirectory(prefix="aira-plain-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Checkout(Path(folder) / "checkout")


@pytest.fixture(scope="module")
def going() -> Iterator[Checkout]:
    """Create a checkout with a running server and a migrated database, as beside `make run`."""
    with tempfile.TemporaryDirectory(prefix="aira-plain-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        made = Checkout(Path(folder) / "checkout")
        made.embedded("start")
        try:
            assert made.manage("migrate", "--verbosity", "0").returncode == 0
            yield made
        finally:
            made.embedded("destroy")


@pytest.mark.slow
def test_a_plain_command_uses_the_server_of_make_run_and_says_so(going: Checkout) -> None:
    port = going.embedded("url").rpartition(":")[2].partition("/")[0]
    done = going.which()
    assert (done.returncode, done.stdout.strip()) == (0, f"{port} console"), done.stderr
    [said] = done.stderr.splitlines()
    assert (
        said
        == f"manage.py: using the database of `make run`, port {port}. To use another one, set DATABASE_URL and SECRET_KEY."
    )


def test_commands_of_the_documents_work_as_they_are_printed(going: Checkout) -> None:
    made = going.manage(
        "api_key", "create", "finance-export", "--purpose", "monthly closing", "--scope", "transactions:read"
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip()
    assert going.manage("endpoint", "list").returncode == 0
    assert going.manage("advise").returncode == 0


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "x"}, "DATABASE_URL is not set"),
        ({"ALLOWED_HOSTS": "console.example.com"}, "SECRET_KEY is not set"),
        ({"PYTEST_VERSION": "9"}, "SECRET_KEY is not set"),
        ({"AIRA_TEST_RUN": "1"}, "SECRET_KEY is not set"),
        ({"PYTEST_CURRENT_TEST": "x"}, "SECRET_KEY is not set"),
    ],
)
def test_configured_commands_and_tests_never_use_that_server(going: Checkout, given: dict[str, str], says: str) -> None:
    done = going.which(**given)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert "using the database" not in done.stderr


def test_a_named_database_is_used_as_it_is(going: Checkout) -> None:
    done = going.which(DATABASE_URL="postgres://nobody@127.0.0.1:1/none", SECRET_KEY="x")
    assert done.returncode == 1
    assert "using the database" not in done.stderr
    assert "port 1" in done.stderr or "127.0.0.1:1" in done.stderr


def test_settings_in_env_count_as_configured(going: Checkout) -> None:
    file = going.folder / ".env"
    file.write_text("SECRET_KEY=of this file\n")
    try:
        done = going.which()
    finally:
        file.unlink()
    assert (done.returncode, "using the database" in done.stderr) == (1, False)
    assert "DATABASE_URL is not set" in done.stderr


def test_the_site_itself_never_looks_for_that_server(going: Checkout) -> None:
    script = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'aira.settings'; import aira.wsgi"
    done = subprocess.run(
        [".venv/bin/python", "-c", script], cwd=going.folder, env=alone(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "SECRET_KEY is not set" in done.stderr


def test_without_a_server_the_error_explains_what_to_do(stopped: Checkout) -> None:
    done = stopped.which()
    assert done.returncode == 1
    assert done.stderr == (
        "manage.py: No database is configured, and the server of `make run` does not run. Start `make run` in another "
        "terminal, or set DATABASE_URL and SECRET_KEY (.env.example explains them).\n"
    )


def test_help_needs_no_server(stopped: Checkout) -> None:
    for arguments in ([], ["help"], ["--version"]):
        done = stopped.manage(*arguments)
        assert done.returncode == 0, (arguments, done.stderr)
