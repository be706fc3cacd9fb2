"""Prove that the adopted database equals one that the migrations make, except for foreign and kept objects."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connections

from aira.adopt import record
from aira.adopt.decisions import Decisions
from aira.advisor import advise, lints
from aira.migrate.catalog import Difference
from aira.migrate.catalog.reference import drift, reference


def verify(alias: str, decisions: Decisions) -> tuple[list[str], list[str]]:
    """Return the problems, and the foreign objects in public that were left alone."""
    found = drift(alias)
    tables = "|".join(reference()["relations"])
    ours = re.compile(rf"\b({tables.replace('.', '[.]')})\b")
    alone = [one for one in found if foreign(one, ours)]
    kept = [Kept(subject) for subject in kept_subjects(alias, decisions)]
    problems = [
        f"catalog: {one}" for one in found if one not in alone and not any(one_kept.covers(one) for one_kept in kept)
    ]
    problems += ledger(alias)
    names = tuple(one.name for one in alone)
    words = [one.own for one in kept]
    # Adoption changes no roles, publications or settings of the server. manage.py advise reports their problems.
    of_server = {lint.name for lint in lints() if lint.area == "server"}
    problems += [
        f"advisor: {one.lint} {one.subject}: {one.detail}"
        for one in advise(alias)
        # Findings of the level "info", for example indexes that nothing has used yet, are not problems.
        if one.level != "info"
        and one.lint not in of_server
        # The originals are dropped after this proof.
        and not one.subject.startswith("retired.")
        and not any(one.subject.startswith(name.partition("(")[0]) for name in names)
        and not any(named <= set(re.findall(r"\w+", f"{one.subject} {one.detail}")) for named in words)
    ]
    return problems, sorted(one.name for one in alone if one.kind in ("relations", "functions", "types"))


def kept_subjects(alias: str, decisions: Decisions) -> list[str]:
    """Return the objects that the decisions keep, also by a pattern."""
    exact = [subject for subject, answer in decisions.objects.items() if answer == "keep"]
    promised = record.recall(alias, "promised", {}).get("objects", [])
    return list(dict.fromkeys([*exact, *(one["subject"] for one in promised if one["becomes"] == "is kept")]))


# Kinds of the catalog in which an object that was kept appears.
SHOWS = {
    "policy": ("policies",),
    "trigger": ("triggers",),
    "constraint": ("constraints",),
    "index": ("indexes",),
    "column": ("columns", "grants", "comments"),
    "grant": ("grants",),
    "view": ("relations", "columns", "views", "grants", "indexes", "comments"),
    "function": ("functions", "grants", "comments"),
    "storage": ("relations",),
    "options": ("relations",),
}


@dataclass(frozen=True)
class Kept:
    """Identify an object that a decision keeps, as `--check` names it: by its kind, and the words of its name."""

    subject: str

    @property
    def words(self) -> set[str]:
        """The words of the object's name."""
        return set(re.findall(r"\w+", self.subject)[1:]) - {"of"}

    @property
    def own(self) -> set[str]:
        """Return the words without the table, which findings do not always name."""
        return set(re.findall(r"\w+", self.subject.partition(".")[2])) or self.words

    def covers(self, one: Difference) -> bool:
        """Tell whether a difference is about this object."""
        kinds = SHOWS.get(self.subject.partition(" ")[0], ())
        said = f"{one.name} {one.after}" if one.kind == "indexes" else one.name
        return one.kind in kinds and self.words <= set(re.findall(r"\w+", said))


def foreign(one: Difference, ours: re.Pattern[str]) -> bool:
    """Return whether a difference is about a foreign table, function or type, or a part of one."""
    # A function may take a row of one of AiRa's tables.
    said = f"{one.name} {one.after}" if one.kind == "indexes" else re.sub(r"\(.*\)", "", one.name)
    return one.before is None and "." in said and not ours.search(said)


def ledger(alias: str) -> Iterator[str]:
    """Yield the problems that the ledger proof finds."""
    with connections[alias].cursor() as cursor:
        cursor.execute("select problem, subject, detail from private.ledger_problems()")
        for problem, subject, detail in cursor.fetchall():
            yield f"ledger: {problem} {subject}: {detail}"
