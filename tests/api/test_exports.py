"""Test lists as files: they are complete, streamed and recorded. A broken one ends with an error."""

import csv
import io
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from aira.api.jobs.models import ApiJob
from aira.audit.models import AuditEvent
from aira.console.models import StaffUser
from aira.events import subscriptions
from bookings.models import Appointment
from tests.api.running import Running
from tests.api.test_lists import lists
from tests.factories import Tenant

URL = "/api/v1/appointments/"


def read(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize("resource", [name for name in lists() if name != "endpoints"])
@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_any_list_can_be_exported(
    with_key: Callable[..., APIClient], alices_tenant: Tenant, bobs_tenant: Tenant, resource: str, kind: str
) -> None:
    # Events are listed if their objects may be read.
    objects = ("businesses:read", "appointments:read", "transactions:read") if resource == "events" else ()
    client = with_key(f"{resource}:read", f"{resource}:export", "personal:read", *objects)
    subscriptions.subscribe(url="https://hooks.example.com/", types=["*"], made_by="sam")
    key: Any = client.key  # type: ignore[attr-defined]
    ApiJob.objects.create(kind="export", operation="x.list", actor_kind="api_key", actor_id=str(key.pk), request={})
    page = client.get(f"/api/v1/{resource}/?page_size=200").json()["results"]
    answer = client.get(f"/api/v1/{resource}/?format={kind}")
    assert answer["Content-Type"].startswith({"csv": "text/csv", "ndjson": "application/x-ndjson"}[kind])
    text = read(answer)
    # An export is an audit event itself.
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(text)))
        rows = [row for row in rows if row.get("table_name") != "exports"]
        assert [row["id"] for row in rows] == [str(row["id"]) for row in page]
        # A file has the plain members of money only.
        nested = {"balances", "held", "amount_money", "balance_after_money", "refunded_money", "disputed_money"}
        assert list(rows[0]) == [name for name in page[0] if name not in nested]
    else:
        found = [json.loads(line) for line in text.splitlines()]
        assert [row for row in found if row.get("table_name") != "exports"] == page


def test_a_file_contains_the_filtered_rows_and_the_chosen_fields(
    with_key: Callable[..., APIClient], alices_tenant: Tenant, bobs_tenant: Tenant, alice: Any
) -> None:
    client = with_key("transactions:read", "transactions:export")
    url = f"/api/v1/transactions/?user={alice}&fields=amount,currency"
    assert read(client.get(url, headers={"Accept": "text/csv"})) == '"amount","currency"\r\n25.00,"USD"\r\n'
    assert read(client.get(url, headers={"Accept": "application/x-ndjson"})) == '{"amount":"25.00","currency":"USD"}\n'
    assert read(client.get(f"{url}&status=failed&format=csv")) == '"amount","currency"\r\n'
    assert read(client.get(f"{url}&status=failed&format=ndjson")) == ""


def test_a_cell_cannot_run_a_formula(with_key: Callable[..., APIClient], alices_tenant: Tenant) -> None:
    Appointment.objects.update(customer_name="＝1+1", notes='two\nlines, "quoted"', service_type="x;=1+1")
    client = with_key("appointments:read", "appointments:export", "personal:read")
    [row] = csv.DictReader(io.StringIO(read(client.get(f"{URL}?format=csv&fields=customer_name,notes,service_type"))))
    assert row == {"customer_name": "'＝1+1", "notes": 'two\nlines, "quoted"', "service_type": "x;'=1+1"}


def test_a_file_is_masked_as_the_list_is(with_key: Callable[..., APIClient], alices_tenant: Tenant) -> None:
    client = with_key("appointments:read", "appointments:export")
    assert json.loads(read(client.get(f"{URL}?format=ndjson&fields=customer_name"))) == {"customer_name": "C•••"}


def test_exports_need_a_scope_and_are_recorded(with_key: Callable[..., APIClient], alices_tenant: Tenant) -> None:
    refused = with_key("appointments:read").get(f"{URL}?format=csv")
    assert (refused.status_code, refused.json()["scope"]) == (403, "appointments:export")
    client = with_key("appointments:read", "appointments:export", name="b")
    read(client.get(f"{URL}?format=csv&status=confirmed", headers={"X-Reason": "audit 2026", "X-Request-Id": "req-5"}))
    event = AuditEvent.objects.get(verb="export")
    assert (event.row_id, event.actor_kind, event.actor_name) == ("appointments", "api_key", "b")
    assert (event.reason, event.request_id) == ("audit 2026", "req-5")
    assert event.after == {"format": "csv", "filters": ["format", "status"]}


