"""Rows that a new rule would refuse: one rule, one .sql file, which finds them and says how each may be repaired."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from aira.adopt import AdoptError
from aira.adopt.decisions import Decision, Decisions
from aira.adopt.hours import read_hours
from aira.embedded import PROJECT

FOLDER = Path(__file__).with_name("rules")
# Rules that look at other rows, too.
BESIDE_OTHERS = (
    "number_in_own_business", "number_is_e164", "business_has_one_primary_number", "transaction_payment_intent_once",
    "transaction_number_of_same_owner", "completed_was_posted", "wallet_is_sum_of_transactions",
    "posted_account_has_opening", "appointment_external_id_once", "appointments_overlap", "document_path_in_business",
    "document_path_has_folder",
)  # fmt: skip
HOURS = ("day_minutes", "local_timestamp", "business_hours_valid")
# Rules whose rows are read in Python: what a value means, as the text of its repair; None if it can't be read.
READERS: dict[str, Callable[[str], str | None]] = {"business_hours_known": read_hours}


# By identity: each is read once.
@dataclass(frozen=True, eq=False)
class Rule:
    """Hold one rule.

    options: name → what it does. itself: options that need no decision. repairs: option → statements."""

    name: str
    says: str
    options: dict[str, str]
    itself: tuple[str, ...]
    find: str
    repairs: dict[str, str]


@dataclass(frozen=True)
class Row:
    """option: what adoption does, None while nobody decided."""

    rule: str
    table: str
    id: str
    detail: str
    option: str | None


@dataclass(frozen=True)
class Place:
    """Where the rows are that a rule looks at: table → its name, for those that are not in `public`.

    alone: where those rules look that judge each row by itself; written: where repairs write.
    """

    tables: dict[str, str] = field(default_factory=dict)
    alone: dict[str, str] | None = None
    written: dict[str, str] | None = None

    def of(self, rule: Rule) -> str:
        by_itself = self.alone is not None and rule.name not in BESIDE_OTHERS
        return named(rule.find, self.alone if by_itself and self.alone is not None else self.tables)

    def of_repair(self, statements: str) -> str:
        return named(statements, self.tables if self.written is None else self.written)


def named(statements: str, tables: dict[str, str]) -> str:
    for table, name in tables.items():
        statements = re.sub(rf"\bpublic\.{table}\b", name, statements)
    return statements


LIVE = Place()


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in the order in which they are repaired."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.sql")))


def read(path: Path) -> Rule:
    head, *sections = re.split(r"^-- repair (\w+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    comments = [line.removeprefix("--").strip() for line in head.splitlines() if line.startswith("--")]
    # A line that begins nothing goes on with the one before.
    said: list[str] = []
    for line in comments:
        if not said or re.match(r"by itself \w+:|option \w+:", line):
            said.append(line)
        else:
            said[-1] += f" {line}"
    options, itself = {}, []
    for line in said[1:]:
        name, does = re.sub(r"^(by itself|option) ", "", line).split(": ", 1)
        options[name] = does
        if line.startswith("by itself"):
            itself.append(name)
    repairs = dict(zip(sections[::2], sections[1::2], strict=True))
    return Rule(path.stem.split("_", 1)[1], said[0], options, tuple(itself), head, repairs)


def make_ready(cursor: CursorWrapper) -> None:
    """Give the rules what they call: the Voice Agent's address, and the function that judges hours, not there yet."""
    cursor.execute("select set_config('adopt.voice_agent', %s, true)", [settings.VOICE_AGENT_URL or ""])
    for name in HOURS:
        text = (PROJECT / "businesses/sql" / f"{name}.sql").read_text(encoding="utf-8")
        cursor.execute(text[: text.index("\nrevoke ")].replace("private.", "pg_temp."))


def find(
    cursor: CursorWrapper, rule: Rule, decisions: Decisions, where: Place = LIVE
) -> Iterator[tuple[Row, Decision | None]]:
    """Return each offending row and what becomes of it. The query's fifth column is a value for the reader."""
    cursor.execute(where.of(rule))
    for table, key, detail, itself, *raw in cursor.fetchall():
        value = READERS[rule.name](raw[0]) if raw else None
        if value is not None:
            itself, detail = "read", f"{detail}: would become {value}"
        repaired = itself if itself in rule.repairs else None
        decision = decisions.of_row(rule.name, str(key), tuple(rule.options), repaired)
        if decision is None and itself is not None:
            decision = Decision(itself)
        if decision and decision.option == "read":
            decision = Decision("read", value)
        yield Row(rule.name, table, str(key), detail, decision.option if decision else None), decision


def check(cursor: CursorWrapper, decisions: Decisions) -> list[Row]:
    """Return every offending row of now. A repair for one rule may leave fewer rows for another."""
    known = {rule.name for rule in rules()}
    if strange := decisions.rules.keys() - known:
        raise AdoptError(f"there is no rule {', '.join(sorted(strange))}; there are {', '.join(sorted(known))}.")
    make_ready(cursor)
    return [row for rule in rules() for row, _ in find(cursor, rule, decisions)]


def repair(cursor: CursorWrapper, decisions: Decisions, where: Place = LIVE) -> list[Row]:
    """Apply the decisions, rule by rule. Raises AdoptError for rows that nobody decided on."""
    make_ready(cursor)
    done: list[Row] = []
    cursor.execute(
        "create temporary table if not exists decided (table_name text, row_id uuid, value text) on commit drop"
    )
    for rule in rules():
        if where.alone is not None and informs(rule, decisions):
            continue
        found = list(find(cursor, rule, decisions, where))
        if open_ := [row for row, decision in found if decision is None]:
            raise AdoptError(
                f"{len(open_)} rows break {rule.name} and nobody decided what becomes of them, "
                f"such as {open_[0].table} {open_[0].id}: {open_[0].detail}. See adopt --check."
            )
        if repaired := [(row, decision) for row, decision in found if decision and decision.option in rule.repairs]:
            carry_out(cursor, rule, repaired, where)
            # What the option does not fit, such as turning round an amount of 0, is as it was.
            if left := [row for row, _ in find(cursor, rule, decisions, where) if row.option in rule.repairs]:
                raise AdoptError(
                    f"{rule.name}: {left[0].option} does not help {left[0].table} {left[0].id}, {left[0].detail}. "
                    "Decide otherwise for that row."
                )
        done += [row for row, _ in found]
    return done


def informs(rule: Rule, decisions: Decisions) -> bool:
    """Return whether the decision leaves the rows unchanged."""
    return (
        rule.name not in decisions.rules and bool(rule.itself) and not any(name in rule.repairs for name in rule.itself)
    )


def carry_out(cursor: CursorWrapper, rule: Rule, decided: list[tuple[Row, Decision]], where: Place = LIVE) -> None:
    for option, statements in rule.repairs.items():
        rows = [(row.table, row.id, decision.value) for row, decision in decided if decision.option == option]
        if rows:
            cursor.execute("truncate pg_temp.decided")
            cursor.executemany("insert into pg_temp.decided values (%s, %s, %s)", rows)
            cursor.execute(where.of_repair(statements))
