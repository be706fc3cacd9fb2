"""Read the prose of a Markdown page: paragraphs, list items, headings and table cells, but no code."""

import re
from collections.abc import Iterator
from pathlib import Path

from aira.devtools.prose.texts import Kind, Text

WIDTH = 100
# The column of docs/GLOSSARY.md that quotes words to avoid.
AVOIDED = "do not write"
FENCE = re.compile(r"^\s*(```|~~~)")
ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+(?:\[[ x]\]\s+)?")
# Lines that can't be wrapped well: links, pictures, and what `make bench` generates.
UNBREAKABLE = re.compile(r"\]\(|<img|<picture|<small>|https?://")


def read(path: Path, content: str) -> Iterator[Text]:
    """Yield each paragraph, list item, heading and table cell, and each line that is too wide."""
    block: list[str] = []
    columns: list[str] = []
    begin = 1
    fenced = False
    # Comments are instructions for authors; they keep their lines, so that line numbers stay right.
    content = re.sub(r"<!--.*?-->", lambda found: "\n" * found[0].count("\n"), content, flags=re.DOTALL)
    for number, line in enumerate([*content.splitlines(), ""], start=1):
        heading = re.match(r"^#{1,6} (.*)", line)
        row = line.lstrip().startswith("|")
        fence = bool(FENCE.match(line))
        item = ITEM.match(line)
        ends = fenced or fence or not line.strip() or heading or row or item
        if ends and block:
            yield Text(path, begin, Kind.DOC, plain(" ".join(block)))
            block = []
        columns = columns if row else []
        if fence:
            fenced = not fenced
        elif fenced or not line.strip():
            continue
        elif heading:
            yield Text(path, number, Kind.HEADING, plain(heading[1]))
        elif row:
            cells = [plain(cell.strip()) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            columns = columns or cells
            for column, cell in zip(columns, cells, strict=False):
                if re.search(r"\w", cell) and column != AVOIDED:
                    yield Text(path, number, Kind.CELL, cell)
        else:
            if not block:
                begin = number
            block.append(line[item.end() :].strip() if item else line.strip().lstrip("> "))
            if len(line) > WIDTH and not UNBREAKABLE.search(line):
                yield Text(path, number, Kind.LINE, line)


def plain(text: str) -> str:
    """Return the text as it is read: links by their words, code as one word each."""
    text = re.sub(r"<img[^>]*alt=\"([^\"]*)\"[^>]*>", r"\1.", text)
    text = re.sub(r"<[^>\s][^>]*>", "", text)
    text = re.sub(r"`+[^`]+`+", "CODE", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\*\*|(?<!\w)\*(?=\w)|(?<=\w|[.,])\*(?!\w)|(?<!\w)_(?=\w)", "", text)
