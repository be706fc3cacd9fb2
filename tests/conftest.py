"""Provide the databases and the people of the tests: alice owns things, bob owns other things, anon owns none."""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client

from tests.database import Database, Server, Sql
from tests.killable import KillableServer, killable_server
from tests.tenant_rows import Rows, populate
from tests.webhook_receiver import Receiver

# The process that starts pytest makes this once and hands it to xdist's workers, since roles belong to the whole
# server.
os.environ.setdefault("AIRA_TEST_RUN", secrets.token_hex(4))
os.environ.setdefault("AIRA_TEST_PASSWORD", secrets.token_urlsafe(24))


# A test with one of these fixtures uses pages or the API. Other tests use PostgreSQL directly.
HTTP = {"client", "console", "api", "with_key", "running", "site", "live_server"}
POSTGRESQL = {"server", "template", "db", "cluster", "killable"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark a test by the fixtures that it uses, so that nobody maintains a list of files."""
    used = set(getattr(item, "fixturenames", ()))
    if "db" in used:
        item.add_marker(pytest.mark.django_db)
    if used & POSTGRESQL and not used & HTTP:
        item.add_marker(pytest.mark.sql)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Make `--dist loadgroup` give tests that share a costly fixture to one worker."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from tests.scheduling import Sharing

    return Sharing(config, log)


@pytest.fixture(scope="session")
def server() -> Server:
    url = os.environ.get("DATABASE_DIRECT_URL") or os.environ["DATABASE_URL"]
    return Server(owner=url, password=os.environ["AIRA_TEST_PASSWORD"])


@pytest.fixture(autouse=True)
def apart(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep tests that change the server apart from those that judge it, in whichever worker they run."""
    changes, judges = map(request.node.get_closest_marker, ("changes_server", "judges_server"))
    if not (changes or judges):
        yield
        return
    with (Path(tempfile.gettempdir()) / f"aira_test_{os.environ['AIRA_TEST_RUN']}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if changes else fcntl.LOCK_SH)
        yield


@pytest.fixture(scope="session")
def template(server: Server, django_db_blocker: Any) -> str:
    """Return a migrated database, which the first worker makes. No connection to it stays open."""
    name = f"aira_test_{os.environ['AIRA_TEST_RUN']}"
    with psycopg.connect(server.owner, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(20251002)")
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            server.admin("create database {}", name)
            with django_db_blocker.unblock():
                migrate(name)
            for role in ("console", "authenticator"):
                password = psycopg.sql.Literal(server.password)
                connection.execute(
                    psycopg.sql.SQL("alter role {} login password {}").format(psycopg.sql.Identifier(role), password)
                )
    return name


def migrate(database: str, *args: str) -> None:
    """Run manage.py migrate on the direct connection, in a database of the test server."""
    direct = connections["direct"]
    direct.close()
    before = direct.settings_dict["NAME"]
    direct.settings_dict["NAME"] = database
    try:
        call_command("migrate", *args, verbosity=0)
    finally:
        direct.close()
        direct.settings_dict["NAME"] = before


@pytest.fixture(scope="session")
def django_db_setup(server: Server, template: str, django_db_blocker: Any) -> Iterator[None]:
    """Give Django a clone per worker. `default` connects as the role console, as in production."""
    name = f"{template}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.clone(template, name)
    default, direct = connections["default"], connections["direct"]
    default.settings_dict |= {"NAME": name, "USER": "console", "PASSWORD": server.password}
    default.settings_dict["OPTIONS"].pop("options", None)
    direct.settings_dict["NAME"] = name
    yield
    with django_db_blocker.unblock():
        for connection in connections.all(initialized_only=True):
            connection.close()
    server.drop(name)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop the databases of the run, in the process that started pytest."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    (Path(tempfile.gettempdir()) / f"aira_test_{os.environ['AIRA_TEST_RUN']}.lock").unlink(missing_ok=True)
    url = os.environ.get("DATABASE_DIRECT_URL") or os.environ.get("DATABASE_URL")
    prefix = f"aira_test_{os.environ['AIRA_TEST_RUN']}%"
    if not url:
        return
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            names = connection.execute("select datname from pg_database where datname like %s", [prefix]).fetchall()
            for (name,) in names:
                connection.execute(
                    psycopg.sql.SQL("drop database {} with (force)").format(psycopg.sql.Identifier(name))
                )
    except psycopg.OperationalError:
        pass  # The server has ended earlier, and its databases with it.


@pytest.fixture
def database(server: Server, template: str) -> Iterator[Database]:
    """Provide a migrated database for one test that commits, races, or connects as other roles."""
    name = f"{template}_{uuid4().hex[:12]}"
    server.clone(template, name)
    database = Database(server, name)
    yield database
    database.close()
    server.drop(name)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def killable() -> Iterator[KillableServer]:
    """Provide a server with a migrated database, which the test may kill."""
    with killable_server() as server:
        yield server


@pytest.fixture
def direct(database: Database, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Point Django's direct connection to the test's own database.

    `django_db_setup` must come first. If it ran in between, the name that this fixture restores would undo it.
    """
    connection = connections["direct"]
    connection.close()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], database.name
    with django_db_blocker.unblock():
        yield connection
        connection.close()
    connection.settings_dict["NAME"] = before


@pytest.fixture
def in_its_database(database: Database, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Point Django's default connections in all threads to the test's own database, where writes are committed."""
    with django_db_blocker.unblock():
        connection = connections["default"]
        connection.close()
        before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], database.name
        yield
        connection.close()
        connection.settings_dict["NAME"] = before


@pytest.fixture
def as_user(database: Database) -> Callable[[UUID], Any]:
    return database.as_user


@pytest.fixture
def as_service(database: Database) -> Callable[[str], Any]:
    return database.as_service


@pytest.fixture
def owner(database: Database) -> Sql:
    """Run statements as the owner of the schema. Each is committed."""
    return database.owner


@pytest.fixture
def alices(database: Database) -> Rows:
    """Create one row of alice's in every table."""
    return populate(database, "alice@example.com", phone="+14155550101")


@pytest.fixture
def bobs(database: Database) -> Rows:
    return populate(database, "bob@example.com", phone="+14155550102")


@pytest.fixture(scope="session")
def make_account(server: Server, django_db_setup: None) -> Callable[[str], UUID]:
    """Create accounts for tests of the console and the API. The role console can't write auth.users."""

    def make(email: str) -> UUID:
        with psycopg.connect(server.url(connections["default"].settings_dict["NAME"]), autocommit=True) as connection:
            row = connection.execute("insert into auth.users (email) values (%s) returning id", [email]).fetchone()
            assert row
            return row[0]

    return make


@pytest.fixture(scope="session")
def alice(make_account: Callable[[str], UUID]) -> UUID:
    return make_account("alice@example.com")


@pytest.fixture(scope="session")
def bob(make_account: Callable[[str], UUID]) -> UUID:
    return make_account("bob@example.com")


@pytest.fixture
def staff(db: None) -> Any:
    """Return a member of staff with every permission."""
    from aira.console.models import StaffUser

    return StaffUser.objects.create_superuser("sam", "sam@example.com", "correct horse battery")


@pytest.fixture
def console(client: Client, staff: Any) -> Client:
    """Return a client in which that member of staff is logged in."""
    client.force_login(staff)
    return client


@pytest.fixture
def api(staff: Any) -> Any:
    """Return a client of the API in which that member of staff is logged in."""
    from rest_framework.test import APIClient

    client = APIClient()
    client.force_login(staff)
    return client


@pytest.fixture(autouse=True)
def _as_deployed_but_for(settings: Any) -> None:
    """Adapt settings to the test client: it uses http, logs in without a device, and has no collected static files.

    Passwords are hashed with few rounds. With the real number, hashing would take most of a page's test.
    """
    settings.SECURE_SSL_REDIRECT = False
    settings.SECOND_FACTOR = False
    settings.PASSWORD_HASHERS = ["tests.passwords.QuickHasher", *settings.PASSWORD_HASHERS]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def alices_tenant(db: None, alice: UUID) -> Any:
    from tests.factories import make_tenant

    return make_tenant(alice, "+14155550111")


@pytest.fixture
def bobs_tenant(db: None, bob: UUID) -> Any:
    from tests.factories import make_tenant

    return make_tenant(bob, "+14155550112")


@pytest.fixture
def slow_figures() -> None:
    """Clear the cached figures of the start page, so that each test computes its own."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _start_page_is_quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute the slow figures on the default connection, since tests of other pages have no direct one."""
    if "slow_figures" in request.fixturenames:
        return
    from django.utils import timezone

    from aira.console.dashboard import figures
    from aira.console.dashboard.cached_figures import Kept

    monkeypatch.setattr(figures, "kept", lambda *args: Kept(0, timezone.now()))
