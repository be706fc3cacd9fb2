"""Split SQL text into single statements, and replace the names of the six tables by their shadows' names or back."""

import re

from aira.adopt import TABLES
from aira.adopt.beside import ACCOUNTS, SHADOWS

# Parts of SQL text without names and ends of statements: comments, strings, quoted names and bodies.
PART = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"|\$(\w*)\$.*?\$\1\$|;|[^-/'\"$;]+|.", re.DOTALL)
NAMES = re.compile(rf"\bpublic\.({'|'.join(TABLES)})\b")
QUOTED = re.compile(rf'\bpublic\."({"|".join(TABLES)})"')
BACK = re.compile(rf"\b{SHADOWS}\.({'|'.join(TABLES)})\b")


def split(text: str) -> list[str]:
    """Return the statements of a text, without those that are only comments."""
    found: list[str] = []
    parts: list[str] = []
    for part in PART.finditer(text):
        if part[0] == ";":
            found.append("".join(parts))
            parts = []
        else:
            parts.append(part[0])
    found.append("".join(parts))
    return [one.strip() for one in found if re.sub(r"--[^\n]*", "", one).strip()]


def to_shadows(statement: str) -> str:
    """Return the statement with the shadow tables' names.

    Strings and function bodies stay unchanged, since PostgreSQL reads them after the swap.
    """

    def turn(part: re.Match[str]) -> str:
        if part[0][:1] in "'$" or part[0][:2] in ("--", "/*"):
            return part[0]
        return NAMES.sub(rf"{SHADOWS}.\1", part[0]).replace("auth.users", ACCOUNTS)

    return PART.sub(turn, QUOTED.sub(r"public.\1", statement))


def to_public(statement: str) -> str:
    """Return PostgreSQL's definition of a shadow's object with the table of `public`."""
    return BACK.sub(r"public.\1", statement.replace(ACCOUNTS, "auth.users"))
