"""Test the embedded server with a separate cluster for each test: killed and started again."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from aira.embedded import PROJECT, Cluster, EmbeddedError, locations, reachable
from tests.database import server_home


@pytest.fixture
def home() -> Iterator[Path]:
    """Create a folder for data that the server's user can reach, unlike pytest's own folders."""
    folder = server_home("embedded")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def cluster(home: Path) -> Iterator[Cluster]:
    cluster = Cluster("t", Cluster.locate().source, home)
    yield cluster
    cluster.destroy()


def query(cluster: Cluster, text: str, role: str = "postgres") -> object:
    with psycopg.connect(cluster.url(role), autocommit=True) as connection:
        cursor = connection.execute(text)
        return cursor.fetchone()[0] if cursor.description else None


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().splitlines()[0])


def command(home: Path, *args: str) -> list[str]:
    return [sys.executable, "-m", "aira.embedded", "--cluster", "t", *args]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "AIRA_DATA_HOME": str(home)}


def test_data_survive_a_stop_and_a_second_start(cluster: Cluster) -> None:
    cluster.start()
    query(cluster, "create table kept as select 1 as one")
    cluster.stop()
    assert not cluster.running()
    cluster.start()
    assert query(cluster, "select one from kept") == 1


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo 'initdb: error: no space' >&2; echo 'initdb: removing data directory' >&2; exit 1", "error: no space"),
        ("exit 3", r"initdb failed \(3\): no output"),
    ],
)
def test_a_failed_initdb_shows_its_output(cluster: Cluster, home: Path, script: str, says: str) -> None:
    program = home / "initdb"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    cluster.__dict__["bindir"] = home
    with pytest.raises(EmbeddedError, match=says):
        cluster.start()
    del cluster.__dict__["bindir"]


def test_a_connection_needs_a_password(cluster: Cluster) -> None:
    cluster.start()
    wrong = cluster.url().replace(cluster.secrets["postgres"], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    assert query(cluster, "show password_encryption") == "scram-sha-256"
    assert query(cluster, "show listen_addresses") == "127.0.0.1"
    assert "pg_stat_statements" in str(query(cluster, "show shared_preload_libraries"))
    assert query(cluster, "select current_user", "console") == "console"
    assert query(cluster, "show fsync") == "on"


def test_a_server_that_is_not_durable_does_not_wait_for_the_disk(cluster: Cluster, home: Path) -> None:
    subprocess.run(command(home, "--not-durable", "start"), env=environment(home), cwd=PROJECT, check=True)
    assert query(cluster, "show fsync") == "off"
    cluster.stop()
    cluster.start()
    assert query(cluster, "show fsync") == "on"


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """Return a folder in place of /dev/shm, on a machine without a configured place."""
    monkeypatch.delenv("AIRA_DATA_HOME", raising=False)
    monkeypatch.setattr(locations, "MEMORY", home)
    monkeypatch.setattr(Path, "is_mount", lambda place: place == home)
    return home


def test_data_that_need_not_survive_are_in_memory(memory: Path) -> None:
    assert Cluster.locate("t", durable=False).home.parent == memory
    assert Cluster.locate("t").home == locations.data_home()


def test_every_command_finds_a_server_in_memory(memory: Path) -> None:
    made = Cluster.locate("t", durable=False)
    made.folder.mkdir(parents=True)
    assert Cluster.locate("t").folder == made.folder
    assert Cluster.locate("other").home == locations.data_home()


@pytest.mark.parametrize("why", ["no such place", "no room", "another place was chosen"])
def test_data_are_on_disk_if_memory_is_short(memory: Path, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    match why:
        case "no such place":
            monkeypatch.setattr(Path, "is_mount", lambda place: False)
        case "no room":
            monkeypatch.setattr(locations, "ROOM", 1 << 60)
        case _:
            monkeypatch.setenv("AIRA_DATA_HOME", str(memory / "chosen"))
    assert Cluster.locate("t", durable=False).home == locations.data_home()


@pytest.mark.slow
def test_a_killed_server_has_its_committed_data_after_a_restart(cluster: Cluster) -> None:
    cluster.start()
    query(cluster, "create table kept as select 1 as one")
    os.kill(postmaster(cluster), signal.SIGKILL)
    cluster.start()
    assert query(cluster, "select one from kept") == 1


def test_two_simultaneous_starts_give_one_server(home: Path, cluster: Cluster) -> None:
    starts = [subprocess.Popen(command(home, "start"), env=environment(home), cwd=PROJECT) for _ in range(2)]
    assert [start.wait(60) for start in starts] == [0, 0]
    assert cluster.running()


def test_the_server_survives_its_starter(home: Path, cluster: Cluster) -> None:
    starter = subprocess.Popen(
        [*command(home, "exec"), "--", "sleep", "60"], env=environment(home), cwd=PROJECT, start_new_session=True
    )
    deadline = time.monotonic() + 30
    while not (cluster.folder.exists() and cluster.running()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    os.killpg(starter.pid, signal.SIGKILL)
    starter.wait()
    assert query(cluster, "select 1") == 1


def test_exec_stops_the_server_that_it_started_and_returns_the_exit_code(home: Path, cluster: Cluster) -> None:
    code = [sys.executable, "-c", "import os, sys; sys.exit(7 if 'console:' in os.environ['DATABASE_URL'] else 1)"]
    ended = subprocess.run([*command(home, "exec"), "--", *code], env=environment(home), cwd=PROJECT, check=False)
    assert ended.returncode == 7
    assert not cluster.running()


@pytest.mark.parametrize(
    ("name", "reason"), [("no-such-command", "No such file or directory"), ("/etc/passwd", "Permission denied")]
)
def test_an_unknown_command_gives_one_sentence_and_leaves_no_server(
    home: Path, cluster: Cluster, name: str, reason: str
) -> None:
    ended = subprocess.run(
        [*command(home, "exec"), "--", name],
        env=environment(home), cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.stderr.splitlines() == [f"{name} can't be run: {reason}."]
    assert ended.returncode == 1
    assert not cluster.running()


def test_an_unknown_command_does_not_stop_a_running_server(home: Path, cluster: Cluster) -> None:
    cluster.start()
    ended = subprocess.run(
        [*command(home, "exec"), "--", "no-such-command"], env=environment(home), cwd=PROJECT, check=False
    )
    assert ended.returncode == 1
    assert cluster.running()


def test_an_incomplete_cluster_is_created_again(home: Path, cluster: Cluster) -> None:
    starter = subprocess.Popen(command(home, "start"), env=environment(home), cwd=PROJECT, start_new_session=True)
    deadline = time.monotonic() + 30
    while not list(home.glob("new-*/data/PG_VERSION")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(starter.pid, signal.SIGKILL)
    starter.wait()
    assert not cluster.folder.exists()
    cluster.start()
    assert query(cluster, "select count(*) from pg_roles where rolname = 'authenticator'") == 1
    assert list(home.glob("new-*")) == []


def test_a_port_that_another_program_took_is_replaced(cluster: Cluster) -> None:
    cluster.start()
    port = cluster.recorded_port(cluster.folder)
    cluster.stop()
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", port))
        thief.listen()
        cluster.start()
        assert cluster.recorded_port(cluster.folder) != port
        assert query(cluster, "select 1") == 1


def test_two_checkouts_run_side_by_side(cluster: Cluster, home: Path) -> None:
    (home / "other").mkdir(mode=0o755)
    other = Cluster("t", cluster.source, home / "other")
    try:
        cluster.start()
        other.start()
        assert cluster.url() != other.url()
        assert query(cluster, "show data_directory") != query(other, "show data_directory")
    finally:
        other.destroy()


def test_permissions_of_other_folders_stay_as_they_are(cluster: Cluster, home: Path) -> None:
    home.chmod(0o711)
    places = [home, *home.parents, PROJECT, *Cluster.locate().source.parents]
    before = [(place, place.stat().st_mode) for place in places]
    cluster.start()
    assert [(place, place.stat().st_mode) for place in places] == before
    assert cluster.folder.stat().st_mode & 0o777 == 0o700
    assert (cluster.folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert (cluster.folder / "socket").stat().st_mode & 0o777 == 0o700


def test_a_long_path_gets_a_short_socket_folder(home: Path) -> None:
    deep = home / ("d" * 80)
    deep.mkdir(mode=0o755)
    cluster = Cluster("t", Cluster.locate().source, deep)
    try:
        cluster.start()
        folder = Path(str(query(cluster, "show unix_socket_directories")))
        assert folder.stat().st_mode & 0o777 == 0o700
    finally:
        cluster.destroy()


def test_an_impossible_request_gives_one_sentence(home: Path) -> None:
    with pytest.raises(EmbeddedError, match="holds no PostgreSQL"):
        Cluster.locate(bindir="/bin")
    (home / "file").touch()
    ended = subprocess.run(
        command(home, "start"),
        env={**os.environ, "AIRA_DATA_HOME": str(home / "file")},
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "AIRA_DATA_HOME" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_normal_user_can_run_the_server(home: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    if not reachable(Path(sys.executable).resolve().parent, nobody):
        pytest.skip("this Python is in a folder that is closed to other users")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    ended = subprocess.run(
        [*command(home, "exec"), "--", sys.executable, "-c", "import os; print(os.geteuid(), os.environ['DATABASE_URL'])"],
        env={**environment(home), "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=PROJECT, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(f"{nobody.pw_uid} postgres://console:")
    owners = {path.stat().st_uid for path in home.rglob("*")}
    assert owners == {nobody.pw_uid}
