"""Find rows that a new rule would refuse.

Each rule is one .sql file, which finds the rows and contains their repairs.
"""

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
# These rules compare a row with other rows.
BESIDE_OTHERS = (
    "number_in_own_business", "number_is_e164", "business_has_one_primary_number", "transaction_payment_intent_once",
    "transaction_number_of_same_owner", "completed_was_posted", "wallet_is_sum_of_transactions",
    "posted_account_has_opening", "appointment_external_id_once", "appointments_overlap", "document_path_in_business",
    "document_path_has_folder",
)  # fmt: skip
HOURS = ("day_minutes", "local_timestamp", "business_hours_valid")
# Rules whose values Python reads. Each function returns the repaired text, or None if it can't read the value.
READERS: dict[str, Callable[[str], str | None]] = {"business_hours_known": read_hours}


# Rules are compared by identity, since each file is read once.
@dataclass(frozen=True, eq=False)
class Rule:
    """Hold one rule.

    Attributes:
        options: Maps an option to its effect.
        automatic: The options that need no decision.
        repairs: Maps an option to its statements.
    """

    name: str
    says: str
    options: dict[str, str]
    automatic: tuple[str, ...]
    find: str
    repairs: dict[str, str]


@dataclass(frozen=True)
class Row:
    """Hold one offending row.

    Attributes:
        option: The option that adoption applies, or None without a decision.
    """

    rule: str
    table: str
    id: str
    detail: str
    option: str | None


@dataclass(frozen=True)
class Place:
    """Name the relations that rules read and write instead of the tables of `public`.

    Attributes:
        tables: Maps a table to its relation.
        alone: The relations for rules that judge each row separately.
        written: The relations to which repairs write.
    """

    tables: dict[str, str] = field(default_factory=dict)
    alone: dict[str, str] | None = None
    written: dict[str, str] | None = None

    def of(self, rule: Rule) -> str:
        """Return a rule's query with the names of the relations that it reads here."""
        separately = self.alone is not None and rule.name not in BESIDE_OTHERS
        return named(rule.find, self.alone if separately and self.alone is not None else self.tables)

    def of_repair(self, statements: str) -> str:
        """Return a repair's statements with the names of the relations that they write here."""
        return named(statements, self.tables if self.written is None else self.written)


def named(statements: str, tables: dict[str, str]) -> str:
    """Replace tables of `public` in statements by other relations."""
    for table, name in tables.items():
        statements = re.sub(rf"\bpublic\.{table}\b", name, statements)
    return statements


LIVE = Place()


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in the order of their repairs."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.sql")))


def read(path: Path) -> Rule:
    """Read a rule from its file: the header with the options, the query, the repairs."""
    head, *sections = re.split(r"^-- repair (\w+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    comments = [line.removeprefix("--").strip() for line in head.splitlines() if line.startswith("--")]
    # A line without such a beginning continues the line before.
    said: list[str] = []
    for line in comments:
        if not said or re.match(r"automatic \w+:|option \w+:", line):
            said.append(line)
        else:
            said[-1] += f" {line}"
    options, automatic = {}, []
    for line in said[1:]:
        name, does = re.sub(r"^(automatic|option) ", "", line).split(": ", 1)
        options[name] = does
        if line.startswith("automatic"):
            automatic.append(name)
    repairs = dict(zip(sections[::2], sections[1::2], strict=True))
    return Rule(path.stem.split("_", 1)[1], said[0], options, tuple(automatic), head, repairs)


def make_ready(cursor: CursorWrapper) -> None:
    """Provide the Voice Agent's address, and the functions that judge hours, which do not exist yet."""
    cursor.execute("select set_config('adopt.voice_agent', %s, true)", [settings.VOICE_AGENT_URL or ""])
    for name in HOURS:
        text = (PROJECT / "businesses/sql" / f"{name}.sql").read_text(encoding="utf-8")
        cursor.execute(text[: text.index("\nrevoke ")].replace("private.", "pg_temp."))


def find(
    cursor: CursorWrapper, rule: Rule, decisions: Decisions, where: Place = LIVE
) -> Iterator[tuple[Row, Decision | None]]:
    """Return each offending row with its decision. The query's fifth column is a value that Python reads."""
    cursor.execute(where.of(rule))
    for table, key, detail, automatic, *raw in cursor.fetchall():
        value = READERS[rule.name](raw[0]) if raw else None
        if value is not None:
            automatic, detail = "read", f"{detail}: would become {value}"
        repaired = automatic if automatic in rule.repairs else None
        decision = decisions.of_row(rule.name, str(key), tuple(rule.options), repaired)
        if decision is None and automatic is not None:
            decision = Decision(automatic)
        if decision and decision.option == "read":
            decision = Decision("read", value)
        yield Row(rule.name, table, str(key), detail, decision.option if decision else None), decision


def check(cursor: CursorWrapper, decisions: Decisions) -> list[Row]:
    """Return every row that breaks a rule now. A repair for one rule may leave fewer rows for another."""
    known = {rule.name for rule in rules()}
    if strange := decisions.rules.keys() - known:
        raise AdoptError(f"Unknown rule {', '.join(sorted(strange))}. Write one of {', '.join(sorted(known))}.")
    make_ready(cursor)
    return [row for rule in rules() for row, _ in find(cursor, rule, decisions)]


def repair(cursor: CursorWrapper, decisions: Decisions, where: Place = LIVE) -> list[Row]:
    """Apply the decisions, rule by rule.

    Raises:
        AdoptError: A row has no decision, or its decision does not repair it.
    """
    make_ready(cursor)
    done: list[Row] = []
    cursor.execute(
        "create temporary table if not exists decided (table_name text, row_id uuid, value text) on commit drop"
    )
    for rule in rules():
        if where.alone is not None and changes_nothing(rule, decisions):
            continue
        found = list(find(cursor, rule, decisions, where))
        if open_ := [row for row, decision in found if decision is None]:
            raise AdoptError(
                f"{len(open_)} rows break {rule.name} and need a decision, "
                f"such as {open_[0].table} {open_[0].id}: {open_[0].detail}. Run adopt --check to list them."
            )
        if repaired := [(row, decision) for row, decision in found if decision and decision.option in rule.repairs]:
            carry_out(cursor, rule, repaired, where)
            # An option can leave a row unchanged. For example, an amount of 0 can't be flipped.
            if left := [row for row, _ in find(cursor, rule, decisions, where) if row.option in rule.repairs]:
                raise AdoptError(
                    f"{rule.name}: {left[0].option} does not repair {left[0].table} {left[0].id}, {left[0].detail}. "
                    "Choose another decision for that row."
                )
        done += [row for row, _ in found]
    return done


def changes_nothing(rule: Rule, decisions: Decisions) -> bool:
    """Return whether the decision leaves the rows unchanged."""
    return (
        rule.name not in decisions.rules
        and bool(rule.automatic)
        and not any(name in rule.repairs for name in rule.automatic)
    )


def carry_out(cursor: CursorWrapper, rule: Rule, decided: list[tuple[Row, Decision]], where: Place = LIVE) -> None:
    """Run the repairs of a rule for the decided rows."""
    for option, statements in rule.repairs.items():
        rows = [(row.table, row.id, decision.value) for row, decision in decided if decision.option == option]
        if rows:
            cursor.execute("truncate pg_temp.decided")
            cursor.executemany("insert into pg_temp.decided values (%s, %s, %s)", rows)
            cursor.execute(where.of_repair(statements))
