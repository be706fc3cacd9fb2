"""Test the database room: only engineers can read what is wrong in the database."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aira.console.models import StaffUser
from aira.ops.health import Outcome, Problem
from aira.ops.health.database_tables import TableDefinition, table, table_definitions, tables
from tests.database import Database
from tests.tenant_rows import Rows

URL = reverse("database-room")


def of_group(client: Client, name: str) -> Client:
    person = StaffUser.objects.create_user(name, password="correct horse battery", is_staff=True)
    person.groups.add(Group.objects.get(name=name))
    client.force_login(person)
    return client


@pytest.mark.django_db(databases=["default", "direct"])
def test_engineers_see_all_sections_of_the_database_room(client: Client) -> None:
    client = of_group(client, "engineer")
    with CaptureQueriesContext(connections["default"]) as queries:
        response = client.get(URL)
    assert len(queries) <= 12
    content = response.content.decode()
    for look in table_definitions():
        assert look.title in content
    for name in ("advisor", "view-as", "analytics", "ledger-proof"):
        assert f'href="{reverse(name)}"' in content
    for text in (
        "audit.events",
        "public.appointments",
        "The newest ten backups",
        "archive mode".capitalize(),
    ):
        assert text in content, text
    assert URL in client.get(reverse("admin:index")).content.decode()
    room = content[content.index('<div class="room">') : content.rindex(">Grants<")]
    for forbidden in ("<script", " style=", "onclick", "x-on:", "<h1", "<form"):
        assert forbidden not in room


@pytest.mark.parametrize("group", ["support", "operations", "finance", "read-only"])
def test_other_staff_cannot_open_the_database_room(client: Client, db: None, group: str) -> None:
    client = of_group(client, group)
    assert client.get(URL).status_code == 403
    assert URL not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.django_db(databases=["default", "direct"])
def test_problems_stand_on_top_with_what_to_do(console: Client, monkeypatch: Any) -> None:
    found = [
        Outcome("ledger", "Ledger", "critical", "Why", "Do this", problems=[Problem("critical", "w1", "differs", 1)]),
        Outcome("dead_deliveries", "Dead webhooks", "warn", "Why", "Do that", "deliveries",
                problems=[Problem("warn", "kb_updater", "gave up", 3)]),
        Outcome("slow_statements", "Slow statements", "unknown", "", "", note="not installed"),
    ]  # fmt: skip
    monkeypatch.setattr("aira.console.database_room.health", lambda using: found)
    content = console.get(URL).content.decode()
    assert "2 problems" in content
    for text in ("Do this", "Do that", "(3 deliveries)", "not installed", reverse("ledger-proof"), "?state=dead"):
        assert text in content, text


def test_the_owner_sees_every_table_of_the_page(database: Database, direct: Any, alices: Rows) -> None:
    for found in tables("direct"):
        assert found.columns or found.look.name == "statements", (found.look.name, found.problem)
        assert found.rows or found.look.name in ("backups", "integrity", "jobs", "statements", "sessions"), (
            found.look.name
        )
        if found.look.name == "statements":
            assert not found.problem or "shared_preload_libraries" in found.problem


def test_a_blocked_statement_names_the_blocking_one(database: Database, direct: Any, alices: Rows) -> None:
    from tests.ops.test_health import busy

    [sessions] = [look for look in table_definitions() if look.name == "sessions"]
    with database.connect(autocommit=False) as holder:
        holder.execute("lock table public.documents")
        with busy(database, "select count(*) from public.documents") as waiter:
            found = table(sessions, "direct")
            blocked = {
                row[found.columns.index("process")]: row[found.columns.index("blocked by")] for row in found.rows
            }
            assert blocked[str(waiter.info.backend_pid)] == str(holder.info.backend_pid)


def test_statements_are_shown_without_their_values(database: Database, direct: Any) -> None:
    database.owner("do $$ begin perform 'hunter2'; end $$")
    database.owner("select 'hunter2'")
    for found in tables("direct"):
        assert "hunter2" not in str(found.rows), found.look.name


def test_the_page_shows_the_actual_grants(database: Database, direct: Any) -> None:
    [grants] = [look for look in table_definitions() if look.name == "grants"]
    found = table(grants, "direct")
    rows = {row[0]: dict(zip(found.columns, row, strict=True)) for row in found.rows}
    assert rows["wallets"]["anon"] == "–"
    assert rows["wallets"]["authenticated"] == "S"
    assert rows["ledger_entries"]["service_role"] == "S"
    database.owner("grant delete on public.wallets to anon")
    assert dict(zip(found.columns, table(grants, "direct").rows[-1], strict=True))["anon"] == "D"


def test_a_table_that_fails_shows_its_error_and_the_others_work(database: Database, direct: Any) -> None:
    broken = table(TableDefinition("broken", "Broken", "", "select * from private.no_such_table"), "direct")
    assert "no_such_table" in broken.problem
    assert tables("direct")
