"""Encrypt dumps for the public keys of BACKUP_ENCRYPT_TO with GnuPG, and decrypt them. Plain dumps are never on disk.

gpg uses the keys in GNUPGHOME. The machine that makes backups needs the public keys only.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from aira.ops.backup import BackupError, programs

SUFFIX = ".gpg"
CHUNK = 1024 * 1024
# The operator names the keys, so gpg's web of trust is not asked. A dump is compressed already.
ENCRYPT = ("--trust-model", "always", "--compress-algo", "none", "--encrypt")
# Errors quote gpg's messages, so they are in English.
ENGLISH = {"LC_ALL": "C"}


def recipients() -> list[str]:
    """Return the keys for which dumps are encrypted. Without any, dumps are not encrypted."""
    return list(settings.BACKUP_ENCRYPT_TO)


def is_encrypted(path: Path) -> bool:
    """Tell whether a dump is encrypted, by its name."""
    return path.suffix == SUFFIX


def gpg(*arguments: str | Path) -> list[str | Path]:
    """Return the command line of gpg. Raises BackupError if it is not installed."""
    program = shutil.which("gpg")
    if program is None:
        raise BackupError("gpg is not installed. Install it (Debian: apt-get install gnupg).")
    return [program, "--batch", "--quiet", *arguments]


def check_recipients() -> None:
    """Encrypt an empty text for each recipient. Raises BackupError with the one that can't be used."""
    for name in recipients():
        try:
            with started(gpg(*ENCRYPT, "--recipient", name), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL):
                pass
        except Failed as error:
            raise BackupError(
                f"BACKUP_ENCRYPT_TO: gpg can't encrypt for {name} ({error.words}). "
                "Import its public key as the user who makes backups: gpg --import FILE."
            ) from None


def write(command: Sequence[str | Path], environment: dict[str, str], path: Path, reader: Sequence[str | Path]) -> None:
    """Write the output of pg_dump to an encrypted file, while pg_restore reads the same output.

    Raises BackupError.

    Args:
        command: pg_dump, which writes to its standard output.
        environment: of pg_dump, with the password.
        reader: pg_restore, which reads a dump from its standard input and writes nothing.
    """
    names = [part for name in recipients() for part in ("--recipient", name)]
    # The blocks end in the opposite order. If gpg fails, its error comes first, since the others fail because of it.
    with (
        path.open("wb") as file,
        started(command, env={**os.environ, **environment}, stdout=subprocess.PIPE) as dump,
        started(reader, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as read,
        started(gpg(*ENCRYPT, *names), stdin=subprocess.PIPE, stdout=file) as encrypt,
    ):
        while (chunk := dump.stdout.read(CHUNK)) and encrypt.poll() is None:
            for pipe in (encrypt.stdin, read.stdin):
                # A program that ended early is asked for the reason below.
                with suppress(BrokenPipeError):
                    pipe.write(chunk)


def run(command: Sequence[str | Path], path: Path, environment: dict[str, str] | None = None) -> str:
    """Run pg_restore on a dump, and return its output. An encrypted dump is decrypted meanwhile.

    Raises BackupError.
    """
    if not is_encrypted(path):
        return programs.run(*command, path, environment=environment)
    try:
        with started(gpg("--decrypt", path), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as decrypt:
            done = subprocess.run(
                command, env={**os.environ, **(environment or {})}, stdin=decrypt.stdout, capture_output=True,
                text=True, errors="replace", check=False,
            )  # fmt: skip
            # gpg finds a changed file at its end, which pg_restore may not reach.
            while decrypt.stdout.read(CHUNK):
                pass
    except Failed as error:
        raise BackupError(
            f"{path.name} can't be decrypted ({error.words}). "
            "gpg needs the private key of a recipient, in GNUPGHOME of the user who restores."
        ) from None
    if done.returncode:
        raise BackupError(programs.failure(command[0], done.returncode, done.stderr))
    return done.stdout


class Failed(BackupError):
    """Raised if a program fails. `words` are its last ones."""

    def __init__(self, program: str | Path, code: int, said: str) -> None:
        super().__init__(programs.failure(program, code, said))
        self.words = (said.strip().splitlines() or ["no output"])[-1].removeprefix("gpg: ").rstrip(".")


@contextmanager
def started(command: Sequence[str | Path], **options: Any) -> Iterator[Any]:
    """Run a program meanwhile, then close its input and wait for its end. Raises Failed."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stderr=errors, **{"env": {**os.environ, **ENGLISH}, **options})
        try:
            yield process
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):
                    if pipe:
                        pipe.close()
        if code := process.wait():
            errors.seek(0)
            raise Failed(command[0], code, errors.read().decode(errors="replace"))
