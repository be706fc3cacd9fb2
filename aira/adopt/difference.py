"""One difference between the live tables and the original's, and what a decision about it may be."""

from dataclasses import dataclass
from typing import Literal

from psycopg import sql

# What each answer means, for people who decide.
MEANING = {
    "keep": "it stays, beside what adoption makes",
    "replace": "what adoption makes takes its place",
    "drop": "it goes",
}


@dataclass(frozen=True)
class Difference:
    """Hold one difference from the original design.

    level: does, adoption runs the statement; decide, a person must; stop, it must be mended before.

    options: the answers that are possible. definition: the object as PostgreSQL describes it, for the report.
    """

    subject: str
    says: str
    level: Literal["does", "decide", "stop"]
    does: str = ""
    statement: sql.Composable | None = None
    options: tuple[str, ...] = ()
    definition: str = ""


def does(subject: str, says: str, what: str, statement: str, *names: str, tail: str = "") -> Difference:
    return Difference(subject, says, "does", what, composed(statement, *names, tail=tail))


def stays(subject: str, says: str, what: str = "stays") -> Difference:
    return Difference(subject, says, "does", what)


def decide(
    subject: str,
    says: str,
    statement: str,
    *names: str,
    options: tuple[str, ...] = ("keep", "replace", "drop"),
    advice: str = "",
    definition: str = "",
) -> Difference:
    """statement: what `drop` and `replace` run. advice: what else a person should know."""
    choice = "; ".join(f"{option}: {MEANING[option]}" for option in options)
    text = f"{choice}. {advice}" if advice else choice
    return Difference(subject, says, "decide", text, composed(statement, *names), options, definition)


def composed(statement: str, *names: str, tail: str = "") -> sql.Composed:
    """tail: a definition as PostgreSQL gave it, which may have braces."""
    return sql.SQL(statement).format(*map(sql.Identifier, names)) + sql.SQL(tail)
