"""Read the prose of a template: the text between tags, titles, and what `translate` is given."""

import re
from collections.abc import Iterator
from pathlib import Path

from aira.devtools.prose.texts import Kind, Text

ATTRIBUTE = re.compile(r"""\b(?:title|alt|placeholder|aria-label)=(["'])(.*?)\1""", re.DOTALL)
TRANSLATED = re.compile(r"""\{%\s*(?:translate|trans)\s+(["'])(.*?)\1""")
COMMENT = re.compile(r"\{#(.*?)#\}|\{%\s*comment[^%]*%\}(.*?)\{%\s*endcomment\s*%\}", re.DOTALL)


def read(path: Path, content: str) -> Iterator[Text]:
    """Yield what a reader of the page sees, and the comments of the template."""

    def place(offset: int) -> int:
        return content.count("\n", 0, offset) + 1

    for found in COMMENT.finditer(content):
        yield Text(path, place(found.start()), Kind.COMMENT, joined(found[1] or found[2] or ""))
    for pattern in (ATTRIBUTE, TRANSLATED):
        for found in pattern.finditer(content):
            if is_words(text := tagless(found[2])):
                yield Text(path, place(found.start(2)), Kind.SCREEN, joined(text))
    shown = blank(COMMENT, blank(re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL), content))
    shown = blank(re.compile(r"\{%.*?%\}", re.DOTALL), re.sub(r"\{\{.*?\}\}", lambda it: "X".ljust(len(it[0])), shown))
    # A link or emphasis within a sentence does not end it.
    shown = blank(re.compile(r"</?(?:a|b|i|em|strong|code|span|time|kbd)\b[^>]*>", re.DOTALL), shown)
    for found in re.finditer(r"[^<>]+(?=<|\Z)", shown):
        if is_words(found[0]):
            yield Text(
                path, place(found.start() + len(found[0]) - len(found[0].lstrip())), Kind.SCREEN, joined(found[0])
            )


def blank(pattern: re.Pattern[str], content: str) -> str:
    """Replace what matches by spaces, so that offsets and lines stay right."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), content)


def tagless(text: str) -> str:
    """Return an attribute's text with placeholders as one word."""
    return re.sub(r"\{%.*?%\}", "", re.sub(r"\{\{.*?\}\}", "X", text))


def joined(text: str) -> str:
    """Return the text in one line."""
    return " ".join(text.split())


def is_words(text: str) -> bool:
    """Tell whether there is a word to read."""
    return bool(re.search(r"[A-Za-z]{2,}", text)) and "=" not in text
