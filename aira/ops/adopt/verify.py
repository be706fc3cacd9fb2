"""The proof: the adopted database is what the migrations make, but for what was there beside it or a person kept."""

import re
from collections.abc import Iterator

from django.db import connections

from aira.db.advisor import advise
from aira.db.catalog.reference import drift
from aira.ops.adopt.decisions import Decisions
from aira.ops.adopt.shape import FUNCTIONS


def verify(alias: str, decisions: Decisions) -> tuple[list[str], list[str]]:
    """What is not as it should be, empty when all is well; and what was left alone."""
    found = drift(alias)
    alone = {
        one.name for one in found if one.kind == "relations" and one.before is None and one.name.startswith("public.")
    }
    alone |= {f"public.{name}" for name in FUNCTIONS if name != "validate_appointment_time"}
    kept = [set(re.findall(r"\w+", subject)[1:]) for subject, answer in decisions.objects.items() if answer == "keep"]
    problems = []
    for one in found:
        words = set(re.findall(r"\w+", one.name))
        strange = one.before is None and any(
            re.search(rf"\b{re.escape(name)}\b", f"{one.name} {one.after}") for name in alone
        )
        if not strange and not any(names <= words for names in kept):
            problems.append(f"catalog: {one}")
    problems += ledger(alias)
    problems += [
        f"advisor: {one.lint} {one.subject}: {one.detail}"
        for one in advise(alias)
        if not any(re.search(rf"\b{re.escape(name)}\b", one.subject) for name in alone)
    ]
    return problems, sorted(name for name in alone if any(name in one.name for one in found))


def ledger(alias: str) -> Iterator[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute("select problem, subject, detail from private.ledger_problems()")
        for problem, subject, detail in cursor.fetchall():
            yield f"ledger: {problem} {subject}: {detail}"
