"""Test that everything that deploy/ names exists. The tests have no Docker engine to run it."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from aira.embedded import PROJECT
from tests.command import CONFIGURED, deployed, manage
from tests.database import Database
from tests.gunicorn import serving

COMPOSE = PROJECT / "deploy/compose.yaml"
DOCKERFILE = PROJECT / "deploy/Dockerfile"
SETTING = re.compile(r"""(?:env\.\w+|boolean|web_address|secrets|positive|amounts|database)\(\s*"([A-Z_]+)\"""")
SECRET = re.compile("PASSWORD|SECRET|TOKEN|DATABASE_.*URL")


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return found


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE)
    return [
        (word, rest.strip()) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line.strip())
    ]


def test_database_pooler_site_and_worker_wait_for_what_they_need() -> None:
    services = compose()["services"]
    assert set(services) == {"postgres", "migrate", "pgbouncer", "web", "worker"}
    for name in ("web", "worker", "pgbouncer"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert "image" in service
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose()["volumes"]


def test_every_setting_of_the_deployment_exists() -> None:
    known = set(SETTING.findall((PROJECT / "aira/settings.py").read_text())) | {
        "PROMETHEUS_MULTIPROC_DIR", "WEB_CONCURRENCY", "CONSOLE_PASSWORD", "GNUPGHOME",
    }  # fmt: skip
    for name in ("web", "worker", "migrate"):
        given = set(compose()["services"][name]["environment"])
        assert given <= known, given - known
        assert {"SECRET_KEY", "DATABASE_URL", "DATABASE_DIRECT_URL", "ALLOWED_HOSTS"} <= given


def test_the_deployment_contains_no_secret_and_a_missing_one_stops_the_start() -> None:
    found = 0
    for service in compose()["services"].values():
        for name, value in service["environment"].items():
            if SECRET.search(name) and not str(value).startswith("https"):
                found += 1
                assert re.search(r"\$\{\w+:(\?|-)\}", str(value)), f"{name}={value}"
            if "PASSWORD" in str(value):
                assert re.search(r"\$\{\w*PASSWORD:\?\}", value)
    assert found > 10
    for text in (DOCKERFILE.read_text(), COMPOSE.read_text()):
        assert not re.search(r"://\w+:[^$@{\s]+@", text), "a password in a URL"


def test_the_site_uses_the_pooler_and_migrations_do_not() -> None:
    services = compose()["services"]
    for name in ("web", "worker"):
        assert "@pgbouncer:6432/" in services[name]["environment"]["DATABASE_URL"]
    for name in ("web", "worker", "migrate"):
        assert "@postgres:5432/" in services[name]["environment"]["DATABASE_DIRECT_URL"]
    assert services["pgbouncer"]["environment"]["POOL_MODE"] == "transaction"


def test_every_command_of_the_deployment_exists() -> None:
    text = COMPOSE.read_text() + DOCKERFILE.read_text()
    commands = re.findall(r"manage\.py\"?,? \"?([a-z_]+)", re.sub(r"^ *#.*|^COPY.*", "", text, flags=re.MULTILINE))
    assert {"migrate", "worker", "collectstatic"} == set(commands)
    assert set(commands) <= set(get_commands())


def test_the_image_has_the_files_that_it_copies_and_an_unprivileged_user() -> None:
    known = {"FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "EXPOSE", "STOPSIGNAL", "CMD"}
    assert {word for word, _ in instructions()} == known
    ignored = (PROJECT / "deploy/Dockerfile.dockerignore").read_text().splitlines()
    copied = set()
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                copied.add(source)
                assert (PROJECT / source).exists(), source
                assert f"!{source}" in ignored, f"{source} is left out of the build"
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")} - {"tests"}
    assert packages <= copied, "an app is not in the image"
    assert [rest for word, rest in instructions() if word == "USER"] == ["aira"]
    assert instructions()[-1][0] == "CMD"


def test_the_requirements_of_the_image_contain_what_it_imports() -> None:
    text = (PROJECT / "requirements/base.txt").read_text()
    for name in ("django", "gunicorn", "whitenoise", "psycopg", "prometheus-client"):
        assert re.search(rf"^{name}==", text, flags=re.MULTILINE)
    assert "--hash=sha256:" in text


def test_static_files_are_collected_without_a_database_and_without_a_secret(tmp_path: Path) -> None:
    script = (
        "import django; from django.conf import settings; django.setup();"
        f"settings.STATIC_ROOT = {str(tmp_path)!r};"
        "from django.core.management import call_command; call_command('collectstatic', interactive=False, verbosity=0)"
    )
    environment = {
        "PATH": "", "SECRET_KEY": "build", "DATABASE_URL": "postgres://nobody@localhost/none",
        "DJANGO_SETTINGS_MODULE": "aira.settings",
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", script], cwd=PROJECT, env=environment, check=True)
    manifest = (tmp_path / "staticfiles.json").read_text()
    assert "adminkit/pages.css" in manifest
    assert list((tmp_path / "adminkit").glob("pages.*.css.gz")), "compressed, and named by its content"


def test_gunicorn_accepts_its_configuration(database: Database) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "gunicorn", "aira.wsgi", "--check-config", "--config", "deploy/gunicorn.py"],
        cwd=PROJECT, env=deployed(database), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


def test_the_probe_passes_with_any_host_name(database: Database, tmp_path: Path) -> None:
    *program, script = compose()["services"]["web"]["healthcheck"]["test"][1:]
    assert program == ["python", "-c"]
    with serving(database, tmp_path, ALLOWED_HOSTS=".example.com,other.example") as address:
        probe = script.replace("http://127.0.0.1:8000", address)
        environment = {"ALLOWED_HOSTS": ".example.com,other.example"}
        # A probe waits for 3 s, and Docker repeats it before it gives up.
        passed = (subprocess.run([sys.executable, "-c", probe], env=environment, check=False) for _ in range(5))
        assert any(run.returncode == 0 for run in passed)
        refused = {"ALLOWED_HOSTS": "not.ours"}
        run = subprocess.run([sys.executable, "-c", probe], env=refused, capture_output=True, text=True, check=False)
        assert "400: Bad Request" in run.stderr


def test_a_deployment_with_these_settings_passes_djangos_checks(database: Database) -> None:
    settings = {name: "x" for name in compose()["services"]["web"]["environment"] if name.endswith("HEADER")}
    run = manage(
        database, "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=secrets.token_urlsafe(50), ALLOWED_HOSTS="a.example",
        METRICS_TOKEN="m" * 32, **CONFIGURED, **settings,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, ""), run.stderr


def test_docker_compose_accepts_the_file_if_it_is_installed(tmp_path: Path) -> None:
    text = COMPOSE.read_text()
    if shutil.which("docker") and not subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        program = ["docker", "compose"]
    elif shutil.which("docker-compose"):
        # Debian's version is older than the key `name:`.
        program, text = ["docker-compose"], text.replace("name: aira\n", "")
    else:
        pytest.skip("docker compose is not installed: only the syntax was read")
    file = tmp_path / "compose.yaml"
    file.write_text(text)
    needed = dict.fromkeys(re.findall(r"\$\{(\w+):\?\}", text), "x")
    for left_out in (None, *needed):
        given = {name: value for name, value in needed.items() if name != left_out}
        run = subprocess.run(
            [*program, "-f", str(file), "config", "--quiet"],
            env={"PATH": os.environ["PATH"], **given}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (run.returncode == 0) == (left_out is None), (left_out, run.stderr)


UNITS = sorted((PROJECT / "deploy/systemd").glob("aira-*"))


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """systemd-analyze looks for the programs, so the units name those of this checkout."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not installed")
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/aira/.venv", str(PROJECT / ".venv"))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    checked = subprocess.run(
        [program, "verify", *sorted(tmp_path.iterdir())], capture_output=True, text=True, check=False
    )
    # It may complain about units of the machine.
    assert [line for line in checked.stderr.splitlines() if "aira-" in line] == []


def test_units_run_existing_commands_with_few_rights() -> None:
    assert len(UNITS) == 6
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        if unit.suffix == ".timer":
            assert (unit.with_suffix(".service")).exists()
            continue
        assert {"User=aira", "NoNewPrivileges=yes", "ProtectSystem=strict"} <= set(text.splitlines()), unit.name
        if command := re.search(r"manage\.py (\w+)", text):
            assert command[1] in get_commands()
        else:
            assert "--config deploy/gunicorn.py" in text
            assert (PROJECT / "deploy/gunicorn.py").exists()
