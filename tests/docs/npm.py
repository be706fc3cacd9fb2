"""TypeScript's compiler and what the docs import, from npm, for what the docs show. Versions are those that it was tried with."""

import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGES = ("typescript@5.9.3", "@supabase/supabase-js@2.109.0", "@types/node@22.19.1", "stripe@23.1.0")
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


def installed(folder: Path) -> Path:
    """A folder in which `compiled` can be called. Skips where there is no npm, or it reaches no registry."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"npm could not install {', '.join(PACKAGES)}: {done.stderr[-200:]}")
    return folder


def compiled(folder: Path, *files: str) -> str:
    """What tsc finds wrong in them."""
    done = subprocess.run(
        ["node_modules/.bin/tsc", *OPTIONS, *files], cwd=folder, capture_output=True, text=True, check=False
    )
    assert bool(done.returncode) == bool(done.stdout), done.stderr
    return done.stdout
