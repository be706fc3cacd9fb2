"""Install TypeScript's compiler and the packages of the samples from npm, in tested versions."""

import atexit
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

PACKAGES = (
    "typescript@5.9.3",
    "@supabase/supabase-js@2.109.0",
    "@types/node@22.19.1",
    "stripe@23.1.0",
    "@supabase/postgres-meta@0.99.0",
)
PACKAGE = '{"private": true, "type": "module"}'
OPTIONS = (
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
    "--target",
    "es2022",
)


@cache
def packages(names: tuple[str, ...] = PACKAGES) -> Path:
    """Return a folder with node_modules, created once per process. Skip without npm or without a registry."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = Path(tempfile.mkdtemp(prefix="aira-npm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "package.json").write_text(PACKAGE)
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *names],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"npm could not install {', '.join(names)}: {done.stderr[-200:]}")
    return folder


def installed(folder: Path, names: tuple[str, ...] = PACKAGES) -> Path:
    """Prepare a folder in which `compiled` can be called."""
    (folder / "package.json").write_text(PACKAGE)
    (folder / "node_modules").symlink_to(packages(names) / "node_modules")
    return folder


def compiled(folder: Path, *files: str, options: tuple[str, ...] = OPTIONS) -> str:
    """Return the errors of tsc."""
    done = subprocess.run(
        ["node_modules/.bin/tsc", *options, *files], cwd=folder, capture_output=True, text=True, check=False
    )
    assert bool(done.returncode) == bool(done.stdout), done.stderr
    return done.stdout
