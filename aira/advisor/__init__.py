"""Our own lints over the live catalog: one `.sql` file each, with its explanation on top.

The header of a lint: `-- level: error | warn | info`, `-- title:`, `-- why:`, `-- fix:`. Its query gives two
columns, the object that it is about and what is wrong there, and no row when all is well.
"""

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from aira.schema.sql_headers import header

LEVELS = ("error", "warn", "info")


@dataclass(frozen=True)
class Lint:
    name: str
    level: str
    title: str
    why: str
    fix: str
    query: str


@dataclass(frozen=True)
class Finding:
    lint: str
    level: str
    title: str
    subject: str
    detail: str
    fix: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@cache
def lints() -> tuple[Lint, ...]:
    """Return every lint, sorted by name."""
    files = Path(__file__).with_name("lints").rglob("*.sql")
    return tuple(sorted(map(parse, files), key=lambda lint: lint.name))


def parse(file: Path) -> Lint:
    text = file.read_text(encoding="utf-8")
    return Lint(name=file.stem, query=text, **header(text))


def advise(using: str) -> list[Finding]:
    """Return the findings in a database, worst first. Reads the catalog alone."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("set transaction read only")
        # So that regclass and expressions come out with their schema.
        cursor.execute("set local search_path = ''")
        return inspect(cursor)


def inspect(cursor: Any) -> list[Finding]:
    """Return the findings of every lint, in the cursor's transaction, whose search_path is empty."""
    findings = []
    for lint in lints():
        cursor.execute(lint.query)
        findings += [
            Finding(lint.name, lint.level, lint.title, str(subject), str(detail), lint.fix)
            for subject, detail in cursor.fetchall()
        ]
    return sorted(findings, key=lambda finding: (LEVELS.index(finding.level), finding.lint, finding.subject))
