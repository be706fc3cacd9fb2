"""The steps in their order, from wherever an earlier run stopped."""

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
    EMPTY = "holds no table of AiRa: run manage.py migrate"
    ORIGINAL = "is the original"
    SWITCHED = "is ours, and not finished"
    ADOPTED = "is ours"


def stage(alias: str) -> Stage:
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
    """Adopt the database, from wherever an earlier run stopped.

    report_to: where the report is written, after each step. in_place: change the original tables themselves, which
    locks them for longer. Raises AdoptError; a run after it goes on where this one stopped.
    """
    with one_at_a_time(alias, Patience()):
        at = stage(alias)
        if at is Stage.EMPTY:
            raise AdoptError(f"this database {at.value}.")
        if at is Stage.ORIGINAL:
            take_over(alias, decisions, say, report_to, signed, in_place)
        else:
            decisions = decisions.with_older(record.recall_decisions(alias))
        report.write(report_to, alias)
        if at is not Stage.ADOPTED:
            say("Finishing: services work on the new tables already.")
            finish.finish(alias, say)
            report.write(report_to, alias)
    # An ordinary database from here on: what was left of the migrations, the endpoints, the partitions.
    call_command("migrate", database=alias, verbosity=0)
    problems, alone = verify(alias, decisions)
    report.write(report_to, alias, stage="adopted", problems=problems, left_alone=alone)
    for name in alone:
        say(f"Left alone: {name}")
    if problems:
        raise AdoptError("the database is adopted, but not as it should be:\n  " + "\n  ".join(problems))
    retire(alias, say)
    say("Adopted: the catalog is the migrations', the ledger proves itself, the advisor finds nothing.")


def take_over(
    alias: str,
    decisions: Decisions,
    say: Callable[[str], None],
    report_to: Path | None,
    signed: report.Promise | None,
    in_place: bool,
) -> None:
    """Take the original to the switch."""
    found = survey(alias, decisions)
    if found.helpless:
        row = found.helpless[0]
        raise AdoptError(
            f"{row.rule}: {row.option} does not help {row.table} {row.id}, {row.detail}. "
            "Decide otherwise for that row. Nothing was changed; manage.py adopt --check lists all such rows."
        )
    if not found.ready:
        raise AdoptError("not all is decided, and nothing was changed. manage.py adopt --check says what.")
    promise = report.promised(found)
    if signed:
        report.hold(signed, promise)
        promise = signed
    if record.recall(alias, "decisions", asdict(decisions)) != asdict(decisions) or in_place:
        # Copies that were repaired by other decisions are made again.
        undone.forget(alias, say)
    with connections[alias].cursor() as cursor:
        record.make(cursor)
        undone.remember_before(alias, cursor)
        record.remember(cursor, "decisions", asdict(decisions))
        record.remember(cursor, "promised", {**asdict(promise), "digest": promise.digest})
    report.write(report_to, alias)
    say("Preparing: what needs none of the tables.")
    patiently(alias, Patience(), lambda: prepare(alias), say)
    reasons = because_of(alias)
    worked_out = plan.worked_out(alias, has_hours=has_hours(alias), indexes_later=bool(reasons) or in_place)
    if reasons or in_place:
        say(f"Switching: {len(worked_out.statements)} statements in one transaction.")
        switch.switch(alias, switch.in_place(alias, worked_out, decisions), say)
    else:
        run.adopt(alias, worked_out, decisions, say)


def abandon(alias: str, say: Callable[[str], None]) -> None:
    """Take back everything that was made before the switch. Raises AdoptError after it."""
    with one_at_a_time(alias, Patience()):
        at = stage(alias)
        if at is not Stage.ORIGINAL:
            raise AdoptError(f"there is nothing to abandon: this database {at.value}.")
        undone.abandon(alias, say)
    say("Abandoned: the database is as it was before adoption began.")


def because_of(alias: str) -> list[str]:
    """Return the reasons why the finished tables can't be made beside the originals."""
    with connections[alias].cursor() as cursor:
        return dependents.unknown(cursor)


def prepare(alias: str) -> None:
    emit_pre_migrate_signal(0, False, alias)
    executor = MigrationExecutor(connections[alias])
    executor.recorder.ensure_schema()
    early = plan.divided(executor).early
    executor.migrate(None, plan=[(migration, False) for migration in early])


def has_hours(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select exists (select from pg_catalog.pg_attribute a where a.attrelid = 'public.business_v2'::regclass "
            "and a.attname = 'business_hours' and not a.attisdropped)"
        )
        return bool(cursor.fetchone()[0])
