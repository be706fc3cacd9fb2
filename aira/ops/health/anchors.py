"""Check that anchors are made and arrive where they are sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError

from aira.audit.models import Anchor
from aira.ops.anchors.sending import destinations
from aira.ops.health.outcomes import Outcome, Problem, worst

ANCHORS = "anchors"
LATE, LOST = timedelta(hours=26), timedelta(hours=72)


def anchors(using: str, patience: str) -> Outcome:
    """Return destinations that lack anchors, and how long no anchor was made. Without ANCHOR_KEY it is healthy."""
    base = Outcome(
        ANCHORS, "Anchors", "ok", "Only anchors outside of the database prove it against a superuser.",
        "Read the failed job ops.anchor, or run manage.py anchor.", unit="hours",
    )  # fmt: skip
    if settings.ANCHOR_KEY is None:
        return base
    now, problems = datetime.now(UTC), []
    try:
        newest = Anchor.objects.using(using).first()
        if newest is None:
            problems.append(Problem("warn", "anchors", "none was made yet; the worker makes one within an hour"))
        elif (age := now - newest.at) > LATE:
            problems.append(Problem(level_of(age), "anchors", "no anchor was made for this long", hours(age)))
        for name in destinations():
            unsent = Anchor.objects.using(using).exclude(sent__has_key=name).order_by("number").first()
            if unsent is not None and (age := now - unsent.at) > LATE:
                problems.append(
                    Problem(level_of(age), name, f"lacks anchor {unsent.number}, made this long ago", hours(age))
                )
    except DatabaseError as error:
        return replace(base, level="unknown", note=str(error).splitlines()[0])
    return replace(base, level=worst(problem.level for problem in problems), problems=problems)


def level_of(age: timedelta) -> str:
    """Return the level for an age."""
    return "critical" if age > LOST else "warn"


def hours(age: timedelta) -> int:
    """Return the whole hours of an age."""
    return round(age.total_seconds() / 3600)
