"""Test outages of the database: clients get a clear answer, and a repeated write takes effect once."""

import html
import os
import threading
import time
from collections.abc import Iterator
from typing import Any, Literal
from uuid import uuid4

import httpx
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.api.running import Running
from tests.breaking_proxy import Proxy
from tests.database import Database, Server

KINDS = ("businesses/", "businesses/bulk/", "transactions/record/", "transactions/{debit}/refund/")


@pytest.fixture(scope="module")
def proxy(server: Server) -> Iterator[Proxy]:
    where = conninfo_to_dict(server.owner)
    proxy = Proxy(str(where["host"]), int(where["port"] or 5432), b"claim_idempotency_key")
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def site(server: Server, template: str, proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    name = f"{template}_outage_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    server.clone(template, name)
    database = Database(server, name)
    address = database.address("console")
    through = address.replace(f":{conninfo_to_dict(server.owner)['port']}/", f":{proxy.port}/")
    assert through != address
    with (tmp_path_factory.mktemp("outage") / "server.log").open("w+b") as log:
        running = Running.start(database, log, DATABASE_URL=through)
        yield running
        running.stop()


@pytest.fixture(scope="module")
def secret(site: Running) -> str:
    return site.secret("outage")


@pytest.fixture
def client(site: Running, secret: str, proxy: Proxy) -> Iterator[httpx.Client]:
    yield site.client(secret, **{"If-Match": "*"})
    proxy.cut = None
    proxy.come_back()


def count(site: Running, name: str) -> int:
    """Return the number of rows that a test made under this name."""
    [number] = site.database.owner(
        "select (select count(*) from public.business_v2 where name = %s)"
        " + (select count(*) from public.transactions where description = %s)"
        " + (select count(*) from private.refunds where reason = %s)",
        *[name] * 3,
    ).fetchone()
    return int(number)


def write(site: Running, client: httpx.Client, kind: str, name: str) -> tuple[str, dict[str, Any]]:
    money = {"user": str(site.alices.user), "type": "debit", "amount": "0.10", "currency": "USD"}
    business = {"user": str(site.alices.user), "name": name, "business_type": "retail"}
    match kind:
        case "businesses/":
            return "/businesses/", business
        case "businesses/bulk/":
            return "/businesses/bulk/", {"items": [business]}
        case "transactions/record/":
            return "/transactions/record/", money | {"description": name}
    debit = client.post("/transactions/record/", json=money | {"status": "completed"}).json()["id"]
    return f"/transactions/{debit}/refund/", {"amount": "0.10", "reason": name}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_write_whose_commit_is_lost_is_repeated_and_takes_effect_once(
    site: Running, client: httpx.Client, proxy: Proxy, kind: str, cut: Literal["before", "after"]
) -> None:
    name = str(uuid4())
    url, body = write(site, client, kind, name)
    proxy.cut = cut
    headers = {"Idempotency-Key": name}
    lost = client.post(url, json=body, headers=headers)
    assert (lost.status_code, lost.headers["Content-Type"]) == (503, "application/problem+json"), lost.text
    assert lost.json()["type"] == "urn:aira:problem:outcome_unknown"
    assert "Nothing was changed" not in lost.text
    assert "with the same Idempotency-Key" in lost.json()["detail"]
    assert int(lost.headers["Retry-After"]) > 0
    assert count(site, name) == (cut == "after")
    again = client.post(url, json=body, headers=headers)
    assert again.status_code in (200, 201), again.text
    assert ("Idempotent-Replayed" in again.headers) == (cut == "after")
    assert count(site, name) == 1
    assert client.post(url, json=body, headers=headers).headers["Idempotent-Replayed"] == "true"


def test_an_outage_is_reported_and_changes_nothing(site: Running, client: httpx.Client, proxy: Proxy) -> None:
    business = str(site.alices.business)
    before = site.database.owner("select count(*) from public.business_v2").fetchone()
    url, body = write(site, client, "businesses/", "away")
    proxy.go_away()
    answers = [
        client.get("/businesses/"),
        client.get(f"/businesses/{business}"),
        client.post(url, json=body),
        client.post("/businesses/bulk/", json={"items": [body]}),
        client.patch(f"/businesses/{business}/", json={"name": "away"}),
        client.delete(f"/businesses/{business}/"),
        client.get("/businesses/?format=csv", headers={"X-Reason": "x"}),
        client.get("/analytics/"),
    ]
    for answer in answers:
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json"), answer.text
        assert answer.json()["type"] == "urn:aira:problem:database_unavailable"
        assert int(answer.headers["Retry-After"]) > 0
    for page in ("/console/", "/console/login/"):
        shown = httpx.get(f"{site.url}{page}", cookies={"sessionid": "x" * 32}, timeout=30)
        assert (shown.status_code, "can't be reached" in html.unescape(shown.text)) == (503, True), shown.text
        assert int(shown.headers["Retry-After"]) > 0
        assert "Traceback" not in shown.text
    assert httpx.get(f"{site.url}/healthz").status_code == 200
    proxy.come_back()
    assert client.get("/businesses/").status_code == 200
    assert site.database.owner("select count(*) from public.business_v2").fetchone() == before


@pytest.mark.parametrize("kind", ["one", "bulk"])
def test_a_connection_that_ends_during_a_write_leaves_nothing(site: Running, client: httpx.Client, kind: str) -> None:
    """The earlier items of a bulk are not reported as created, since their transaction was rolled back."""
    alices, bobs = ({"business": str(rows.business), "customer_name": kind} for rows in (site.alices, site.bobs))
    times = {"scheduled_at": "2031-01-01T10:00:00Z"}
    answers: list[httpx.Response] = []

    def send() -> None:
        items = [bobs | times, alices | times]
        if kind == "bulk":
            answers.append(client.post("/appointments/bulk/", json={"items": items}))
        else:
            answers.append(client.post("/appointments/", json=items[1]))

    with site.database.connect() as holder:
        holder.autocommit = False
        holder.execute("select 1 from public.business_v2 where id = %s for update", [site.alices.business])
        thread = threading.Thread(target=send)
        thread.start()
        deadline = time.monotonic() + 30
        waiting = (
            "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
            " and usename = 'console'"
        )
        while not (found := site.database.owner(waiting).fetchone()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        site.database.owner("select pg_terminate_backend(%s)", found[0])
        thread.join()
        holder.rollback()
    [answer] = answers
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:aira:problem:database_unavailable"), answer.text
    made = site.database.owner("select count(*) from public.appointments where customer_name = %s", kind)
    assert made.fetchone() == (0,)


def test_an_error_without_an_idempotency_key_explains_how_to_check(
    site: Running, client: httpx.Client, proxy: Proxy
) -> None:
    """A PATCH needs no key: its If-Match shows whether it was saved."""
    url = f"/businesses/{site.bobs.business}/"
    seen = client.get(url).headers["ETag"]
    proxy.marked, marked = b'UPDATE "business_v2"', proxy.marked
    try:
        proxy.cut = "after"
        lost = client.patch(url, json={"name": "Saved"}, headers={"If-Match": seen})
    finally:
        proxy.marked = marked
    assert (lost.status_code, lost.json()["type"]) == (503, "urn:aira:problem:outcome_unknown"), lost.text
    assert "412" in lost.json()["detail"]
    assert client.patch(url, json={"name": "Saved"}, headers={"If-Match": seen}).status_code == 412
