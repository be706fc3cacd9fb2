"""Test that every benchmark starts."""

import os
import subprocess
import sys

from aira.embedded import PROJECT

LISTED = (
    "import pkgutil, tests.bench as b; from tests.bench.__main__ import is_subject;"
    " print(sum(is_subject(m.name) for m in pkgutil.iter_modules(b.__path__)))"
)


def test_every_benchmark_is_imported_before_django_has_settings() -> None:
    surroundings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-c", LISTED], cwd=PROJECT, env=surroundings, capture_output=True, text=True, check=False
    )
    assert (done.returncode, int(done.stdout or 0) > 10) == (0, True), done.stderr
