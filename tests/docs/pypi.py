"""Install Supabase's client for Python from PyPI for the samples, in tested versions."""

import atexit
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

PACKAGES = ("supabase==2.34.1", "stripe==16.1.0", "standardwebhooks==1.1.0", "psycopg[binary]>=3.3,<4")


@cache
def python() -> Path:
    """Return a Python with the packages, created once per process. Skip without a registry."""
    folder = Path(tempfile.mkdtemp(prefix="aira-pypi-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    found = folder / "bin" / "python"
    done = subprocess.run(
        [str(found), "-m", "pip", "install", "--quiet", *PACKAGES], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"pip could not install {', '.join(PACKAGES)}: {done.stderr[-200:]}")
    return found
