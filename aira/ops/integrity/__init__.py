"""Check the integrity of all stored data at night: the ledger proof, rows that break rules, indexes and drift.

The searches are one `.sql` file each. The query of a search returns a subject, what is wrong with its rows, the query
that counts them (returning the count and one key), and why it can't run. `:key` stands for the rows' key, and
`:schemas` for this project's schemas.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from aira.audit.models import Anchor
from aira.migrate.catalog import SCHEMAS
from aira.migrate.catalog.reference import drift, to_migrate
from aira.ops.anchors.proof import chain, changed_seals, vanished_entries
from aira.ops.anchors.signing import own_public_key
from aira.ops.anchors.statement import document_of
from aira.ops.health import read_only
from aira.ops.models import IntegrityRun
from aira.schema.sql_headers import header

# The time limit of a statement. Large tables take long, and nobody waits for them.
PATIENCE = "15min"
# Read tables without indexes, since an index may be damaged.
PAST_INDEXES = ("enable_indexscan = off", "enable_indexonlyscan = off", "enable_bitmapscan = off")
# The codes of amcheck for a damaged index: index_corrupted, data_corrupted, internal_error.
DAMAGED, FORBIDDEN = ("XX002", "XX001", "XX000"), "42501"
# The limit of the recorded faults.
MOST = 1000
KEEP = timedelta(days=365)
# The key of the row as text. It uses key columns only, since a whole row would put personal data into the report.
KEY = """coalesce(
    (select pg_catalog.format('concat_ws('', '', %s)', pg_catalog.string_agg(pg_catalog.format('c.%I', a.attname), ', ' order by a.attnum))
     from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
     where i.indrelid = k.conrelid and i.indisprimary having count(*) > 0), 'c.ctid::text')"""  # noqa: E501


@dataclass(frozen=True)
class Fault:
    """Fault that a part found.

    Attributes:
        part: the name of the part.
        count: the number of rows.
        example: the key of one row.
    """

    part: str
    subject: str
    detail: str
    count: int = 1
    example: str = ""

    def __str__(self) -> str:
        rows = f"{self.count} {self.detail}, for example {self.example}" if self.example else self.detail
        return f"{self.part}: {self.subject}: {rows}"


@dataclass
class Report:
    """Outcome of a run.

    Attributes:
        looked_at: the number of objects that each part checked.
        not_looked_at: what a part could not check, and why.
    """

    faults: list[Fault] = field(default_factory=list)
    looked_at: dict[str, int] = field(default_factory=dict)
    not_looked_at: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the report as a dictionary."""
        return asdict(self)


@dataclass(frozen=True)
class Search:
    """Search for rows that break a rule."""

    name: str
    title: str
    why: str
    hint: str
    query: str


Part = Callable[[str, Report], None]


@cache
def searches() -> tuple[Search, ...]:
    """Return all searches."""
    return tuple(parse(file) for file in sorted(Path(__file__).with_name("searches").glob("*.sql")))


def parse(file: Path) -> Search:
    """Return the search of a file."""
    text = file.read_text(encoding="utf-8")
    known = {name: value for name, value in header(text).items() if name in ("title", "why", "hint")}
    among = f"array{list(SCHEMAS)}::regnamespace[]"
    return Search(name=file.stem, query=text.replace(":key", KEY).replace(":schemas", among), **known)


def parts() -> dict[str, Part]:
    """Return the parts of a run by name."""
    found: dict[str, Part] = {"ledger": ledger, "audit": audit, "anchors": anchors}
    found |= {search.name: partial(run_search, search) for search in searches()}
    return found | {"indexes": indexes, "drift": drifted}


def inspect(using: str = "direct", only: tuple[str, ...] = ()) -> Report:
    """Run all parts read-only, without blocking locks.

    A part that can't run reports why and does not stop the others.
    """
    report, began = Report(), monotonic()
    for name, part in parts().items():
        if not only or name in only:
            try:
                part(using, report)
            except DatabaseError as error:
                report.not_looked_at[name] = first_line(error)
    report.seconds = round(monotonic() - began, 3)
    return report


def ledger(using: str, report: Report) -> None:
    """Check the ledger proof."""
    [(wallets,)] = ask("select count(*) from public.wallets", using)
    found = ask("select problem, subject, detail from private.ledger_problems()", using)
    report.looked_at["ledger"] = wallets
    report.faults += [Fault("ledger", str(subject), f"{problem}: {detail}") for problem, subject, detail in found]


