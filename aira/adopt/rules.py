"""Rows that a new rule would refuse: one rule, one .sql file, which finds them and says how each may be repaired."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from aira.adopt import AdoptError
from aira.adopt.decisions import Decision, Decisions

FOLDER = Path(__file__).with_name("rules")


@dataclass(frozen=True)
class Rule:
    """options: name → what it does; itself: those that adoption takes untold; repairs: option → statements."""

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


@cache
def rules() -> tuple[Rule, ...]:
    """In the order in which they are repaired."""
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


def remember_voice_agent(cursor: CursorWrapper) -> None:
    cursor.execute("select set_config('adopt.voice_agent', %s, true)", [settings.VOICE_AGENT_URL or ""])


def find(cursor: CursorWrapper, rule: Rule, decisions: Decisions) -> Iterator[tuple[Row, Decision | None]]:
    cursor.execute(rule.find)
    for table, key, detail, itself in cursor.fetchall():
        repaired = itself if itself in rule.repairs else None
        decision = decisions.of_row(rule.name, str(key), tuple(rule.options), repaired)
        if decision is None and itself is not None:
            decision = Decision(itself)
        yield Row(rule.name, table, str(key), detail, decision.option if decision else None), decision


def check(cursor: CursorWrapper, decisions: Decisions) -> list[Row]:
    """Every offending row, as things are; repairs of one rule may leave another less to find."""
    known = {rule.name for rule in rules()}
    if strange := decisions.rules.keys() - known:
        raise AdoptError(f"there is no rule {', '.join(sorted(strange))}; there are {', '.join(sorted(known))}.")
    remember_voice_agent(cursor)
    return [row for rule in rules() for row, _ in find(cursor, rule, decisions)]


def repair(cursor: CursorWrapper, decisions: Decisions) -> list[Row]:
    """Does what was decided, rule by rule. Raises AdoptError for rows that nobody decided on."""
    remember_voice_agent(cursor)
    done: list[Row] = []
    cursor.execute("create temporary table decided (table_name text, row_id uuid, value text) on commit drop")
    for rule in rules():
        found = list(find(cursor, rule, decisions))
        if open_ := [row for row, decision in found if decision is None]:
            raise AdoptError(
                f"{len(open_)} rows break {rule.name} and nobody decided what becomes of them, "
                f"such as {open_[0].table} {open_[0].id}: {open_[0].detail}. See adopt --check."
            )
        if repaired := [(row, decision) for row, decision in found if decision and decision.option in rule.repairs]:
            carry_out(cursor, rule, repaired)
            # What the option does not fit, such as turning round an amount of 0, is as it was.
            if left := [row for row, _ in find(cursor, rule, decisions) if row.option in rule.repairs]:
                raise AdoptError(
                    f"{rule.name}: {left[0].option} does not help {left[0].table} {left[0].id}, {left[0].detail}. "
                    "Decide otherwise for that row."
                )
        done += [row for row, _ in found]
    return done


def carry_out(cursor: CursorWrapper, rule: Rule, decided: list[tuple[Row, Decision]]) -> None:
    for option, statements in rule.repairs.items():
        rows = [(row.table, row.id, decision.value) for row, decision in decided if decision.option == option]
        if rows:
            cursor.execute("truncate pg_temp.decided")
            cursor.executemany("insert into pg_temp.decided values (%s, %s, %s)", rows)
            cursor.execute(statements)
