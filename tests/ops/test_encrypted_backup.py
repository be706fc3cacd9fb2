"""Test encrypted backups: made with public keys alone, restored and drilled with a private one, and refused if damaged."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aira.ops.backup import BackupError
from aira.ops.backup.dump import digest
from aira.ops.backup.encryption import check_recipients
from aira.ops.doctor import work
from tests.command import manage
from tests.database import Database
from tests.ops.gpg import gpg, keyring, new_key
from tests.ops.test_restore import GREEN, empty, restore
from tests.tenant_rows import Rows

__all__ = ["empty"]

pytestmark = pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed.")
NAME = "backups@example.com"


@dataclass(frozen=True)
class Keys:
    """Keyrings: `private` of the person who restores, `public` of the machine that makes backups, `other` of nobody."""

    private: Path
    public: Path
    other: Path


@pytest.fixture(scope="module")
def keys() -> Iterator[Keys]:
    with keyring() as private, keyring() as other:
        key = new_key(private, NAME)
        new_key(other, "other@example.com")
        with keyring(key) as public:
            yield Keys(private, public, other)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def back_up(database: Database, folder: Path, home: Path, to: str = NAME) -> tuple[int, str, str]:
    run = manage(database, "backup", BACKUP_DIR=str(folder), BACKUP_ENCRYPT_TO=to, GNUPGHOME=str(home))
    assert "Traceback" not in run.stderr, run.stderr
    return run.returncode, run.stdout, run.stderr


@pytest.fixture
def dump(database: Database, alices: Rows, folder: Path, keys: Keys) -> Path:
    code, said, wrong = back_up(database, folder, keys.public)
    assert code == 0, wrong
    return Path(said.split(": ")[0])


def test_an_encrypted_backup_is_restored_by_the_one_command(
    database: Database, dump: Path, empty: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dump.name.endswith(".dump.gpg")
    assert [path.name for path in sorted(dump.parent.iterdir())] == [
        dump.name,
        dump.name.replace(".dump.gpg", ".json"),
    ]
    assert not dump.read_bytes().startswith(b"PGDMP")
    assert b"alice@example.com" not in dump.read_bytes()
    assert dump.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("GNUPGHOME", str(keys.private))
    assert gpg(keys.private, "--decrypt", str(dump)).startswith(b"PGDMP")
    code, said = restore(database, dump, empty)
    assert (code, GREEN in said) == (0, True), said


@pytest.mark.slow
def test_an_encrypted_backup_is_listed_verified_drilled_and_pruned(
    database: Database, dump: Path, folder: Path, keys: Keys
) -> None:
    surroundings = {"BACKUP_DIR": str(folder), "GNUPGHOME": str(keys.private)}
    assert f"{dump.name}: " in manage(database, "backup", "--list", **surroundings).stdout
    assert "verified" in manage(database, "backup", "--verify", **surroundings).stdout
    drilled = manage(database, "restore_drill", **surroundings)
    assert drilled.returncode == 0, drilled.stderr
    assert drilled.stdout.startswith(dump.name)
    again = manage(database, "backup", BACKUP_KEEP="1", **surroundings)
    assert f"Removed {dump.name}" in again.stdout
    assert sorted(path.suffix for path in folder.iterdir()) == [".dump", ".json"]


@pytest.mark.slow
def test_without_the_private_key_a_restore_says_what_is_missing(
    database: Database, dump: Path, empty: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    for home in (keys.public, keys.other):
        monkeypatch.setenv("GNUPGHOME", str(home))
        code, said = restore(database, dump, empty)
        assert code == 1
        assert f"{dump.name} can't be decrypted (decryption failed: No secret key)" in said
    run = manage(database, "restore_drill", BACKUP_DIR=str(dump.parent), GNUPGHOME=str(keys.public))
    assert (run.returncode, "can't be decrypted" in run.stderr, "Traceback" in run.stderr) == (1, True, False)


def matching(dump: Path) -> None:
    """Give the manifest the hash of the changed file, as somebody would who changed both."""
    beside = dump.parent / dump.name.replace(".dump.gpg", ".json")
    sha256, size = digest(dump)
    beside.write_text(json.dumps({**json.loads(beside.read_text()), "sha256": sha256, "size": size}))


@pytest.mark.parametrize(
    "forged", [pytest.param(False, id="byte", marks=pytest.mark.slow), pytest.param(True, id="manifest")]
)
def test_a_flipped_byte_is_refused(
    database: Database, dump: Path, empty: str, keys: Keys, monkeypatch: pytest.MonkeyPatch, forged: bool
) -> None:
    content = bytearray(dump.read_bytes())
    content[len(content) * 3 // 4] ^= 1
    dump.write_bytes(content)
    if forged:
        matching(dump)
    monkeypatch.setenv("GNUPGHOME", str(keys.private))
    code, said = restore(database, dump, empty)
    assert code == 1
    assert ("can't be decrypted" if forged else "was changed since it was written") in said
    # gpg found it before anything was written.
    code, said = restore(database, dump, empty)
    assert "Restore into an empty one" not in said


def test_a_wrong_recipient_is_named_and_nothing_is_written(database: Database, folder: Path, keys: Keys) -> None:
    code, _, said = back_up(database, folder, keys.public, f"{NAME} nobody@example.com")
    assert code == 1
    assert "BACKUP_ENCRYPT_TO: gpg can't encrypt for nobody@example.com" in said
    assert "gpg --import FILE" in said
    assert list(folder.iterdir()) == []


def test_an_expired_key_is_refused(database: Database, folder: Path) -> None:
    with keyring() as home:
        gpg(
            home,
            "--faked-system-time",
            "20200101T000000",
            "--quick-generate-key",
            NAME,
            "future-default",
            "default",
            "1d",
        )
        code, _, said = back_up(database, folder, home)
    assert (code, f"gpg can't encrypt for {NAME}" in said) == (1, True), said


def test_without_gpg_the_error_says_what_to_install(
    database: Database, folder: Path, keys: Keys, tmp_path: Path
) -> None:
    run = manage(database, "backup", BACKUP_DIR=str(folder), BACKUP_ENCRYPT_TO=NAME, PATH=str(tmp_path))
    assert (run.returncode, "gpg is not installed. Install it" in run.stderr) == (1, True), run.stderr


def test_the_doctor_names_a_key_that_cannot_be_used(
    database: Database, direct: Any, settings: Any, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GNUPGHOME", str(keys.public))
    settings.BACKUP_ENCRYPT_TO = [NAME]
    check_recipients()
    settings.BACKUP_ENCRYPT_TO = ["nobody@example.com"]
    with pytest.raises(BackupError):
        check_recipients()
    [found] = [finding for finding in work.backups() if "BACKUP_ENCRYPT_TO" in finding.text]
    assert found.todo.startswith("Import its public key")
