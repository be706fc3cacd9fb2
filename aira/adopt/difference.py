"""Describe one difference between the live tables and the original's, and the possible decisions about it."""

from dataclasses import dataclass
from typing import Literal

from psycopg import sql

# The meaning of each answer, for the person who decides.
MEANING = {
    "keep": "the object stays",
    "replace": "adoption's own object takes its place",
    "drop": "the object is dropped",
}


@dataclass(frozen=True)
class Difference:
    """Hold one difference from the original design.

    Attributes:
        level: `does` if adoption runs the statement, `decide` if a person must decide, `stop` if a person must correct
            it first.
        options: The possible answers.
        definition: The object as PostgreSQL describes it, for the report.
    """

    subject: str
    says: str
    level: Literal["does", "decide", "stop"]
    does: str = ""
    statement: sql.Composable | None = None
    options: tuple[str, ...] = ()
    definition: str = ""


def does(subject: str, says: str, what: str, statement: str, *names: str, tail: str = "") -> Difference:
    """Return a difference that adoption removes with the statement."""
    return Difference(subject, says, "does", what, composed(statement, *names, tail=tail))


def stays(subject: str, says: str, what: str = "stays") -> Difference:
    """Return a difference that adoption leaves as it is."""
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
    """Return a difference that needs a decision.

    Args:
        statement: The statement that `drop` and `replace` run.
        advice: What else the person who decides should know.
    """
    choice = "; ".join(f"{option}: {MEANING[option]}" for option in options)
    text = f"{choice}. {advice}" if advice else choice
    return Difference(subject, says, "decide", text, composed(statement, *names), options, definition)


def composed(statement: str, *names: str, tail: str = "") -> sql.Composed:
    """Return a statement with quoted names.

    Args:
        tail: A definition from PostgreSQL, which may contain braces.
    """
    return sql.SQL(statement).format(*map(sql.Identifier, names)) + sql.SQL(tail)
