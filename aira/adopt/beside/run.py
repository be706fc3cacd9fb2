"""Run the steps beside the original, and remove them again. Continue where an earlier run stopped."""

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
from aira.adopt.switch import LONGEST, switch
from aira.migrate.lock_retries import patiently

DISK_FULL = "53100"


def adopt(alias: str, plan: Plan, decisions: Decisions, say: Callable[[str], None]) -> None:
    """Make, fill and swap the finished tables.

    Raises:
        AdoptError: Adoption stopped. The originals are unchanged.
    """
    try:
        build(alias, plan, decisions, say)
        swap = swapped.swap(alias, plan, decisions)
        switch(alias, swap, say, longest=LONGEST, catch_up=lambda: replayed.replay(alias, decisions, say))
    except IntegrityError as error:
        undone.forget(alias, say)
        raise AdoptError(
            f"A row that a service wrote during adoption breaks a rule: {str(error).strip()}. Nothing was changed. "
            "Run adopt again. It reads the current rows."
        ) from error
    except CommandError as error:
        raise AdoptError(
            f"The tables could not be locked within 300ms, {BRIEF.attempts} times: a long transaction locks them. "
            f"Nothing was changed. Wait for it to end, then run adopt again. {error}"
        ) from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == DISK_FULL:
            # While the copies fill the disk, services can't write either.
            undone.forget(alias, say)
            raise AdoptError(
                "The server's disk is full. Nothing was changed, and the copies were removed. Free more space, then "
                "run adopt again."
            ) from error
        raise


def build(alias: str, plan: Plan, decisions: Decisions, say: Callable[[str], None]) -> None:
    """Make, fill, index and prove the finished tables. Skip the steps of an earlier run."""
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
    # Services have written while the rows were proved.
    replayed.replay(alias, decisions, say)


def note(alias: str, table: str) -> None:
    """Begin to record changed rows of one original, instead of an earlier trigger."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(f"drop trigger if exists {copied.TRIGGER} on public.{table}")
        cursor.execute(f"drop trigger if exists {copied.TRIGGER}_all on public.{table}")
        copied.note_changes(cursor, table)
