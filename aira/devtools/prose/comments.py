"""Read the comments of files whose comments begin with a hash sign: settings, Makefile, YAML."""

from collections.abc import Iterator
from pathlib import Path

from aira.devtools.prose.texts import Kind, Text

FILES = {"Makefile", "Dockerfile", ".env.example", ".editorconfig", ".yaml", ".yml", ".toml"}


def read(path: Path, content: str) -> Iterator[Text]:
    """Yield blocks of comments that stand alone in their lines."""
    block: list[str] = []
    begin = 1
    for number, line in enumerate([*content.splitlines(), ""], start=1):
        stripped = line.strip()
        # A setting that is commented out has no space after the sign.
        if stripped.startswith("# "):
            begin = begin if block else number
            block.append(stripped.removeprefix("#").strip())
        elif block:
            yield Text(path, begin, Kind.COMMENT, " ".join(block))
            block = []
