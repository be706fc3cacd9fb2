"""Report for `adopt --check` every object and row that differs from the target, and the open decisions."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connections, transaction

from aira.adopt import rules, shape, trial
from aira.adopt.decisions import Decisions
from aira.adopt.difference import Difference
from aira.adopt.requirements import requirements
from aira.adopt.way import Way, planned
from aira.exports.spreadsheets import csv_lines

SHOWN = 5
# The condition of private.is_time_zone, which does not exist yet.
KNOWN_ZONES = """
    select z.name from pg_catalog.pg_timezone_names z
    where z.name !~ '^(posix|right)/' and z.name not in ('localtime', 'posixrules', 'Factory')
"""


@dataclass(frozen=True)
class Survey:
    """Hold the result of a check.

    Attributes:
        unrepaired: Rows that their decision does not repair.
        zones: Errors in the time zones, as sentences.
    """

    differences: list[Difference]
    rows: list[rules.Row]
    zones: list[str]
    decisions: Decisions
    unrepaired: list[rules.Row] = field(default_factory=list)
    way: Way | None = None

    @property
    def stopping(self) -> list[Difference]:
        """The differences that adoption can't change."""
        return [one for one in self.differences if one.level == "stop"]

    @property
    def waiting(self) -> list[Difference]:
        """The differences without the decision that they need."""
        return [one for one in self.differences if one.level == "decide" and self.decisions.of_object(one) is None]

    @property
    def undecided(self) -> list[rules.Row]:
        """The rows without the decision that they need."""
        return [row for row in self.rows if row.option is None]

    @property
    def ready(self) -> bool:
        """Whether adoption can begin."""
        return not (self.stopping or self.waiting or self.undecided or self.zones or self.unrepaired)


def survey(alias: str, decisions: Decisions) -> Survey:
    """Check one snapshot. Copies of rows, on which decisions are tried, are rolled back.

    Raises:
        AdoptError: A decision names an unknown rule or option.
    """
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        found = [*requirements(cursor), *shape.differences(shape.read(cursor))]
        # The rows can be checked only if the tables have the expected columns.
        rows, unrepaired = [], []
        if not any(one.level == "stop" and one.subject.split()[0] in ("table", "column", "type") for one in found):
            rows = rules.check(cursor, decisions)
            unrepaired = trial.failures(alias, cursor, decisions)
        way = planned(cursor) if not any(one.subject.startswith("table ") for one in found) else None
        cursor.execute(KNOWN_ZONES)
        known = {name for (name,) in cursor.fetchall()}
        strange = set(decisions.time_zones.values()) - known
        zones = [f"Time zone {zone} is unknown. Write an IANA name, such as Europe/Berlin." for zone in strange]
        cursor.execute("select to_jsonb(b) ->> 'id' from public.business_v2 b")
        nowhere = decisions.time_zones.keys() - {"*", *(business for (business,) in cursor.fetchall())}
        zones += [
            f"The time zone of business {business} can't be set: this business does not exist." for business in nowhere
        ]
        transaction.set_rollback(True, using=alias)
    return Survey(found, rows, zones, decisions, unrepaired, way)


def records(found: Survey) -> list[dict[str, Any]]:
    """Return an entry for each object and row, for programs."""
    unrepaired = {
        key(row): f"{row.option or 'nothing'} does not repair this row: {row.detail}" for row in found.unrepaired
    }
    known = {key(row) for row in found.rows}
    of = {rule.name: rule for rule in rules.rules()}
    objects = [
        {
            "kind": "object", "subject": one.subject, "says": one.says,
            "does": found.decisions.of_object(one) or ("" if one.level == "decide" else one.does),
            "decide": one.does if one.level == "decide" else "",
            "must_decide": one in found.waiting or one.level == "stop",
        }
        for one in found.differences
    ]  # fmt: skip
    rows = [
        {
            "kind": "row", "subject": f"{row.table} {row.id}", "rule": row.rule, "says": row.detail,
            "does": f"{row.option}: {of[row.rule].options[row.option]}" if row.option else "",
            "decide": ", ".join(of[row.rule].options), "must_decide": row.option is None or key(row) in unrepaired,
            "unrepaired": unrepaired.get(key(row), ""),
        }
        for row in [*found.rows, *(row for row in found.unrepaired if key(row) not in known)]
    ]  # fmt: skip
    return objects + rows


def key(row: rules.Row) -> tuple[str, str, str]:
    """Return the identity of a row and the rule that it breaks."""
    return row.rule, row.table, row.id


def as_json(found: Survey) -> str:
    """Return the result of a check as JSON."""
    return json.dumps(
        {"ready": found.ready, "way": found.way and asdict(found.way), "found": records(found)},
        indent=1,
        ensure_ascii=False,
    )


def as_csv(found: Survey) -> str:
    """Return the result of a check as CSV."""
    columns = ["kind", "subject", "rule", "says", "does", "decide", "must_decide", "unrepaired"]
    return "".join(csv_lines(columns, ([one.get(name) for name in columns] for one in records(found))))


def as_text(found: Survey) -> str:
    """Return the result of a check as text for the terminal."""
    lines = []
    for one in found.differences:
        answer = found.decisions.of_object(one)
        mark = "!" if one in found.waiting or one.level == "stop" else " "
        lines.append(f"{mark} {one.subject} {one.says}: {answer or one.does}")
    count = Counter(row.rule for row in found.rows)
    for rule in rules.rules():
        rows = [row for row in found.rows if row.rule == rule.name]
        if not rows:
            continue
        undecided = sum(row.option is None for row in rows)
        lines += ["", f"{'!' if undecided else ' '} {rule.name}: {count[rule.name]} rows. {rule.says}"]
        for option, does in rule.options.items():
            chosen = sum(row.option == option for row in rows)
            lines.append(f"      {option}{f' ({chosen} rows)' if chosen else ''}: {does}")
        if undecided:
            lines.append(f"      {undecided} rows need a decision.")
        lines += [
            f"    {row.table} {row.id}: {row.detail}"
            for row in sorted(rows, key=lambda row: row.option is not None)[:SHOWN]
        ]
        if len(rows) > SHOWN:
            lines.append(f"    and {len(rows) - SHOWN} more. Use --format csv to list all.")
    if found.unrepaired:
        lines += [
            "",
            f"! {len(found.unrepaired)} rows are not repaired by their decision. Choose another decision for each:",
        ]
        lines += [
            f"    {row.rule}: {row.option} does not repair {row.table} {row.id}: {row.detail}"
            for row in found.unrepaired
        ]
    lines += [f"! {zone}" for zone in found.zones]
    lines += ["", *found.way.lines()] if found.way else []
    lines += [
        "",
        "Adoption can begin."
        if found.ready
        else "Lines with ! need a decision in the file for --decisions. docs/ADOPTION.md explains how.",
    ]
    return "\n".join(lines)


def to_decide(found: Survey) -> str:
    """Return a decision file that lists all open decisions. Earlier decisions stay in it."""
    wanted: dict[str, Any] = dict(found.decisions.rules)
    for rule in rules.rules():
        if any(row.rule == rule.name for row in found.undecided):
            wanted[rule.name] = " | ".join(rule.options)
    objects = {**found.decisions.objects, **{one.subject: " | ".join(one.options) for one in found.waiting}}
    zones = found.decisions.time_zones or {"*": "UTC"}
    return json.dumps({"rules": wanted, "objects": objects, "time_zones": zones}, indent=2, ensure_ascii=False)