def test_staff_export_what_the_console_allows_and_give_a_reason(alices_tenant: Tenant) -> None:
    member = StaffUser.objects.create_user("mona", password="correct horse", is_staff=True)
    member.user_permissions.set(Permission.objects.filter(codename="view_appointment"))
    client = APIClient()
    client.force_login(member)
    assert client.get(f"{URL}?format=csv", headers={"X-Reason": "x"}).status_code == 403
    member.user_permissions.add(Permission.objects.get(codename="export_lists"))
    unsaid = client.get(f"{URL}?format=csv")
    assert (unsaid.status_code, "X-Reason" in unsaid.json()["errors"]) == (400, True)
    assert client.get(f"{URL}?format=csv", headers={"X-Reason": "x"}).status_code == 200


@pytest.mark.parametrize("query", ["fields=nothing", "status=perhaps", "ordering=x", "stauts=1"])
def test_an_invalid_request_for_a_file_gives_a_problem(api: APIClient, alices_tenant: Tenant, query: str) -> None:
    answer = api.get(f"{URL}?format=csv&{query}", headers={"X-Reason": "x"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert api.get(f"{URL}{alices_tenant.appointment.pk}/?format=csv").status_code == 400
    assert api.get(f"{URL}?format=xml").status_code == 400


@pytest.fixture(scope="module")
def many(running: Running) -> Iterator[int]:
    """Insert more rows than the network's buffers hold."""
    owner, rows = running.database.owner, 60_000
    owner("set session_replication_role = replica")
    owner(
        "insert into public.documents (business_id, user_id, file_name, file_path)"
        " select %s, %s, 'many ' || n || repeat('x', 200), 'x' from generate_series(1, %s) n",
        running.alices.business,
        running.alices.user,
        rows,
    )
    owner("reset session_replication_role")
    yield rows
    owner("set session_replication_role = replica")
    owner("delete from public.documents where file_path = %s", "x")
    owner("reset session_replication_role")


def memory(running: Running) -> int:
    """Return the kilobytes of the biggest process of the site."""
    command = ["ps", "-o", "rss=", "--ppid", str(running.process.pid)]
    children = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return max(map(int, children))


@pytest.mark.slow
def test_a_big_file_is_complete_and_needs_little_memory(running: Running, everything: str, many: int) -> None:
    client = running.client(everything)
    query = f"/documents/?format=ndjson&business={running.alices.business}"
    before, most, lines, left = memory(running), 0, 0, ""
    with client.stream("GET", query) as answer:
        assert answer.headers["transfer-encoding"] == "chunked"
        for number, part in enumerate(answer.iter_text()):
            *whole, left = (left + part).split("\n")
            lines += len(whole)
            assert all(line.endswith("}") for line in whole)
            if number % 50 == 0:
                most = max(most, memory(running))
    assert (lines, left) == (many + 1, "")
    # The text alone of all rows would take 40 MB.
    assert most - before < 15_000, f"{before} kB before, {most} kB at most"


def test_a_file_that_breaks_off_is_not_reported_as_complete(running: Running, everything: str, many: int) -> None:
    client = running.client(everything)
    got: list[bytes] = []

    def read_on() -> None:
        url = f"/documents/?format=csv&business={running.alices.business}"
        with client.stream("GET", url) as answer:
            assert answer.status_code == 200
            for part in answer.iter_raw():
                if not got:
                    ended = running.database.owner(
                        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                        " where usename = 'console' and datname = current_database() and query like '%FETCH%'"
                    )
                    assert ended.fetchone() != (0,)
                got.append(part)

    with pytest.raises(httpx.RemoteProtocolError):
        read_on()
    assert got[-1].endswith(b"\r\n"), "never half a row"
    assert b"".join(got).count(b"\r\n") < many
    assert client.get("/documents/").status_code == 200


def test_a_reader_who_disconnects_leaves_no_transaction(running: Running, everything: str, many: int) -> None:
    client = running.client(everything)
    with client.stream("GET", f"/documents/?format=csv&business={running.alices.business}") as answer:
        next(answer.iter_raw())
    client.close()
    question = (
        "select count(*) from pg_stat_activity where usename = 'console' and datname = current_database()"
        " and xact_start is not null and query like '%CURSOR%'"
    )
    gone = threading.Event()
    for _ in range(100):
        if running.database.owner(question).fetchone() == (0,):
            break
        gone.wait(0.1)
    else:
        pytest.fail("the transaction is still open")
