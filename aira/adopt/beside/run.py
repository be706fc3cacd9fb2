"""The steps beside the original, from wherever an earlier run stopped, and the way back."""

from collections.abc import Callable
from functools import partial

from django.core.management.base import CommandError
from django.db import IntegrityError, connections, transaction
from django.db.utils import OperationalError

from aira.adopt import TABLES, AdoptError, record
from aira.adopt.beside import copied, made, replayed, swapped, undone
from aira.adopt.beside.undone import BRIEF
from aira.adopt.decisions import Decisions
from aira.adopt.plan import Plan
from aira.adopt.switch import switch
from aira.migrate.lock_retries import patiently

DISK_FULL = "53100"


def adopt(alias: str, plan: Plan, decisions: Decisions, say: Callable[[str], None]) -> None:
    """Make, fill and swap the finished tables. Raises AdoptError, and the originals are as they were."""
    try:
        build(alias, plan, decisions, say)
        swap = swapped.swap(alias, plan, decisions)
        switch(alias, swap, say)
    except IntegrityError as error:
        undone.forget(alias, say)
        raise AdoptError(
            f"a row that a service wrote meanwhile breaks a rule: {str(error).strip()}. Nothing was changed. "
            "Run adopt again: it begins with the rows as they are now."
        ) from error
    except CommandError as error:
        raise AdoptError(
            f"the tables could not be locked within 300ms, {BRIEF.attempts} times: a transaction holds them for long. "
            f"Nothing was changed. Let it end, then run adopt again. {error}"
        ) from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == DISK_FULL:
            raise AdoptError(
                "the server's disk is full, and nothing was changed. Run adopt --abandon to free what was copied, "
                "make room, then run adopt again."
            ) from error
        raise


def build(alias: str, plan: Plan, decisions: Decisions, say: Callable[[str], None]) -> None:
    if not record.recall(alias, "made"):
        say("Making the finished tables beside the originals.")
        undone.forget(alias, say)
        made.make(alias, plan, decisions)
        with connections[alias].cursor() as cursor:
            record.remember(cursor, "made", True)
    if not record.recall(alias, "noting"):
        for table in TABLES:
            patiently(alias, BRIEF, partial(note, alias, table), say)
        with connections[alias].cursor() as cursor:
            cursor.execute("reset lock_timeout")
            record.remember(cursor, "noting", True)
    if not record.recall(alias, "repaired"):
        say(f"Copying about {copied.count(alias):,} rows while services work.")
        copied.copy(alias, say)
        say("Repairing and completing the copies.")
        replayed.first(alias, decisions)
    if not record.recall(alias, "indexed"):
        say("Building the indexes of the finished tables.")
        replayed.index(alias, say)
    replayed.replay(alias, decisions, say)
    replayed.prove_all(alias, decisions)
    # Services wrote while the rows were proved.
    replayed.replay(alias, decisions, say)


def note(alias: str, table: str) -> None:
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(f"drop trigger if exists {copied.TRIGGER} on public.{table}")
        cursor.execute(f"drop trigger if exists {copied.TRIGGER}_all on public.{table}")
        copied.note_changes(cursor, table)
