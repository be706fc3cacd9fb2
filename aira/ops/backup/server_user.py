"""Find the operating system's user who runs a server. pgBackRest must run as this user, whatever the name."""

import configparser
import os
import pwd
from contextlib import suppress
from pathlib import Path

from aira.embedded import unprivileged_user
from aira.ops.backup import BackupError

CONFIGURATION = "/etc/pgbackrest/pgbackrest.conf"


def configured(option: str) -> str:
    """Return an option of pgBackRest from the environment or from its file, or an empty text."""
    name = f"PGBACKREST_{option.upper().replace('-', '_')}"
    if value := os.environ.get(name, "").strip():
        return value
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), allow_no_value=True)
    with suppress(OSError, configparser.Error, UnicodeDecodeError):
        parser.read(configuration(), encoding="utf-8")
    for section in (os.environ.get("PGBACKREST_STANZA", "").strip(), "global"):
        if value := parser.get(section, option, fallback="") or "":
            return value.strip()
    return ""


def configuration() -> str:
    """Return the path of pgBackRest's file."""
    return os.environ.get("PGBACKREST_CONFIG", "").strip() or CONFIGURATION


def owner(data: str = "") -> pwd.struct_passwd | None:
    """Return who owns the server's data, or else pgBackRest's file or repository, which the server uses as well.

    None if these belong to root or can't be found.

    Args:
        data: the data folder, if the server named it.
    """
    for place in (data or configured("pg1-path"), configuration(), configured("repo1-path")):
        with suppress(OSError, KeyError):
            if place and (uid := Path(place).stat().st_uid):
                return pwd.getpwuid(uid)
    return None


def user_of(data: str = "") -> pwd.struct_passwd | None:
    """Return the user as whom pgBackRest runs, or None for the user of this process.

    Raises BackupError if this process may not read the server's files and can't become their owner.
    """
    found = owner(data)
    if os.geteuid() == 0:
        return found or unprivileged_user()
    if found and data and found.pw_uid != os.geteuid() and not os.access(data, os.R_OK | os.X_OK):
        me = pwd.getpwuid(os.geteuid()).pw_name
        raise BackupError(
            f"{data} belongs to {found.pw_name}, and this command runs as {me}, who may not read it. "
            f"Run it as {found.pw_name} or as root."
        )
    return None


def role_of(data: str, superusers: list[str], first: str) -> str:
    """Return the role as which pgBackRest should connect, or an empty text if its own choice is right.

    It takes the role with the name of the operating system's user.

    Args:
        superusers: the superusers who may log in.
        first: the superuser whom initdb made.
    """
    name = (owner(data) or pwd.getpwuid(os.geteuid())).pw_name
    return "" if configured("pg1-user") or name in superusers else first
