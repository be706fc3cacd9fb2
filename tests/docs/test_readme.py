"""Test the commands of README.md literally, in a fresh checkout with its own .venv and server."""

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from aira.embedded import PROJECT, free_port
from tests.docs.blocks import parse
from tests.docs.checkout import alone, checkout

README = PROJECT / "README.md"
TWO, PSQL, INSTALL, PREPARE, SERVE = [block.text.strip().splitlines() for block in parse(README, README.read_text())]
SECONDS = 600


@pytest.fixture
def home() -> Iterator[Path]:
    """Yield a checkout in /var/tmp, which PostgreSQL's user can read."""
    with tempfile.TemporaryDirectory(prefix="aira-readme-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        yield checkout(Path(folder) / "checkout", venv=False)


def shell(home: Path, script: str, typed: str = "", **settings: str) -> str:
    """Run a script and return its output."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=home,
        env=alone(**settings),
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def said(process: subprocess.Popen[str], pattern: str) -> str:
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError("".join(lines)[-4000:])


@pytest.mark.slow
def test_the_two_commands_work_in_a_fresh_checkout(home: Path) -> None:
    assert [line.partition("#")[0].strip() for line in TWO] == ["make run", "make test"]
    run = subprocess.Popen(
        ["make", "run"],
        cwd=home,
        env=alone(PORT=str(free_port()), PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        address, login, password = (said(run, rf"^{word} +(\S+)") for word in ("AiRa console", "login", "password"))
        assert "Today" in logged_in(address, login, password)
        parties = [shell(home, line, "select count(*) from public.business_v2;") for line in PSQL]
        assert [int(re.findall(r"^ +(\d+)$", printed, re.MULTILINE)[0]) for printed in parties] == [1, 3, 3]
    finally:
        # Ctrl-C reaches all processes of the terminal.
        os.killpg(run.pid, signal.SIGINT)
        run.communicate(timeout=60)
    stopped = subprocess.run(
        [".venv/bin/python", "-m", "aira.embedded", "status"], cwd=home, env=alone(), capture_output=True, check=False
    )
    assert stopped.stdout == b"stopped\n"
    assert " passed" in shell(home, 'make test ARGS="tests/businesses"')
    shell(home, "make clean")
    assert not (home / ".venv").exists()


def logged_in(address: str, login: str, password: str) -> str:
    """Log in and return the console's first page."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    deadline = time.monotonic() + 60
    while True:
        try:
            form = browser.open(f"{address}console/login/?next=/console/", timeout=30).read().decode()
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.5)
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[:1]
    typed = {"username": login, "password": password, "csrfmiddlewaretoken": token, "next": "/console/"}
    data = urllib.parse.urlencode(typed).encode()
    return str(browser.open(f"{address}console/login/", data, timeout=60).read().decode())


@pytest.fixture
def server(home: Path) -> Iterator[str]:
    """Yield the owner's address of an empty database."""
    command = [sys.executable, "-m", "aira.embedded", "--cluster", "readme"]
    environment = alone(AIRA_DATA_HOME=str(home / "server"))
    (home / "server").mkdir()
    subprocess.run([*command, "start"], cwd=PROJECT, env=environment, check=True)
    url = subprocess.run([*command, "url"], cwd=PROJECT, env=environment, check=True, capture_output=True, text=True)
    yield url.stdout.strip()
    subprocess.run([*command, "destroy"], cwd=PROJECT, env=environment, check=True)


@pytest.mark.slow
def test_a_deployment_comes_up_as_it_says(home: Path, server: str) -> None:
    shell(home, "\n".join(INSTALL))
    given = {
        "SECRET_KEY": "of this test",
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_DIRECT_URL": server,
        "DATABASE_URL": re.sub(r"//.*@", f"//console:{urllib.parse.quote('a long random one')}@", server),
    }
    example = (home / ".env").read_text()
    for name, value in given.items():
        example, found = re.subn(
            rf"^{name}=.*", lambda _, name=name, value=value: f"{name}={value}", example, flags=re.M
        )
        assert found == 1, name
    (home / ".env").write_text(example)
    prepare = "\n".join(PREPARE).replace("postgres://postgres:PASSWORD@HOST:5432/postgres", server)
    superuser = {"USERNAME": "sam", "EMAIL": "sam@example.com", "PASSWORD": "correct horse battery"}
    shell(
        home,
        prepare.replace("createsuperuser", "createsuperuser --noinput"),
        **{f"DJANGO_SUPERUSER_{name}": value for name, value in superuser.items()},
    )
    port = free_port()
    site, worker = (
        subprocess.Popen(line.partition("#")[0].split() + more, cwd=home, env=alone())
        for line, more in zip(SERVE, (["--bind", f"127.0.0.1:{port}"], []), strict=True)
    )
    try:
        assert answered(port, "/readyz") == 200
        assert answered(port, "/console/login/") == 200
        assert worker.poll() is None
    finally:
        for process in (site, worker):
            process.terminate()
            process.wait(30)
    assert (site.returncode, worker.returncode) == (0, 0)


def answered(port: int, path: str) -> int:
    """Return the status of a request as a proxy sends it after it ended TLS."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost", "X-Forwarded-Proto": "https"}
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310  our own address
                return int(response.status)
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.5)
