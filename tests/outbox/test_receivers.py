"""Receivers that misbehave. The dispatcher runs in this process until nothing is due."""

import asyncio
import resource
import socket
import threading
import time
from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Any

import pytest
from psycopg import AsyncConnection

from aira.outbox import addresses
from aira.outbox.dispatcher import Dispatcher
from aira.outbox.routes import Routes
from tests.database import Database
from tests.outbox.conftest import deliveries, forget, upload
from tests.tenant_rows import Rows
from tests.webhook_receiver import Received, Receiver, plain
from tests.worker import SECRET

Dispatch = Callable[..., None]


@pytest.fixture
def dispatch(database: Database) -> Dispatch:
    """Deliver all that is due."""

    def run(allowed: tuple[str, ...] = ("127.0.0.1",), *endpoints: str, connections: int = 100) -> None:
        async def connect() -> AsyncConnection[Any]:
            return await AsyncConnection.connect(database.server.url(database.name, "console"), autocommit=True)

        async def once() -> None:
            secrets = {name: [SECRET] for name in ("kb_updater", *endpoints)}
            routes = Routes(secrets, allowed_hosts=list(allowed), connections=connections)
            await Dispatcher(connect, routes).run(asyncio.Event(), once=True)

        asyncio.run(once())

    return run


def answering(response: bytes) -> Any:
    async def answer(_: Received) -> bytes:
        return response

    return answer


def seconds_until_next(database: Database) -> float:
    [row] = deliveries(database)
    return database.owner(
        "select extract(epoch from next_attempt_at - clock_timestamp()) from private.webhook_deliveries"
    ).fetchone()[0] if row.next_attempt_at else 0.0  # fmt: skip


@pytest.fixture
def one_delivery(database: Database, alices: Rows) -> None:
    forget(database)
    upload(database, alices)


def test_a_redirect_is_not_followed(
    database: Database, one_delivery: None, kb_updater: Receiver, dispatch: Dispatch
) -> None:
    elsewhere = Receiver()
    kb_updater.answer = answering(plain("302 Found", f"Location: {elsewhere.url}"))
    dispatch()
    elsewhere.close()
    assert elsewhere.got == []
    [row] = deliveries(database)
    assert (row.last_status, row.last_error, row.delivered_at) == (302, "answered 302 Found", None)
    assert 3 < seconds_until_next(database) < 7


def test_a_receiver_delays_the_next_attempt_by_retry_after(
    database: Database, one_delivery: None, kb_updater: Receiver, dispatch: Dispatch
) -> None:
    kb_updater.answer = answering(plain("429 Too Many Requests", "Retry-After: 120"))
    dispatch()
    assert 110 < seconds_until_next(database) < 121


def test_retry_after_delays_by_a_day_at_most(
    database: Database, one_delivery: None, kb_updater: Receiver, dispatch: Dispatch
) -> None:
    kb_updater.answer = answering(plain("503 Busy", "Retry-After: 99999999"))
    dispatch()
    assert 86_390 < seconds_until_next(database) < 86_401


@pytest.mark.parametrize("status", [b"200 OK", b"500 \xff\xfe"])
def test_an_answer_without_a_valid_encoding_is_stored_as_text(
    database: Database, one_delivery: None, kb_updater: Receiver, dispatch: Dispatch, status: bytes
) -> None:
    kb_updater.answer = answering(
        b"HTTP/1.1 " + status + b"\r\nX-Name: \xff\xed\xa0\x80\r\nContent-Length: 3\r\n\r\n\xff\0z"
    )
    dispatch()
    [row] = deliveries(database)
    assert (row.attempts, row.last_status) == (1, int(status[:3]))
    head, body = database.owner("select response_head, response_body from private.delivery_attempts").fetchone()
    assert head.startswith("X-Name: \ufffd")
    assert body == "\ufffd\ufffdz"


def test_gone_holds_the_endpoint_and_loses_nothing(
    database: Database, alices: Rows, one_delivery: None, kb_updater: Receiver, dispatch: Dispatch
) -> None:
    kb_updater.answer = answering(plain("410 Gone"))
    dispatch()
    reason = database.owner("select held_reason from private.service_endpoints where held_at is not null").fetchone()
    assert reason == ("it answered 410 Gone, so it wants no more webhooks",)
    upload(database, alices, 3)
    dispatch()
    assert len(kb_updater.got) == 1
    assert len(deliveries(database, "next_attempt_at is not null")) == 4

    kb_updater.answer = answering(plain("200 OK"))
    database.owner("update private.service_endpoints set held_at = null, held_reason = null")
    database.owner("update private.webhook_deliveries set next_attempt_at = now()")
    dispatch()
    assert len(deliveries(database, "delivered_at is not null")) == 4


def test_five_days_without_a_success_hold_the_endpoint(
    database: Database, one_delivery: None, kb_updater: Receiver, dispatch: Dispatch, caplog: Any
) -> None:
    kb_updater.answer = answering(plain("500 Oops"))
    dispatch()
    database.owner("update private.service_endpoints set failing_since = now() - interval '5 days 1 minute'")
    database.owner("update private.webhook_deliveries set next_attempt_at = now()")
    dispatch()
    held = database.owner("select held_reason from private.service_endpoints where held_at is not null").fetchone()
    assert held == ("every attempt failed for five days; the last error: answered 500 Oops",)
    assert "endpoint kb_updater is held" in caplog.text


