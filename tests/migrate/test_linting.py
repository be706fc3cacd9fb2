"""Test that recipes of docs/MIGRATIONS.md work beside a writer and pass the linter, which refuses what they replace."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import migrations, models

from aira.embedded import PROJECT
from aira.migrate import linting
from aira.migrate.linting import CONFIG, own_migrations, sql_of, squawk, unlinted
from tests.command import manage
from tests.database import Database
from tests.tenant_rows import Rows

DOCS = PROJECT / "docs/MIGRATIONS.md"
# The state after a recipe.
ENDS = {
    "A column that is never null": (
        "select count(*) from public.documents where language = 'en' and token <> ''",
        "select count(*) from public.documents",
    ),
    "An index": (
        "select count(*) from pg_index where indexrelid = 'public.idx_documents_file_name'::regclass and indisvalid",
        "select 1",
    ),
    "A value of an enum": (
        "select array_agg(e::text) from unnest(enum_range(null::public.appointment_source)) e",
        "select '{manual,voice_agent,web,kiosk,sms}'::text[]",
    ),
    "Another name for a column": (
        "select count(*) from public.business_numbers where remarks = 'renamed'",
        "select count(*) from public.business_numbers",
    ),
    "A backfill": (
        "select count(*) from public.documents where mime_type is null and file_path ~ '^[0-9]+$'",
        "select 0",
    ),
    "A rule": (
        "select count(*) from pg_constraint where conname in ('document_is_named', 'appointment_of_document') and convalidated",
        "select 2",
    ),
}


def recipes() -> dict[str, list[str]]:
    """Maps a heading to the SQL of its migrations."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^### ", DOCS.read_text().partition("## Recipes")[2], flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        found[heading] = re.findall(r"```sql\n(.*?)```", body, flags=re.DOTALL)
    return found


def is_atomic(block: str) -> bool:
    return not block.startswith("-- atomic = False")


class Writer(threading.Thread):
    """Upload and rename documents, book and edit. Return the time of the slowest statement."""

    def __init__(self, database: Database, rows: Rows) -> None:
        super().__init__()
        self.database, self.rows, self.slowest, self.written, self.stopped = database, rows, 0.0, 0, False
        self.failed: Exception | None = None

    def run(self) -> None:
        statements = (
            "insert into public.documents (business_id, file_name, file_path)"
            " values (%(business)s, 'menu.pdf', gen_random_uuid()::text)",
            "update public.documents set file_size = 1 where id = %(document)s",
            "update public.business_numbers set notes = 'renamed' where id = %(number)s",
            "update public.appointments set notes = 'x' where id = %(appointment)s",
        )
        with self.database.connect() as connection:
            try:
                while not self.stopped:
                    for statement in statements:
                        began = time.monotonic()
                        connection.execute(statement, vars(self.rows))
                        self.slowest = max(self.slowest, time.monotonic() - began)
                        self.written += 1
                    time.sleep(0.01)
            except psycopg.errors.UndefinedColumn as error:
                self.failed = error


@pytest.fixture
def writer(database: Database, alices: Rows) -> Iterator[Writer]:
    database.owner(
        "insert into public.documents (business_id, file_name, file_path)"
        " select %s, 'menu.pdf', n::text from generate_series(1, 3000) n",
        alices.business,
    )
    thread = Writer(database, alices)
    thread.start()
    yield thread
    thread.stopped = True
    thread.join()


def test_each_of_these_changes_has_a_tested_recipe() -> None:
    assert set(recipes()) == set(ENDS)


@pytest.mark.parametrize("name", ENDS)
def test_a_recipe_works_beside_a_writer(database: Database, writer: Writer, name: str) -> None:
    blocks = recipes()[name]
    for number, block in enumerate(blocks):
        if "drop column" in block:
            # The recipe waits until every service uses the new name. This writer still uses the old one.
            writer.stopped = True
            writer.join()
        with database.connect() as connection:
            connection.execute("set lock_timeout = '1s'")
            if is_atomic(block):
                with connection.transaction():
                    connection.execute(block)
            else:
                for statement in statements(block):
                    connection.execute(statement)
        time.sleep(0.05 if number < len(blocks) - 1 else 0.2)
    writer.stopped = True
    writer.join()
    assert writer.failed is None
    assert writer.written > 10
    assert writer.slowest < 2
    found, wanted = ENDS[name]
    assert database.owner(found).fetchone() == database.owner(wanted).fetchone()


