"""Test the pages about performance: engineers read figures and plans, and others read nothing."""

from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aira.ops.statistics import snapshot
from tests.console.test_database_room import of_group
from tests.database import Database

URL = reverse("performance")
QUERIES = 15


@pytest.fixture
def furnished(database: Database, direct: Any, in_its_database: Any, settings: Any) -> Database:
    """Provide a database with figures of two days."""
    snapshot.take()
    database.owner("delete from private.statements")
    database.owner(
        "insert into private.statements (role, queryid, command, text, calls, exec_ms, rows, blocks_read, temp_blocks)"
        " values ('console', 1, 'SELECT', 'select * from public.documents where file_name = $1', 1, 1, 1, 0, 0),"
        " ('postgres', 2, 'VACUUM', null, 1, 1, 1, 0, 0)"
    )
    database.owner(
        "insert into private.statement_samples (statement_id, taken_at, calls, exec_ms, rows, blocks_read, temp_blocks)"
        " select s.id, now() - d * interval '1 day' - interval '1 hour', 10, 3000 / (d + 1), 20, 5, 0"
        " from private.statements s cross join generate_series(0, 1) d"
    )
    database.owner(
        "insert into private.lock_waits (at, locked, mode, waited_seconds, blocked_role, blocked_queryid, blocking_role,"
        " blocking_state, blocking_command) values (now(), 'public.documents', 'AccessShareLock', 12, 'console', 1,"
        " 'postgres', 'active', 'ALTER')"
    )
    database.owner(
        "insert into private.relation_sizes select day - 1, kind, name, table_name, 0 from private.relation_sizes"
    )
    database.owner("update private.index_uses set watched_since = now() - interval '40 days', used_at = null")
    return database


def page(client: Client, address: str = URL) -> str:
    with (
        CaptureQueriesContext(connections["default"]) as queries,
        CaptureQueriesContext(connections["direct"]) as others,
    ):
        answer = client.get(address)
    assert answer.status_code == 200
    assert len(queries) + len(others) <= QUERIES, [query["sql"] for query in [*queries, *others]]
    return answer.content.decode()


def engineer(client: Client) -> Client:
    return of_group(client, "engineer")


def test_engineers_see_statements_locks_growth_and_unused_indexes(furnished: Database, client: Client) -> None:
    client = engineer(client)
    content = page(client)
    for text in (
        "select * from public.documents where file_name = $1",
        "VACUUM (its text is not stored, since it may hold values)",
        "+100 %",
        "300",
        "public.documents",
        "console: <code>select",
        "postgres (active): <code>ALTER",
        "when counting began",
        "idx_",
    ):
        assert text in content, text
    assert URL in client.get(reverse("admin:index")).content.decode()
    room = content[content.index('<div class="room">') :]
    for forbidden in (" style=", "onclick", "x-on:", "<form"):
        assert forbidden not in room[: room.index("Unused indexes")]


def test_periods_and_orders_are_chosen(furnished: Database, client: Client) -> None:
    client = engineer(client)
    for chosen in ("?days=7&order=calls", "?days=7&order=mean", "?days=x&order=nothing"):
        assert "file_name = $1" in page(client, URL + chosen)
    assert 'aria-current="page">7 days' in page(client, f"{URL}?days=7")


def test_a_statement_shows_its_days_and_on_demand_its_plan(furnished: Database, client: Client) -> None:
    client = engineer(client)
    [(found,)] = furnished.owner("select id from private.statements where queryid = 1").fetchall()
    address = reverse("performance-statement", args=[found])
    content = page(client, address)
    assert "Show the plan" in content
    assert content.count('<td class="number">10</td>') == 2
    assert "40.0" in content, "five blocks were read from disk"
    assert "on documents" not in content
    content = page(client, f"{address}?plan=show")
    assert "on documents" in content
    [(hidden,)] = furnished.owner("select id from private.statements where queryid = 2").fetchall()
    content = page(client, f"{reverse('performance-statement', args=[hidden])}?plan=show")
    assert "Show the plan" not in content
    assert "so it can&#x27;t be planned" in content
    assert client.get(reverse("performance-statement", args=[0])).status_code == 404


def test_the_top_says_which_figures_are_hidden_and_what_to_do(furnished: Database, client: Client) -> None:
    client = engineer(client)
    assert "Not visible" not in page(client)
    furnished.owner("drop extension pg_stat_statements")
    content = page(client)
    assert "The extension pg_stat_statements is missing." in content
    assert "create extension pg_stat_statements schema extensions" in content


def test_before_the_first_snapshot_the_page_says_so(
    database: Database, direct: Any, in_its_database: Any, client: Client
) -> None:
    content = page(engineer(client))
    for text in ("No snapshot was taken yet", "No figures in this period", "No waits were seen", "No sizes"):
        assert text in content


@pytest.mark.parametrize("group", ["support", "operations", "finance", "read-only"])
def test_other_staff_cannot_open_the_pages(client: Client, db: None, group: str) -> None:
    client = of_group(client, group)
    for address in (URL, reverse("performance-statement", args=[1])):
        assert client.get(address).status_code == 403
    assert URL not in client.get(reverse("admin:index")).content.decode()