def test_a_delivery_is_dead_after_ten_failed_attempts_without_holding_others(
    database: Database, alices: Rows, kb_updater: Receiver, dispatch: Dispatch, caplog: Any
) -> None:
    forget(database)
    [poison] = upload(database, alices)

    async def picky(received: Received) -> bytes:
        return plain("500 Poison" if str(poison) in received.body else "200 OK")

    kb_updater.answer = picky
    gaps = []
    for _ in range(10):
        upload(database, alices)
        dispatch()
        gaps.append(
            database.owner(
                "select extract(epoch from next_attempt_at - clock_timestamp()) from private.webhook_deliveries"
                " where record_id = %s", poison,
            ).fetchone()[0]
        )  # fmt: skip
        database.owner(
            "update private.webhook_deliveries set next_attempt_at = now() where next_attempt_at is not null"
        )
    wanted = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert gaps.pop() is None
    assert all(0.75 * want < float(gap) < 1.25 * want for gap, want in zip(gaps, wanted, strict=True)), gaps
    assert [row.record_id for row in deliveries(database, "next_attempt_at is null and delivered_at is null")] == [
        poison
    ]
    assert len(deliveries(database, "delivered_at is not null")) == 10
    assert "is dead after 10 attempts" in caplog.text


def test_a_hundred_megabytes_of_answer_are_not_read(
    database: Database, one_delivery: None, kb_updater: Receiver, dispatch: Dispatch
) -> None:
    served = socket.create_server(("127.0.0.1", 0))
    sent = 0

    def pour() -> None:
        nonlocal sent
        connection, _ = served.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
            try:
                for _ in range(1600):
                    connection.sendall(b"\0" * 65_536)
                    sent += 65_536
            except ConnectionError:
                return

    thread = threading.Thread(target=pour)
    thread.start()
    database.owner("update private.service_endpoints set base_url = %s", f"http://127.0.0.1:{served.getsockname()[1]}/")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    dispatch()
    thread.join()
    served.close()
    assert sent < 20_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
    [row] = deliveries(database)
    assert row.delivered_at
    [kept] = database.owner("select length(response_body) from private.delivery_attempts").fetchone()
    assert kept == 4096


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "192.0.2.1",
     "192.88.99.1", "198.18.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1",
     "fec0::1", "ff0e::1", "100::1", "2001:db8::1", "3fff::1", "5f00::1", "4000::1", "not an address", ""],
)  # fmt: skip
def test_addresses_of_private_networks_are_not_public(address: str) -> None:
    assert not addresses.is_public(address)


EMBEDDINGS = {
    "compatible": "::{high}:{low}",
    "mapped": "::ffff:{high}:{low}",
    "translated": "::ffff:0:{high}:{low}",
    "NAT64": "64:ff9b::{high}:{low}",
    "6to4": "2002:{high}:{low}::1",
    "ISATAP": "2606:4700::5efe:{high}:{low}",
    "ISATAP, said to be unique": "2606:4700::200:5efe:{high}:{low}",
}
LOCAL_USE_NAT64 = "64:ff9b:1::{high}:{low}"
TEREDO_CLIENT = "2001:0:5db8:d70e:0:0:{inverted_high}:{inverted_low}"
TEREDO_RELAY = "2001:0:{high}:{low}:0:0:a247:28f1"


def embedded(form: str, address: str) -> str:
    bits = int(IPv4Address(address))
    return form.format(
        high=f"{bits >> 16:x}",
        low=f"{bits & 0xFFFF:x}",
        inverted_high=f"{~bits >> 16 & 0xFFFF:x}",
        inverted_low=f"{~bits & 0xFFFF:x}",
    )


@pytest.mark.parametrize("form", [*EMBEDDINGS.values(), LOCAL_USE_NAT64, TEREDO_CLIENT, TEREDO_RELAY])
@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "0.0.0.0", "100.64.0.1", "224.0.0.1"])
def test_a_private_address_inside_another_form_is_not_public(form: str, address: str) -> None:
    assert not addresses.is_public(embedded(form, address))


@pytest.mark.parametrize("form", EMBEDDINGS.values())
def test_a_public_address_inside_another_form_is_public(form: str) -> None:
    assert addresses.is_public(embedded(form, "93.184.215.14"))


def test_local_use_nat64_is_never_public() -> None:
    assert not addresses.is_public(embedded(LOCAL_USE_NAT64, "93.184.215.14"))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2001:4860:4860::8888"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:0:7f00:1", "::a9fe:a9fe", "fec0::1", "64:ff9b:1::1"])
