"""Run the steps of an adoption in order. Continue where an earlier run stopped."""

from collections.abc import Callable
from dataclasses import asdict
from enum import Enum
from pathlib import Path

from django.core.management import call_command
from django.core.management.sql import emit_pre_migrate_signal
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from aira.adopt import AdoptError, finish, plan, record, report, switch
from aira.adopt.beside import dependents, run, undone
from aira.adopt.beside.retired import retire
from aira.adopt.decisions import Decisions
from aira.adopt.survey import survey
from aira.adopt.verify import verify
from aira.migrate.lock_retries import Patience, one_at_a_time, patiently
from aira.schema.server_version import has_table, require_usable


class Stage(Enum):
    """Name the stages of adoption, in words that complete "this database …"."""

    EMPTY = "has no table of AiRa. Run manage.py migrate"
    ORIGINAL = "is the original and not adopted yet"
    SWITCHED = "is switched but not finished. Run manage.py adopt"
    ADOPTED = "is already adopted"


def stage(alias: str) -> Stage:
    """Return the stage that a database has reached."""
    require_usable(alias)
    if not has_table(alias, "public.business_v2"):
        return Stage.EMPTY
    if record.unfinished(alias):
        return Stage.SWITCHED
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return Stage.ADOPTED if ("businesses", "0001_initial") in applied else Stage.ORIGINAL


def adopt(
    alias: str,
    decisions: Decisions,
    say: Callable[[str], None],
    *,
    report_to: Path | None = None,
    signed: report.Promise | None = None,
    in_place: bool = False,
) -> None:
    """Adopt the database. Continue where an earlier run stopped.

    Args:
        report_to: File for the report, which is written after each step.
        in_place: Change the original tables themselves, which locks them for longer.

    Raises:
        AdoptError: Adoption stopped. The next run continues there.
    """
    with one_at_a_time(alias, Patience()):
        at = stage(alias)
        if at is Stage.EMPTY:
            raise AdoptError(f"This database {at.value}.")
        if at is Stage.ORIGINAL:
            take_over(alias, decisions, say, report_to, signed, in_place)
        else:
            decisions = decisions.with_older(record.recall_decisions(alias))
        report.write(report_to, alias)
        if at is not Stage.ADOPTED:
            say("Finishing. Services already use the finished tables.")
            finish.finish(alias, say)
            report.write(report_to, alias)
    # The database is an ordinary one from here on. Apply the remaining migrations, and set up endpoints and partitions.
    call_command("migrate", database=alias, verbosity=0)
    problems, alone = verify(alias, decisions)
    report.write(report_to, alias, stage="adopted", problems=problems, left_alone=alone)
    for name in alone:
        say(f"Left alone: {name}")
    if problems:
        raise AdoptError("The database is adopted, but the proof found problems:\n  " + "\n  ".join(problems))
    retire(alias, say)
    say("Adopted: the catalog equals the migrations, the ledger proof passed, and the advisor has no findings.")


def take_over(
    alias: str,
    decisions: Decisions,
    say: Callable[[str], None],
    report_to: Path | None,
    signed: report.Promise | None,
    in_place: bool,
) -> None:
    """Bring an original database up to the switch."""
    found = survey(alias, decisions)
    if found.unrepaired:
        row = found.unrepaired[0]
        raise AdoptError(
            f"{row.rule}: {row.option} does not repair {row.table} {row.id}, {row.detail}. "
            "Choose another decision for that row. Nothing was changed. manage.py adopt --check lists all such rows."
        )
    if not found.ready:
        raise AdoptError("Decisions are missing. Nothing was changed. Run manage.py adopt --check to list them.")
    promise = report.promised(found)
    if signed:
        report.hold(signed, promise)
        promise = signed
    if record.recall(alias, "decisions", asdict(decisions)) != asdict(decisions) or in_place:
        # Copies with repairs of earlier decisions must be made again.
        undone.forget(alias, say)
    with connections[alias].cursor() as cursor:
        record.make(cursor)
        undone.remember_before(alias, cursor)
        record.remember(cursor, "decisions", asdict(decisions))
        record.remember(cursor, "promised", {**asdict(promise), "digest": promise.digest})
    report.write(report_to, alias)
    say("Preparing schemas, roles and other objects beside the tables.")
    patiently(alias, Patience(), lambda: prepare(alias), say)
    reasons = because_of(alias)
    worked_out = plan.worked_out(alias, has_hours=has_hours(alias), indexes_later=bool(reasons) or in_place)
    if reasons or in_place:
        say(f"Switching: {len(worked_out.statements)} statements in one transaction.")
        switch.switch(alias, switch.in_place(alias, worked_out, decisions), say)
    else:
        run.adopt(alias, worked_out, decisions, say)


def abandon(alias: str, say: Callable[[str], None]) -> None:
    """Remove everything that was made before the switch.

    Raises:
        AdoptError: The switch was made already.
    """
    with one_at_a_time(alias, Patience()):
        at = stage(alias)
        if at is not Stage.ORIGINAL:
            raise AdoptError(f"There is nothing to abandon: this database {at.value}.")
        undone.abandon(alias, say)
    say("Abandoned: the database is as it was before adoption began.")


def because_of(alias: str) -> list[str]:
    """Return the reasons why the finished tables can't be made beside the originals."""
    with connections[alias].cursor() as cursor:
        return dependents.unknown(cursor)


def prepare(alias: str) -> None:
    """Apply the migrations that use none of the original tables."""
    emit_pre_migrate_signal(0, False, alias)
    executor = MigrationExecutor(connections[alias])
    executor.recorder.ensure_schema()
    early = plan.divided(executor).early
    executor.migrate(None, plan=[(migration, False) for migration in early])


def has_hours(alias: str) -> bool:
    """Tell whether the original table of businesses has the column business_hours already."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_catalog.pg_attribute a where a.attrelid = 'public.business_v2'::regclass "
            "and a.attname = 'business_hours' and not a.attisdropped)"
        )
        return bool(cursor.fetchone()[0])
