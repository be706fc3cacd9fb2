import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from aira.migrate.catalog import differences, read
from aira.schema.living_sql import living_files
from tests.conftest import migrate
from tests.database import Database, Server

ROOT = Path(__file__).resolve().parents[2]
APPS = ("platform", "console", "ops", "api", "businesses", "telephony", "billing", "bookings", "knowledge")
MANIFEST = Path(__file__).with_name("frozen.json")


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrating_to_zero_and_back_gives_the_same_catalog(database: Database, django_db_blocker: Any) -> None:
    with database.connect() as connection:
        before = read(connection)
    with django_db_blocker.unblock():
        migrate(database.name, "zero")
    left = database.owner(
        "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1"
    ).fetchall()
    assert left == [("console",), ("extensions",), ("public",)]
    assert database.owner("select relname from pg_class where relnamespace = 'public'::regnamespace").fetchall() == []
    with django_db_blocker.unblock():
        migrate(database.name)
    with database.connect() as connection:
        assert differences(before, read(connection)) == []


def test_replaying_the_living_sql_changes_nothing(database: Database) -> None:
    with database.connect() as connection:
        before = read(connection)
    files = list(living_files())
    assert len(files) > 150
    for file in files:
        with database.connect() as connection, connection.transaction():
            connection.execute(file.read_text())
    with database.connect() as connection:
        assert differences(before, read(connection)) == []


def frozen_files() -> dict[str, str]:
    """Return every .sql beside a migration with its SHA-256."""
    folders = [Path(apps.get_app_config(app).path) / "migrations" for app in APPS] + [ROOT / "aira/jobs/migrations"]
    return {
        str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest()
        for folder in folders
        for file in sorted(folder.glob("*.sql"))
    }


def test_a_frozen_file_never_changes() -> None:
    """`python -m tests.migrate.test_migrations` adds a new file to frozen.json."""
    listed = json.loads(MANIFEST.read_text())
    found = frozen_files()
    changed = [name for name, digest in listed.items() if found.get(name) != digest]
    assert changed == [], "a migration that has landed is never edited: write a new one"
    assert sorted(found) == sorted(listed), "list the new files: python -m tests.migrate.test_migrations"


def test_pgtrigger_finds_every_trigger_installed(direct: Any, capsys: Any) -> None:
    call_command("pgtrigger", "install", database="direct")
    call_command("pgtrigger", "ls", database="direct")
    listed = capsys.readouterr().out
    assert listed.count("INSTALLED") > 20
    assert "OUTDATED" not in listed
    assert "PRUNE" not in listed


def test_no_trigger_can_be_ignored_through_pgtrigger(database: Database) -> None:
    found = database.owner("select 1 from pg_proc where prosrc like '%pgtrigger%' or proname like '%should_ignore%'")
    assert found.fetchall() == []


@pytest.mark.parametrize("strategy", ["wal_log", "file_copy"])
def test_a_copy_of_the_migrated_database_works(server: Server, database: Database, strategy: str) -> None:
    database.close()
    copy = f"{database.name}_copy"
    server.admin(f"create database {{}} template {{}} strategy {strategy}", copy, database.name)
    clone = Database(server, copy)
    try:
        with clone.as_service("console") as sql:
            # The role has its search_path in the whole cluster, so django_migrations is found without a schema.
            assert sql("select count(*) > 20 from django_migrations").fetchone() == (True,)
    finally:
        clone.close()
        server.drop(copy)


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aira.settings")
    os.environ.setdefault("SECRET_KEY", "frozen")
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    import django

    django.setup()
    known = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}
    MANIFEST.write_text(json.dumps(frozen_files() | known, indent=1, sort_keys=True) + "\n")