def statements(block: str) -> list[str]:
    """Return the statements as RunSQL takes a list: each CONCURRENTLY needs a statement of its own."""
    return [block] if "$$" in block else [one for one in block.split(";\n") if one.strip()]


@pytest.mark.parametrize("name", ENDS)
def test_a_recipe_passes_the_linter(name: str) -> None:
    for block in recipes()[name]:
        assert squawk(block, atomic=is_atomic(block)) == ""


UNSAFE = {
    "create index idx on public.documents (file_name);": "require-concurrent-index-creation",
    "alter table public.documents rename column file_name to title;": "renaming-column",
    "alter table public.documents drop column file_name;": "ban-drop-column",
    "drop table public.documents;": "ban-drop-table",
    "alter table public.documents alter column file_size type bigint;": "changing-column-type",
    "alter table public.documents alter column notes set not null;": "adding-not-nullable-field",
    "alter table public.documents add constraint c check (file_name <> '');": "constraint-missing-not-valid",
    "alter table public.documents add constraint f foreign key (x) references public.wallets (id);": "adding-foreign-key-constraint",
    "alter table public.documents add column c text not null;": "adding-required-field",
    "alter table public.documents add column c timestamptz default clock_timestamp();": "adding-field-with-default",
}


@pytest.mark.parametrize("sql", UNSAFE)
def test_a_migration_that_blocks_services_is_refused(sql: str) -> None:
    assert UNSAFE[sql] in squawk(sql, atomic=True)


def test_every_disabled_rule_has_a_reason() -> None:
    lines = CONFIG.read_text().partition("[\n")[2].splitlines()
    for number, line in enumerate(lines):
        if line.strip().startswith('"require-statement'):
            continue  # The reason of the rule above holds for this rule, too.
        if line.strip().startswith('"'):
            assert lines[number - 1].strip().startswith("# "), line


class Unsafe(migrations.Migration):
    """Write a migration as makemigrations does: it creates an index while writers wait."""

    operations = [
        migrations.AddIndex("document", models.Index(fields=["file_name"], name="idx_planted")),
    ]


def test_an_unsafe_new_migration_is_refused_by_its_name(direct: Any, monkeypatch: Any, capsys: Any) -> None:
    latest = [migration for migration in own_migrations() if migration.app_label == "knowledge"][-1]

    def planted(migration: migrations.Migration, alias: str) -> str:
        if migration is latest:
            migration.operations = Unsafe.operations
        return sql_of(migration, alias)

    monkeypatch.setattr("aira.migrate.management.commands.lint_migrations.sql_of", planted)
    monkeypatch.setattr("aira.migrate.management.commands.lint_migrations.own_migrations", lambda: [latest])
    monkeypatch.setattr("aira.migrate.management.commands.lint_migrations.unlinted", set)
    with pytest.raises(CommandError, match="1 of 1 migrations are unsafe"):
        call_command("lint_migrations")
    said = capsys.readouterr().out
    assert str(latest) in said
    assert "require-concurrent-index-creation" in said


def test_the_migrations_of_this_project_are_safe_or_older_than_the_linter(database: Database) -> None:
    run = manage(database, "lint_migrations")
    assert run.returncode == 0, run.stdout + run.stderr
    known = {str(migration) for migration in own_migrations()}
    assert unlinted() <= known, "a migration is gone"
    assert Path(linting.__file__).with_name("unlinted.txt").read_text() == "\n".join(sorted(unlinted())) + "\n"


def test_an_interrupted_build_of_an_index_is_repeated(database: Database) -> None:
    """The rest of an interrupted build has the index's name."""
    assert manage(database, "migrate", "knowledge", "0004", "--verbosity", "0").returncode == 0
    database.owner("create index idx_documents_unfinished on public.documents (id)")
    done = manage(database, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    assert database.owner(
        "select indisvalid and pg_get_indexdef(indexrelid) like '%%(created_at DESC, id) WHERE%%'"
        " from pg_index where indexrelid = 'public.idx_documents_unfinished'::regclass"
    ).fetchone() == (True,)
