"""Read the prose of an SQL file: comments, and the messages, details and hints that it raises."""

import re
from collections.abc import Iterator
from pathlib import Path

from aira.devtools.prose.texts import Kind, Text

RAISED = re.compile(r"raise\s+(?:exception|warning|notice)\s+'((?:[^']|'')+)'", re.IGNORECASE)
GIVEN = re.compile(r"\b(?:message|hint|detail)\s*=\s*'((?:[^']|'')+)'", re.IGNORECASE)
# Lints, health checks and rules have a header of fields: "title: …", "hint: …".
FIELD = re.compile(r"[a-z_]+: +")
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
            if (field := FIELD.match(text)) and block:
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