def audit(using: str, report: Report) -> None:
    """Compare the audit events with their seals."""
    [(seals,)] = ask("select count(*) from audit.seals", using)
    found = ask("select problem, subject, detail from private.audit_problems()", using)
    report.looked_at["audit"] = seals
    report.faults += [Fault("audit", subject, f"{problem}: {detail}") for problem, subject, detail in found]


def anchors(using: str, report: Report) -> None:
    """Compare the stored anchors with the ledger and the audit. Those outside are for `manage.py verify_anchors`."""
    documents = [document_of(anchor) for anchor in Anchor.objects.using(using).order_by("number")]
    report.looked_at["anchors"] = len(documents)
    key = own_public_key()
    if documents and key is None:
        report.not_looked_at["anchors"] = "ANCHOR_KEY is not set, so no signature can be verified"
    elif key is not None:
        anchored = chain(documents, [key])
        found = [*anchored.problems, *vanished_entries(anchored, using), *changed_seals(anchored, using)]
        report.faults += [Fault("anchors", "since an anchor", problem) for problem in found]


def run_search(search: Search, using: str, report: Report) -> None:
    """Run the queries of a search."""
    questions = ask(search.query, using)
    report.looked_at[search.name] = len(questions)
    for subject, detail, query, blind in questions:
        if blind:
            report.not_looked_at[f"{search.name}: {subject}"] = blind
            continue
        try:
            [(count, example)] = ask(query, using, settings=PAST_INDEXES)
        except DatabaseError as error:
            report.not_looked_at[f"{search.name}: {subject}"] = first_line(error)
            continue
        if count:
            report.faults.append(Fault(search.name, subject, detail, count, example or ""))


INDEXES = """
    select i.oid, i.oid::regclass::text from pg_catalog.pg_index x
    join pg_catalog.pg_class i on i.oid = x.indexrelid join pg_catalog.pg_am m on m.oid = i.relam
    where m.amname = 'btree' and i.relkind = 'i' and x.indisready and i.relpersistence = 'p'
      and i.relnamespace::regnamespace::text = any(%s) order by 2
"""


def indexes(using: str, report: Report) -> None:
    """Check with amcheck the order of each index, and that it has every row of its table."""
    found = ask("select extnamespace::regnamespace::text from pg_catalog.pg_extension where extname = 'amcheck'", using)
    if not found:
        report.not_looked_at["indexes"] = (
            "amcheck is not installed. As a superuser, run: create extension amcheck schema extensions"
        )
        return
    check = f"select {found[0][0]}.bt_index_check(%s::regclass, true)"
    names = ask(INDEXES, using, list(SCHEMAS))
    report.looked_at["indexes"] = len(names)
    for oid, name in names:
        try:
            ask(check, using, oid)
        except DatabaseError as error:
            state = getattr(error.__cause__, "sqlstate", "")
            if state in DAMAGED:
                report.faults.append(Fault("indexes", name, first_line(error)))
            else:
                report.not_looked_at[f"indexes: {name}"] = first_line(error)
                if state == FORBIDDEN:
                    return


def drifted(using: str, report: Report) -> None:
    """Compare the catalog with its reference."""
    if to_migrate(using):
        report.not_looked_at["drift"] = "Migrations are not applied. Run manage.py migrate"
        return
    found = drift(using)
    report.looked_at["drift"] = 1
    report.faults += [Fault("drift", f"{one.kind} {one.name}", str(one)) for one in found]


def ask(query: str, using: str, *params: Any, settings: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a query under the run's limits."""
    with read_only(using, PATIENCE) as cursor:
        # Statements that need a table exclusively must not wait for this query for long.
        for setting in ("lock_timeout = '5s'", *settings):
            cursor.execute(f"set local {setting}")
        cursor.execute(query, params or None)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def first_line(error: Exception) -> str:
    """Return the first line of an error."""
    return str(error).splitlines()[0]


def record(report: Report, using: str = "direct") -> None:
    """Store a report for the console, dbhealth and the metrics. Delete reports that are older than a year."""
    runs = IntegrityRun.objects.using(using)
    runs.create(
        duration=timedelta(seconds=report.seconds),
        faults=[asdict(fault) for fault in report.faults[:MOST]],
        looked_at=report.looked_at,
        not_looked_at=report.not_looked_at,
    )
    runs.filter(at__lt=timezone.now() - KEEP).delete()
