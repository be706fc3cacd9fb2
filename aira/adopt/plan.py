"""Plan the migrations of an adoption, and change their statements so that writers wait as little as possible."""

import json
import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from aira.adopt import APPS, TABLES, AdoptError
from aira.adopt.single_rewrite import gathered

HERE = Path(__file__).parent
TABLE = "|".join(TABLES)
INDEX = re.compile(rf'CREATE INDEX "(\w+)" ON "(?:{TABLE})" ')
# The rule null_has_default has removed these NULLs.
FILLED = re.compile(rf'UPDATE "(?:{TABLE})" SET "(\w+)" = .* WHERE "\1" IS NULL; SET CONSTRAINTS ALL IMMEDIATE')  # noqa: S608
ADDED = re.compile(r'ALTER TABLE "\w+" ADD CONSTRAINT "(\w+)" ')
# Adoption itself chooses which indexes are made while services write.
CONCURRENTLY = re.compile(r"^(CREATE (?:UNIQUE )?INDEX|DROP INDEX) CONCURRENTLY(?: IF NOT EXISTS)?\b")
GONE = re.compile(r'DROP INDEX IF EXISTS "(\w+)"')
VIEW = re.compile(r"create materialized view (?:if not exists )?analytics\.(\w+) as\n[^;]*?;", re.IGNORECASE)
# Appointments get their slot numbers before the constraint that compares them.
NO_DOUBLE_BOOKING = "appointments_no_double_booking"
EXISTING_APPOINTMENTS = (HERE / "existing_appointments.sql").read_text(encoding="utf-8").strip()
HOURS = re.compile(r'ALTER TABLE "business_v2" ADD COLUMN "business_hours" ')


@dataclass(frozen=True)
class Later:
    """Hold a step that follows the switch and needs no long lock. kind: zones, index or view."""

    kind: str
    name: str
    statement: str

    @property
    def haste(self) -> tuple[bool, bool, bool]:
        """Sort key of a step: time zones, indexes for row security and bookings, other indexes, then views."""
        return self.kind != "zones", self.kind != "index", not self.name.endswith(("_user_id", "_busy"))


@dataclass
class Plan:
    """Hold the migrations and their statements.

    Attributes:
        early: Migrations that use none of the original tables.
        switch: Migrations of the five apps, the 0001s first.
    """

    early: list[Migration] = field(default_factory=list)
    switch: list[Migration] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)


def divided(executor: MigrationExecutor) -> Plan:
    """Return the pending migrations, divided into early ones and those of the switch."""
    graph = executor.loader.graph
    plan = Plan()
    for migration, _ in executor.migration_plan(graph.leaf_nodes()):
        if migration.app_label in APPS:
            plan.switch.append(migration)
        elif not any(app in APPS for app, _ in graph.forwards_plan((migration.app_label, migration.name))):
            plan.early.append(migration)
    return plan


def worked_out(alias: str, *, has_hours: bool, indexes_later: bool = True) -> Plan:
    """Return the plan with its statements. Nothing is locked yet, and all early migrations are applied.

    Args:
        indexes_later: Make indexes after the switch, CONCURRENTLY.
    """
    connection = connections[alias]
    executor = MigrationExecutor(connection)
    plan = divided(executor)
    kept = kept_plan(f"{has_hours}-{indexes_later}")
    if kept and kept.exists():
        found = json.loads(kept.read_text(encoding="utf-8"))
        plan.statements, plan.later = found["statements"], [Later(**one) for one in found["later"]]
        return plan
    applied = [key for key in executor.loader.applied_migrations if key in executor.loader.graph.nodes]
    state = executor.loader.project_state(applied)
    for migration in plan.switch:
        if migration.name.startswith("0001_"):
            # The 0001 migrations are the original design, which exists already.
            state = migration.mutate_state(state, preserve=False)
            continue
        with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            state = migration.apply(state, editor, collect_sql=True)
        for statement in editor.collected_sql:
            if not (has_hours and HOURS.match(statement)):
                take(plan, statement, indexes_later=indexes_later)
    plan.statements = gathered(plan.statements)
    if EXISTING_APPOINTMENTS not in plan.statements:
        raise AdoptError(f"no migration adds {NO_DOUBLE_BOOKING}: existing_appointments.sql is not used")
    if kept:
        later = [asdict(one) for one in plan.later]
        kept.write_text(json.dumps({"statements": plan.statements, "later": later}), encoding="utf-8")
    return plan


def kept_plan(variant: str) -> Path | None:
    """Return the file that caches the statements, if ADOPT_PLANS names a folder.

    Django needs seconds to work them out. The cache helps if many databases are adopted with one release.
    """
    folder = os.environ.get("ADOPT_PLANS")
    return Path(folder) / f"adopt-{variant}.json" if folder else None


def take(plan: Plan, statement: str, *, indexes_later: bool) -> None:
    """Put each statement into the switch, or into the steps after it."""
    statement = CONCURRENTLY.sub(r"\1", statement)
    gone = set(GONE.findall(statement))
    plan.later = [later for later in plan.later if later.name not in gone]
    if FILLED.match(statement):
        return
    if indexes_later and (found := INDEX.match(statement)):
        plan.later.append(Later("index", found[1], statement.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY", 1)))
        return
    for view in VIEW.finditer(statement):
        plan.later = [later for later in plan.later if later.name != view[1]]
        plan.later.append(Later("view", view[1], f"select private.refresh_analytics('{view[1]}')"))
    statement = VIEW.sub(lambda view: view[0][:-1] + "\nwith no data;", statement)
    statement = statement.strip()
    if (found := ADDED.match(statement)) and found[1] == NO_DOUBLE_BOOKING:
        plan.statements.append(EXISTING_APPOINTMENTS)
    # Skip a statement that consists of comments only.
    if re.sub(r"^--.*$", "", statement, flags=re.MULTILINE).strip():
        plan.statements.append(statement)
