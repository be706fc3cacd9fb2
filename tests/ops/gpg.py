"""Make keyrings of gpg for tests, each in a folder of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def gpg(home: Path, *arguments: str, given: bytes = b"") -> bytes:
    command = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
    return subprocess.run([*command, *arguments], input=given, capture_output=True, check=True).stdout


@contextmanager
def keyring(*imported: bytes) -> Iterator[Path]:
    """Provide a folder for GNUPGHOME. Its path is short, since the agent's socket is there."""
    home = Path(tempfile.mkdtemp(prefix="aira-gpg-"))
    home.chmod(0o700)
    try:
        for key in imported:
            gpg(home, "--import", given=key)
        yield home
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env={**os.environ, "GNUPGHOME": str(home)}, check=False)
        shutil.rmtree(home, ignore_errors=True)


def new_key(home: Path, name: str) -> bytes:
    """Make a key pair without a passphrase, and return its public key."""
    gpg(home, "--quick-generate-key", name, "future-default", "default", "never")
    return gpg(home, "--export", name)
