"""Read the fenced blocks of the pages, and the words after their language.

    sql as voice_agent              whom to ask as: an account of the demo, a service, else the owner of the schema
    sh exits 1                      another exit code than 0
    sh slow                         in `make test-all` alone
    sh no-run: it needs docker      not at all, for that reason
    sh by tests/api/test_docs.py    by that test, and not here
    result                          what the block above prints; … stands for anything, alone in its line for any lines

A page's blocks are run in their order, on a database of the page's own with the demo in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

from aira.embedded import PROJECT

SHELLS = ("sh", "bash", "console")
# These blocks are checked as far as possible without a data API, or are not code.
SHOWN = ("ts", "python", "json", "yaml", "ini", "diff", "text", "promql", "nginx", "toml", "html", "http", "mermaid")
# Another test runs the blocks of these pages or chapters.
OF_THEIR_OWN = {
    ("MIGRATIONS.md", "Recipes"): "tests/migrate/test_linting.py",
    ("TROUBLESHOOTING.md", ""): "tests/ops/test_troubleshooting.py",
}
WORDS = re.compile(
    r"(?P<language>\w+)"
    r"(?: as (?P<party>[\w.@]+))?(?: exits (?P<exits>\d))?(?P<slow> slow)?"
    r"(?: by (?P<test>\S+\.py)| no-run: (?P<reason>.+))?"
)


class BadBlock(ValueError):
    """Report a first line of a block that has no clear meaning."""


@dataclass
class Block:
    page: Path
    line: int
    language: str
    text: str
    party: str = ""
    exits: int = 0
    slow: bool = False
    test: str = ""
    reason: str = ""
    result: str | None = None

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(PROJECT) if self.page.is_relative_to(PROJECT) else self.page}:{self.line}"

    @property
    def runs_here(self) -> bool:
        return self.language in (*SHELLS, "sql") and not (self.reason or self.test)


@dataclass
class Page:
    file: Path
    blocks: list[Block] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.file.relative_to(PROJECT))

    def runs(self, *, slow: bool) -> list[Block]:
        """Return the blocks to run. A slow run includes the quick blocks, since the slow ones depend on them."""
        blocks = [block for block in self.blocks if block.runs_here]
        return blocks if slow else [block for block in blocks if not block.slow]

    def of(self, language: str) -> list[Block]:
        return [block for block in self.blocks if block.language == language]


def pages() -> list[Page]:
    return [Page(file, list(parse(file, file.read_text(encoding="utf-8")))) for file in files()]


def files() -> list[Path]:
    return [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]


def parse(file: Path, text: str) -> Iterator[Block]:
    previous: Block | None = None
    chapter = ""
    tokens = MarkdownIt().parse(text)
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            chapter = tokens[place + 1].content
        if token.type == "code_block":
            raise BadBlock(f"{file}:{line_of(token.map)}: fence it, and name its language")
        if token.type != "fence":
            continue
        line = line_of(token.map)
        if token.info.strip() == "result":
            if previous is None or previous.result is not None:
                raise BadBlock(f"{file}:{line}: a result belongs to the block above it")
            previous.result = token.content
            continue
        info = token.info.strip()
        own = OF_THEIR_OWN.get((file.name, chapter)) or OF_THEIR_OWN.get((file.name, ""))
        previous = block(file, line, f"{info.partition(' ')[0]} by {own}" if own else info, token.content)
        yield previous


def line_of(lines: list[int] | None) -> int:
    return (lines or [0])[0] + 1


def block(file: Path, line: int, info: str, text: str) -> Block:
    said = WORDS.fullmatch(info)
    if said is None or said["language"] not in (*SHELLS, "sql", *SHOWN):
        raise BadBlock(f"{file}:{line}: “{info}” says nothing that tests/docs/blocks.py knows")
    if said["party"] and said["language"] != "sql":
        raise BadBlock(f"{file}:{line}: only SQL is asked as somebody")
    if said["test"] and file.name not in (PROJECT / said["test"]).read_text(encoding="utf-8"):
        raise BadBlock(f"{file}:{line}: {said['test']} does not read {file.name}")
    return Block(
        page=file,
        line=line,
        language=said["language"],
        text=text,
        party=said["party"] or "",
        exits=int(said["exits"] or 0),
        slow=bool(said["slow"]),
        test=said["test"] or "",
        reason=said["reason"] or "",
    )
