import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from aira.embedded import PROJECT
from aira.web import health
from tests.database import Database


@pytest.fixture
def site(database: Database, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Point Django's connection as the role console to the test's own database."""
    connection = connections["default"]
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict["NAME"] = database.name
    with django_db_blocker.unblock():
        yield connection
        connection.close()
    connection.settings_dict.update(before)


def unavailable(client: Client) -> str:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    return response.json()["reason"]


def test_a_running_process_is_healthy_without_a_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_migrated_database_is_ready(client: Client, site: Any) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_a_probe_needs_one_query_and_reads_no_files(
    client: Client, site: Any, django_assert_num_queries: Any, monkeypatch: Any
) -> None:
    client.get("/readyz")

    def read_again(*_: object) -> None:
        raise AssertionError("the migrations were read a second time")

    monkeypatch.setattr(MigrationLoader, "load_disk", read_again)
    with django_assert_num_queries(1, connection=site):
        assert client.get("/readyz").status_code == 200


def test_a_missing_migration_is_counted(client: Client, site: Any, database: Database) -> None:
    database.owner("delete from console.django_migrations where (app, name) = ('knowledge', '0003_analytics')")
    assert unavailable(client) == "1 migration is not applied. Run manage.py migrate."
    database.owner("delete from console.django_migrations where (app, name) = ('knowledge', '0002_contract')")
    assert unavailable(client) == "2 migrations are not applied. Run manage.py migrate."


def test_a_newer_releases_migrations_keep_the_old_release_ready(client: Client, site: Any, database: Database) -> None:
    database.owner(
        "insert into console.django_migrations (app, name, applied) values ('knowledge', '0099_of_tomorrow', now())"
    )
    assert client.get("/readyz").status_code == 200


def test_a_database_without_migrations_is_told_to_migrate(client: Client, site: Any, database: Database) -> None:
    database.owner("drop table console.django_migrations")
    assert unavailable(client).endswith("migrations are not applied. Run manage.py migrate.")


def test_squashed_migrations_count_as_the_squash(
    client: Client, site: Any, database: Database, settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    package = tmp_path / "squashed_knowledge"
    package.mkdir()
    (package / "__init__.py").touch()
    names = [file.stem for file in sorted((PROJECT / "knowledge/migrations").glob("0*.py"))]
    (package / "0001_squashed_0004_search.py").write_text(
        "from django.db import migrations\n"
        "class Migration(migrations.Migration):\n"
        f"    replaces = {[('knowledge', name) for name in names]}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = settings.MIGRATION_MODULES | {"knowledge": package.name}
    health.on_disk.cache_clear()
    try:
        assert client.get("/readyz").status_code == 200
        database.owner("delete from console.django_migrations where (app, name) = ('knowledge', '0002_contract')")
        assert unavailable(client).startswith("1 migration is not applied")
    finally:
        health.on_disk.cache_clear()


def test_a_stopped_server_is_the_reason_and_its_return_is_noticed(client: Client, site: Any) -> None:
    port = site.settings_dict["PORT"]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        site.settings_dict["PORT"] = nobody.getsockname()[1]
        assert unavailable(client) == "The database does not respond."
    site.settings_dict["PORT"] = port
    assert client.get("/readyz").status_code == 200
