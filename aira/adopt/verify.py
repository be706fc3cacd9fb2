"""The proof: the adopted database is what the migrations make, but for what was there beside it or a person kept."""

import re
from collections.abc import Iterator

from django.db import connections

from aira.adopt.decisions import Decisions
from aira.advisor import advise
from aira.migrate.catalog import Difference
from aira.migrate.catalog.reference import drift, reference


def verify(alias: str, decisions: Decisions) -> tuple[list[str], list[str]]:
    """What is not as it should be, empty when all is well; and what was left alone: others' objects in public."""
    found = drift(alias)
    tables = "|".join(reference()["relations"])
    ours = re.compile(rf"\b({tables.replace('.', '[.]')})\b")
    alone = [one for one in found if foreign(one, ours)]
    kept = [set(re.findall(r"\w+", subject)[1:]) for subject, answer in decisions.objects.items() if answer == "keep"]
    problems = [
        f"catalog: {one}"
        for one in found
        if one not in alone and not any(names <= set(re.findall(r"\w+", one.name)) for names in kept)
    ]
    problems += ledger(alias)
    names = tuple(one.name for one in alone)
    problems += [
        f"advisor: {one.lint} {one.subject}: {one.detail}"
        for one in advise(alias)
        # Of what is worth knowing: indexes that nobody used yet.
        if one.level != "info" and not any(one.subject.startswith(name.partition("(")[0]) for name in names)
    ]
    return problems, sorted(one.name for one in alone if one.kind in ("relations", "functions", "types"))


def foreign(one: Difference, ours: re.Pattern[str]) -> bool:
    """A table, function or type that nobody here made, or a part of one; an index says of which table it is."""
    # What a function takes may be a row of ours.
    said = f"{one.name} {one.after}" if one.kind == "indexes" else re.sub(r"\(.*\)", "", one.name)
    return one.before is None and "." in said and not ours.search(said)


def ledger(alias: str) -> Iterator[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute("select problem, subject, detail from private.ledger_problems()")
        for problem, subject, detail in cursor.fetchall():
            yield f"ledger: {problem} {subject}: {detail}"
