"""Test how `make run` ends: its processes have ended, too, and it shows no traceback."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError

from aira.devtools.management.commands import dev
from aira.ops.management.commands import worker

WELL = (
    "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); print('up', flush=True); signal.pause()"
)
DEAF = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\nwhile True: signal.pause()"
)


@pytest.fixture
def children() -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    started = {
        name: subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
        for name, code in {"deaf": DEAF, "well": WELL}.items()
    }
    for child in started.values():
        assert child.stdout
        assert child.stdout.readline() == b"up\n"
    yield started
    for child in started.values():
        child.kill()
        child.wait()
        child.stdout.close()  # type: ignore[union-attr]


def test_a_process_that_does_not_end_in_time_is_killed(children: Any) -> None:
    assert dev.end(children, patience=0.5) == ["deaf"]
    assert (children["deaf"].returncode, children["well"].returncode) == (-9, 7)


def test_a_second_ctrl_c_kills_at_once(children: Any, monkeypatch: Any) -> None:
    waited = subprocess.Popen.wait
    pressed = []

    def wait(child: Any, timeout: float | None = None) -> int:
        if timeout and not pressed:
            pressed.append(child)
            raise KeyboardInterrupt
        return waited(child, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", wait)
    began = time.monotonic()
    assert "deaf" in dev.end(children, patience=60)
    assert time.monotonic() - began < 10


def test_the_worker_has_time_to_finish() -> None:
    assert dev.PATIENCE > worker.GRACE_SECONDS


def test_the_next_port_is_used_when_one_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < dev.first_free_port(port) < port + 100


@pytest.mark.parametrize("text", ["abc", "0", "70000", "-1", "8000.5"])
def test_an_invalid_port_is_refused_in_words(text: str) -> None:
    with pytest.raises(CommandError, match="PORT must be a number"):
        dev.port_named(text)
