"""Run manage.py in processes that are forks of one that has imported the libraries.

Imports take a second of each command, most of its time, and the tests run hundreds of commands. The parent has imported
libraries only: a child imports the project itself and reads its own settings, as any process of manage.py does.
"""

import atexit
import importlib
import json
import os
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import IO, Any

from aira.embedded import PROJECT

# Packages that only the tests import.
ONLY_TESTS = {
    "pytest",
    "_pytest",
    "pluggy",
    "xdist",
    "execnet",
    "hypothesis",
    "playwright",
    "schemathesis",
    "pytest_django",
}


def run(
    arguments: list[str], *, env: dict[str, str], cwd: Path = PROJECT, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` and return its result, as subprocess.run does."""
    request = json.dumps({"arguments": arguments, "env": env, "cwd": str(cwd)}).encode()
    with (
        tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors,
        socket.socket(socket.AF_UNIX) as connection,
    ):  # fmt: skip
        given.write(typed.encode())
        given.seek(0)
        connection.connect(the_parent())
        socket.send_fds(connection, [len(request).to_bytes(4, "big")], [given.fileno(), said.fileno(), errors.fileno()])
        connection.sendall(request)
        code = int.from_bytes(receive(connection, 4), "big", signed=True)
        return subprocess.CompletedProcess(["manage.py", *arguments], code, text(said), text(errors))


def text(file: IO[bytes]) -> str:
    """Return what a command wrote into a file."""
    file.seek(0)
    return file.read().decode()


def receive(connection: socket.socket, length: int) -> bytes:
    """Read a number of bytes."""
    found = b""
    while len(found) < length:
        some = connection.recv(length - len(found))
        if not some:
            raise EOFError
        found += some
    return found


@cache
def the_parent() -> str:
    """Start the process whose forks run the commands, once for each worker. Return the address of its socket."""
    folder = tempfile.mkdtemp(prefix="aira-forks-")
    address = f"{folder}/socket"
    libraries = [
        name
        for name, module in list(sys.modules.items())
        if "site-packages" in (getattr(module, "__file__", None) or "") and name.partition(".")[0] not in ONLY_TESTS
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forked_commands", address],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
    )  # fmt: skip

    def end() -> None:
        process.kill()
        process.wait()
        shutil.rmtree(folder)

    atexit.register(end)
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(libraries).encode())
    process.stdin.close()
    # It listens once it has imported the libraries.
    assert process.stdout.readline() == b"ready\n"
    return address


def import_libraries(names: list[str]) -> None:
    """Import what can be imported without settings."""
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:  # noqa: S112 - A command imports it with its settings.
            continue


def serve(address: str) -> dict[str, Any]:
    """Fork for each request. Return the request in the process that runs it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen(64)
        print("ready", flush=True)
        while True:
            connection, _ = listening.accept()
            if os.fork() == 0:
                break
            connection.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with connection:
        length, streams, _, _ = socket.recv_fds(connection, 4, 3)
        request: dict[str, Any] = json.loads(receive(connection, int.from_bytes(length, "big")))
        if child := os.fork():
            _, status = os.waitpid(child, 0)
            connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))
            os._exit(0)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    return request


def main() -> None:
    import_libraries(json.loads(sys.stdin.buffer.read()))
    request = serve(sys.argv[1])
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.argv = [str(PROJECT / "manage.py"), *request["arguments"]]
    sys.path[0] = str(PROJECT)
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
