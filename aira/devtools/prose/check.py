"""Apply the rules to texts and files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aira.devtools.prose.files import reader_of
from aira.devtools.prose.rules import DOCSTRINGS, MOST_WORDS, RULES
from aira.devtools.prose.texts import Kind, Text

# These dots don't end a sentence.
ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|Dr|Mr|Ms|No|a\.m|p\.m)\.(?=\s)")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"”)*]*\s+(?=[\"“(*]*[A-Z0-9`_“])")
COUNTED = frozenset({Kind.DOC, Kind.FUNCTION, Kind.DOCSTRING, Kind.COMMENT, Kind.MESSAGE, Kind.SCREEN})


@dataclass(frozen=True)
class Finding:
    """Point at one sentence that breaks one rule."""

    path: Path
    line: int
    rule: str
    advice: str
    sentence: str

    def __str__(self) -> str:
        """Return the finding in the form of a compiler's message, which editors can follow."""
        shown = self.sentence if len(self.sentence) <= 120 else f"{self.sentence[:117]}..."
        return f"{self.path}:{self.line}: {self.rule}: {shown!r} {self.advice}"


def check_file(path: Path, content: str) -> Iterator[Finding]:
    """Yield the findings of one file."""
    read = reader_of(path)
    for text in read(path, content) if read else ():
        yield from check_text(text)


def check_text(text: Text) -> Iterator[Finding]:
    """Yield the findings of one text. The first sentence of a docstring is its summary."""
    for place, sentence in enumerate(sentences(text)):
        for rule in RULES:
            summary = rule.name.startswith("summary")
            if text.kind in rule.kinds and not (summary and place) and rule.finds(sentence):
                yield Finding(text.path, text.line, rule.name, rule.advice, sentence)
        if text.kind in COUNTED and len(words := sentence.split()) > MOST_WORDS:
            advice = f"It has {len(words)} words. Split it."
            yield Finding(text.path, text.line, "long-sentence", advice, sentence)


def sentences(text: Text) -> Iterator[str]:
    """Yield the sentences of a text in one line each."""
    if text.kind in (Kind.NAME, Kind.LINE):
        yield text.text
        return
    # Lists and examples of a docstring are not sentences.
    parts = re.split(r"\n\s*\n|\n(?= {2,}|\s*[-*] )", text.text) if text.kind in DOCSTRINGS else [text.text]
    for part in parts:
        joined = ABBREVIATION.sub(lambda found: found[0][:-1], " ".join(part.split()))
        for sentence in SENTENCE_END.split(joined):
            if sentence.strip():
                yield sentence.strip()
