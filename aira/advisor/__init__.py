"""Check the live catalog with this project's own lints: one `.sql` file each.

The header of a lint: `-- level: error | warn | info`, `-- title:`, `-- why:`, `-- fix:`. Its query returns the object
and what is wrong with it. It returns no row if all is well.
"""

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from aira.schema.sql_headers import header

LEVELS = ("error", "warn", "info")


@dataclass(frozen=True)
class Lint:
    """Lint with its query.

    Attributes:
        area: the name of its folder.
    """

    name: str
    area: str
    level: str
    title: str
    why: str
    fix: str
    query: str


@dataclass(frozen=True)
class Finding:
    """Violation that a lint found."""

    lint: str
    level: str
    title: str
    subject: str
    detail: str
    fix: str

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as a dictionary."""
        return asdict(self)


@cache
def lints() -> tuple[Lint, ...]:
    """Return every lint, sorted by name."""
    files = Path(__file__).with_name("lints").rglob("*.sql")
    return tuple(sorted(map(parse, files), key=lambda lint: lint.name))


def parse(file: Path) -> Lint:
    """Return the lint of a file."""
    text = file.read_text(encoding="utf-8")
    return Lint(name=file.stem, area=file.parent.name, query=text, **header(text))


def advise(using: str) -> list[Finding]:
    """Return the findings in a database, the worst first. Only the catalog is read."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("set transaction read only")
        # With an empty search_path, regclass and expressions include the schema.
        cursor.execute("set local search_path = ''")
        return inspect(cursor)


def inspect(cursor: Any) -> list[Finding]:
    """Return the findings of all lints, in the cursor's transaction. Its search_path must be empty."""
    findings = []
    cursor.execute("select pg_catalog.set_config('aira.known_roles', %s, true)", [",".join(settings.KNOWN_ROLES)])
    for lint in lints():
        cursor.execute(lint.query)
        findings += [
            Finding(lint.name, lint.level, lint.title, str(subject), str(detail), lint.fix)
            for subject, detail in cursor.fetchall()
        ]
    return sorted(findings, key=lambda finding: (LEVELS.index(finding.level), finding.lint, finding.subject))
