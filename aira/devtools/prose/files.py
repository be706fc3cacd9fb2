"""Choose the reader of a file by its type."""

from collections.abc import Callable, Iterator
from pathlib import Path

from aira.devtools.prose import comments, markdown, python, sql, templates
from aira.devtools.prose.texts import Text

Reader = Callable[[Path, str], Iterator[Text]]
READERS: dict[str, Reader] = {
    ".md": markdown.read,
    ".py": python.read,
    ".sql": sql.read,
    ".html": templates.read,
    **dict.fromkeys(comments.FILES, comments.read),
}


def reader_of(path: Path) -> Reader | None:
    """Return the reader for a file, or None if a file of its type holds no prose."""
    return READERS.get(path.name) or READERS.get(path.suffix)
