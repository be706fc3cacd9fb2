"""Read the prose of an SQL file: comments, and the messages, details and hints that it raises."""

import re
from collections.abc import Iterator
from pathlib import Path

from aira.devtools.prose.texts import Kind, Text

RAISED = re.compile(r"raise\s+(?:exception|warning|notice)\s+'((?:[^']|'')+)'", re.IGNORECASE)
GIVEN = re.compile(r"\b(?:message|hint|detail)\s*=\s*'((?:[^']|'')+)'", re.IGNORECASE)
# Lints, health checks and rules have a header of fields: "title: …", "hint: …".
FIELD = re.compile(r"(?:fix|help|hint|labels|level|lint|metric|note|title|unknown|view|why): +")
# A line of a header that begins a text of its own: an argument, a column, a list item, the result, the errors.
ITEM = re.compile(r"^\s*--\s+(?:\* |(?:automatic |option )?[a-z_]+(?:, [a-z_]+)*(?:: |  +)|(?:Errors|Returns)\b)")
COMMENT_ON = re.compile(r"comment\s+on\s+.*?\s+is\s+'((?:[^']|'')+)'", re.IGNORECASE | re.DOTALL)


def read(path: Path, content: str) -> Iterator[Text]:
    """Yield blocks of comments, and texts that the database shows to people."""
    block: list[str] = []
    begin = 1
    for number, line in enumerate([*content.splitlines(), ""], start=1):
        if line.strip().startswith("--"):
            text = line.strip().lstrip("-").strip()
            if text.startswith("squawk-ignore"):
                continue
            field = FIELD.match(text)
            if block and (field or ITEM.match(line)):
                yield Text(path, begin, Kind.COMMENT, " ".join(block))
                block = []
            text = text[field.end() :] if field else text
            begin = begin if block else number
            block.append(text)
        elif block:
            yield Text(path, begin, Kind.COMMENT, " ".join(block))
            block = []
    for pattern in (RAISED, GIVEN, COMMENT_ON):
        for found in pattern.finditer(content):
            text = re.sub(r"%(?:\d+\$)?[IsL]?", "X", found[1].replace("''", "'"))
            if " " in text:
                yield Text(path, content.count("\n", 0, found.start()) + 1, Kind.MESSAGE, text)
