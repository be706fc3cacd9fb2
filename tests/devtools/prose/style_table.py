"""Read the table of examples of the project's style guide: the place of a text, its old form and its new form."""

from dataclasses import dataclass
from pathlib import Path

from aira.devtools.prose.texts import Kind

TABLE = Path(__file__).with_name("style_table.md")
KINDS = {
    "docstring": Kind.FUNCTION,
    "comment": Kind.COMMENT,
    "error": Kind.MESSAGE,
    "screen": Kind.SCREEN,
    "doc": Kind.DOC,
    "test": Kind.NAME,
    "module": Kind.NAME,
}


@dataclass(frozen=True)
class Example:
    """Hold one line of the table."""

    kind: Kind
    before: str
    after: str

    def __str__(self) -> str:
        """Return the name of the test's case."""
        return self.before[:40]


def examples() -> list[Example]:
    """Return the lines of the table; a line that lists several modules becomes several examples."""
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines()[2:]:
        where, before, after = (cell.strip() for cell in line.strip("|").split("|"))
        if where == "module":
            pairs = zip(before.split(", "), after.split(", "), strict=True)
            found += [Example(KINDS[where], *pair) for pair in pairs]
        else:
            found.append(Example(KINDS[where], before, after))
    return found
