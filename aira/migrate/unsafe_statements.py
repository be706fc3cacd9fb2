"""Refuse statements of migrations that services would wait for, or that open data. squawk knows none of these rules.

DO blocks and the strings in them are read like other statements, since they run with the migration. The bodies of
functions are not read: they run later. To allow a statement, write `-- allow RULE: reason` on a line above it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.migrations import Migration, RunPython


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        name: How `-- allow` names it.
        pattern: Finds the statement, in lower case, with single spaces and without comments.
        instead: What to do instead.
    """

    name: str
    pattern: re.Pattern[str]
    instead: str


def rule(name: str, pattern: str, instead: str) -> Rule:
    """Return a rule of this regular expression."""
    return Rule(name, re.compile(pattern), instead)


RULES = (
    rule("lock-table", r"^lock\b", "Let each statement take its own lock."),
    rule(
        "whole-table-update",
        r"^update (?!.* where )|\( ?update (?:(?! where )[^()])*\)",
        "Update in batches; docs/MIGRATIONS.md, “A backfill”.",
    ),
    rule(
        "whole-table-delete",
        r"^delete from (?!.* where )|\( ?delete from (?:(?! where )[^()])*\)",
        "Delete in batches, or in a job of the worker.",
    ),
    rule("always-true-where", r"^(update|delete from) .* where true\b", "Update or delete in batches."),
    rule("truncate", r"^truncate\b", "Delete in batches, or drop a table that nobody uses."),
    rule("disable-trigger", r"\bdisable trigger\b", "Keep the triggers on: rules, postings and the audit need them."),
    rule("replica-role", r"\bsession_replication_role\b", "Keep the triggers and foreign keys on."),
    rule("row-security-off", r"\b(disable|no force) row level security\b", "Keep row security on; change the policy."),
    rule("row-security-setting", r"\brow_security\b.{1,4}\boff\b", "Keep row security on; change the policy."),
    rule("vacuum-full", r"^vacuum\b[^;]*\bfull\b", "Leave it to autovacuum, or use pg_repack outside a migration."),
    rule("cluster", r"^cluster\b", "Use pg_repack outside a migration."),
    rule("refresh", r"\brefresh materialized view (?!concurrently\b)", "Add CONCURRENTLY, or leave it to the worker."),
)
TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<text>[eE]?'(?:[^'\\]|''|\\.)*')|(?P<dollar>(?P<tag>\$\w*\$).*?(?P=tag))"
    r"|(?P<end>;)|(?P<name>\"[^\"]*\")|(?P<code>[\w$.]+|.)",
    re.DOTALL,
)
ALLOW = re.compile(r"^-- allow ([\w-]+): \S")
MAKES_ROUTINE = re.compile(r"^create (or replace )?(function|procedure)\b")
# Statements of PL/pgSQL begin after these words.
BEGINS = re.compile(r"^(?:(?:begin|then|else|loop|declare|if .*? then|for .*? loop|while .*? loop) )+")


def refusals(sql: str) -> list[str]:
    """Return a sentence for each statement that a rule refuses."""
    return [
        f"{found.name}: “{statement[:80]}” {found.instead}"
        for statement, allowed in statements(sql)
        for found in RULES
        if found.pattern.search(statement) and found.name not in allowed
    ]


def statements(sql: str, *, dynamic: bool = False) -> Iterator[tuple[str, set[str]]]:
    """Yield each statement with the rules that are allowed for it.

    Args:
        sql: Statements that end with semicolons.
        dynamic: Whether it is the body of a DO block, whose strings may be statements for EXECUTE.
    """
    code: list[str] = []
    bodies: list[str] = []
    allowed: set[str] = set()
    for token in TOKEN.finditer(sql + ";"):
        match token.lastgroup:
            case "comment":
                code.append(" ")
                if found := ALLOW.match(token[0]):
                    allowed.add(found[1])
            case "text" | "dollar" | "tag":
                bodies.append(body_of(token[0]))
                code.append("''")
            case "end":
                statement = plain("".join(code))
                if statement:
                    yield statement, allowed
                    if not MAKES_ROUTINE.match(statement) and (dynamic or statement.startswith("do ")):
                        for body in bodies:
                            for inner, inner_allowed in statements(body, dynamic=True):
                                yield inner, allowed | inner_allowed
                code, bodies, allowed = [], [], set()
            case _:
                code.append(token[0])


def body_of(literal: str) -> str:
    """Return the text of a quoted or dollar-quoted literal."""
    if literal.startswith("$"):
        tag = literal[: literal.index("$", 1) + 1]
        return literal.removeprefix(tag).removesuffix(tag)
    return literal.lstrip("eE")[1:-1].replace("''", "'")


def plain(code: str) -> str:
    """Return a statement in lower case with single spaces, without the words of PL/pgSQL before it."""
    text = " ".join(code.lower().split())
    return BEGINS.sub("", text)


def undocumented_code(migration: Migration) -> list[str]:
    """Return a sentence for each RunPython whose function does not say why SQL is not enough."""
    codes = [operation.code for operation in migration.operations if isinstance(operation, RunPython)]
    return [
        f"run-python: {getattr(code, '__name__', 'the code')}() has no docstring. Write why it is needed."
        for code in codes
        if not code.__doc__
    ]