def test_no_socket_is_made_to_a_private_address(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(PermissionError, match="is not a public address"):
        addresses.public_socket((family, socket.SOCK_STREAM, 6, "", (address, 443)))


def test_an_address_that_turns_private_at_the_connect_is_refused(
    database: Database, one_delivery: None, kb_updater: Receiver, dispatch: Dispatch, monkeypatch: Any
) -> None:
    real = socket.getaddrinfo

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        return real("127.0.0.1" if host == "kb.example.com" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    database.owner("update private.service_endpoints set base_url = %s", f"https://kb.example.com:{kb_updater.port}/")
    dispatch()
    assert kb_updater.got == []
    [row] = deliveries(database)
    assert "127.0.0.1 is not a public address" in row.last_error


def test_plain_http_waits_until_its_host_is_allowed(
    database: Database, one_delivery: None, kb_updater: Receiver, dispatch: Dispatch, caplog: Any
) -> None:
    dispatch(())
    assert kb_updater.got == []
    assert deliveries(database)[0].attempts == 0
    assert "WEBHOOK_ALLOWED_HOSTS" in caplog.text
    dispatch()
    assert len(kb_updater.got) == 1


@pytest.mark.parametrize("url", ["https://[x", "https://\u2100.com/", "https://kb.example.com:99999/"])
def test_an_endpoint_with_an_invalid_address_delays_only_its_own_deliveries(
    database: Database, one_delivery: None, kb_updater: Receiver, dispatch: Dispatch, caplog: Any, url: str
) -> None:
    database.owner("insert into private.service_endpoints (name, base_url) values ('bad', %s)", url)
    dispatch(("127.0.0.1",), "bad")
    assert len(kb_updater.got) == 1
    assert f"deliveries to bad wait: {url} is not an absolute http(s) URL" in caplog.text


def test_a_slow_endpoint_does_not_delay_another(
    database: Database, alices: Rows, kb_updater: Receiver, dispatch: Dispatch
) -> None:
    slow = Receiver()

    async def slowly(_: Received) -> bytes:
        await asyncio.sleep(1.5)
        return plain("200 OK")

    slow.answer = slowly
    forget(database)
    database.owner("insert into private.service_endpoints (name, base_url) values ('slow', %s)", slow.url)
    database.owner(
        "insert into private.webhook_deliveries (endpoint, event, table_name, record_id, user_id, body)"
        " select 'slow', 'INSERT', 'documents', gen_random_uuid(), %s, '{}' from generate_series(1, 60)", alices.user
    )  # fmt: skip
    upload(database, alices, 200)
    begun = time.monotonic()
    dispatch(("127.0.0.1",), "slow", connections=20)
    slow.close()
    assert len(slow.got) == 60
    waited = sorted(
        row[0]
        for row in database.owner(
            "select extract(epoch from delivered_at - created_at) from private.webhook_deliveries"
            " where endpoint = 'kb_updater'"
        )
    )
    assert waited[int(len(waited) * 0.99)] < 1
    assert time.monotonic() - begun > 4


def test_an_attempt_that_another_has_overtaken_changes_nothing(database: Database, one_delivery: None) -> None:
    database.owner("insert into private.service_endpoints (name, base_url) values ('kb_updater', 'https://kb.example')")
    claim = "select id, attempt from private.claim_deliveries('kb_updater', 10, %s)"
    with database.as_service("console") as sql:
        [(delivery, first)] = sql(claim, "0 seconds").fetchall()
    with database.as_service("console") as sql:
        [(_, second)] = sql(claim, "30 seconds").fetchall()
        assert sql(claim, "30 seconds").fetchall() == []
    assert (first, second) == (1, 2)
    finish = (
        "select private.finish_attempts(jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'at', now(),"
        " 'delivery', %s::text, 'endpoint', 'kb_updater', 'attempt', %s::int, 'duration', 1, 'status', %s::int,"
        " 'error', %s::text, 'request_head', '')))"
    )
    with database.as_service("console") as sql:
        sql(finish, delivery, first, 500, "late")
    assert deliveries(database)[0].last_error is None
    with database.as_service("console") as sql:
        sql(finish, delivery, second, 200, None)
    assert deliveries(database)[0].delivered_at
    assert database.owner("select count(*) from private.delivery_attempts").fetchone() == (2,)


def test_answers_about_an_erased_account_are_not_stored(database: Database, one_delivery: None) -> None:
    database.owner("insert into private.service_endpoints (name, base_url) values ('kb_updater', 'https://kb.example')")
    with database.as_service("console") as sql:
        [(delivery, attempt)] = sql("select id, attempt from private.claim_deliveries('kb_updater', 10, '1 minute')")
        [(user,)] = sql("select user_id from private.webhook_deliveries")
        sql("select private.erase_account(%s)", user)
        sql(
            "select private.finish_attempts(jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'at', now(),"
            " 'delivery', %s::text, 'endpoint', 'kb_updater', 'attempt', %s::int, 'duration', 1, 'status', 500,"
            " 'error', 'no Montoya', 'request_head', 'POST', 'response_head', 'x: Montoya', 'response_body', 'Montoya?')))",
            delivery,
            attempt,
        )
    logged = database.owner(
        "select status, request_head, error, response_head, response_body from private.delivery_attempts"
    )
    assert logged.fetchall() == [(500, "POST", None, None, None)]
