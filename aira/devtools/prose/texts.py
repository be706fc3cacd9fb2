"""Define a text that people read, with its place."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """Name the kinds of texts, since some rules apply to some kinds only."""

    FUNCTION = "docstring of a function"
    DOCSTRING = "docstring of a class or module"
    TEST = "docstring of a test"
    COMMENT = "comment"
    MESSAGE = "message"
    SCREEN = "screen"
    DOC = "page"
    HEADING = "heading"
    CELL = "table cell"
    NAME = "name"
    LINE = "line"


@dataclass(frozen=True)
class Text:
    """Hold one text and where it begins."""

    path: Path
    line: int
    kind: Kind
    text: str
