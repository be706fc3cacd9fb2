"""Test that pgBackRest runs as the user who owns the server's files, and connects as a role that exists."""

import os
import pwd
from pathlib import Path
from typing import Any

import pytest

from aira.ops.backup import BackupError, pgbackrest
from aira.ops.backup.server_user import configured, owner, role_of, user_of

DAEMON = pwd.getpwnam("daemon")
ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="Only root can give files to another user.")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("PGBACKREST_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "pgbackrest.conf"
    file.write_text(
        f"[global]\nrepo1-path={tmp_path}/repository\npg1-user=somebody\n# %p = a comment\n\n"
        f"[aira]\npg1-path={tmp_path}/data\n[aira]\npg1-port=5433\n"
    )
    monkeypatch.setenv("PGBACKREST_CONFIG", str(file))
    monkeypatch.setenv("PGBACKREST_STANZA", "aira")
    (tmp_path / "data").mkdir(mode=0o700)
    return file


def test_options_come_from_the_environment_and_then_from_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert configured("pg1-path") == str(file.parent / "data")
    assert configured("pg1-user") == "somebody"
    assert configured("pg1-host") == ""
    monkeypatch.setenv("PGBACKREST_PG1_PATH", "/elsewhere")
    assert configured("pg1-path") == "/elsewhere"
    monkeypatch.setenv("PGBACKREST_CONFIG", "/nowhere.conf")
    assert configured("pg1-user") == ""


@ROOT
@pytest.mark.parametrize("place", ["data", "pgbackrest.conf"])
def test_the_owner_of_data_or_file_is_found(file: Path, place: str) -> None:
    assert owner() is None, "root runs no server"
    os.chown(file.parent / place, DAEMON.pw_uid, DAEMON.pw_gid)
    assert owner() == DAEMON
    assert user_of() == DAEMON


@ROOT
def test_pgbackrest_runs_as_the_owner_with_its_role(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "pgbackrest"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$(id -un) ${PGBACKREST_PG1_USER:-its own}"\n')
    for path in (program, program.parent, *list(tmp_path.parents)[:3], tmp_path):
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    os.chown(tmp_path / "data", DAEMON.pw_uid, DAEMON.pw_gid)
    server = pgbackrest.Server(18, ["boss"], str(tmp_path / "data"), "5432", "/tmp", "on", "x", "boss", "aira")  # noqa: S108
    assert pgbackrest.pgbackrest("info", **server.environment()) == "daemon its own\n", "the file names a role"
    file.write_text("[aira]\n")
    assert pgbackrest.pgbackrest("info", **server.environment()) == "daemon boss\n"


def test_the_role_of_the_users_name_is_preferred(file: Path) -> None:
    me = pwd.getpwuid(os.geteuid()).pw_name
    file.write_text("[aira]\n")
    data = str(file.parent / "data")
    assert role_of(data, ["postgres", me], "postgres") == ""
    assert role_of(data, ["postgres"], "postgres") == "postgres"


@ROOT
def test_another_user_without_access_is_told_whom_to_run_it_as(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = file.parent / "data"
    os.chown(data, DAEMON.pw_uid, DAEMON.pw_gid)
    nobody = pwd.getpwnam("nobody")
    monkeypatch.setattr("os.geteuid", lambda: nobody.pw_uid)
    allowed: dict[str, Any] = {"access": False}
    monkeypatch.setattr("os.access", lambda path, mode: allowed["access"])
    with pytest.raises(
        BackupError, match=r"belongs to daemon, and this command runs as nobody.* Run it as daemon or as root"
    ):
        user_of(str(data))
    allowed["access"] = True
    assert user_of(str(data)) is None
