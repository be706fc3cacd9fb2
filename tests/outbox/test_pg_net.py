"""Test deliveries by the extension pg_net. A schema of the same shape and a thread replace it."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection
from psycopg.rows import namedtuple_row
from psycopg.types.json import Jsonb
from standardwebhooks import Webhook

from aira.outbox import transport
from aira.outbox.dispatcher import Dispatcher
from aira.outbox.http import Answer
from aira.outbox.pg_net import PgNet
from aira.outbox.routes import Routes
from tests.database import Database
from tests.outbox.conftest import deliveries, forget, upload, wait_until
from tests.tenant_rows import Rows
from tests.worker import SECRET

URL = "https://kb.example.com/process-document"
BODY = '{"n": 1}'
# The schema of pg_net 0.20.
NET = """
create schema net;
create unlogged table net.http_request_queue (id bigserial, method text not null, url text not null, headers jsonb,
    body bytea, timeout_milliseconds int not null);
create unlogged table net._http_response (id bigint, status_code integer, content_type text, headers jsonb, content text,
    timed_out bool, error_msg text, created timestamptz not null default now());
create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}',
    headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds int default 5000)
returns bigint language plpgsql as $$
declare
    request_id bigint;
begin
    insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
    values ('POST', url, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds)
    returning id into request_id;
    return request_id;
end $$;
"""


class Worker(threading.Thread):
    """Act as pg_net's background worker: take requests, store them, and give the chosen answer. None means no answer."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.connection = database.connect(row_factory=namedtuple_row)
        self.answer: dict[str, Any] | None = {"status_code": 200}
        self.sent: list[Any] = []
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.02):
            for request in self.connection.execute("delete from net.http_request_queue returning *").fetchall():
                self.sent.append(request)
                if self.answer is not None:
                    self.connection.execute(
                        "insert into net._http_response select r.* from jsonb_populate_record("
                        "null::net._http_response, %s) r",
                        [Jsonb({"timed_out": False, "created": "now", **self.answer, "id": request.id})],
                    )


@pytest.fixture
def pg_net(database: Database) -> Iterator[Worker]:
    database.owner(NET)
    worker = Worker(database)
    worker.start()
    yield worker
    worker.ended.set()
    worker.join()
    worker.connection.close()


@pytest.fixture
def connect(database: Database) -> Callable[[], Awaitable[AsyncConnection[Any]]]:
    async def connect() -> AsyncConnection[Any]:
        return await AsyncConnection.connect(database.server.url(database.name, "console"), autocommit=True)

    return connect


@pytest.fixture
def one_delivery(database: Database, alices: Rows) -> None:
    forget(database)
    database.owner("insert into private.service_endpoints (name, base_url) values ('kb_updater', %s)", URL)
    upload(database, alices)


@pytest.fixture
def dispatch(connect: Any) -> Callable[..., None]:
    """Deliver all that is due."""

    def run(seconds: float = 10) -> None:
        async def once() -> None:
            routes = Routes(
                {"kb_updater": [SECRET]},
                allowed_hosts=[],
                transport=lambda url: PgNet(connect, url, allowed=True, seconds=seconds),
            )
            await Dispatcher(connect, routes).run(asyncio.Event(), once=True)

        asyncio.run(once())

    return run


def resolving(monkeypatch: Any, *found: str) -> None:
    """Let DNS return these addresses for the receiver."""
    real = socket.getaddrinfo

    def lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "kb.example.com":
            return real(host, *args, **kwargs)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443))
            for each in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


@pytest.mark.parametrize(
    ("found", "error"),
    [
        (["169.254.169.254"], "kb.example.com is 169.254.169.254, which is not a public address"),
        (["93.184.215.14", "::ffff:0:a00:1"], "kb.example.com is ::ffff:0:a00:1, which is not a public address"),
        ([], "The address of kb.example.com can't be checked: Name or service not known"),
    ],
)
def test_pg_net_gets_no_request_for_a_private_address(
    connect: Any, pg_net: Worker, monkeypatch: Any, found: list[str], error: str
) -> None:
    async def post() -> Answer:
        transport = PgNet(connect, URL, allowed=False)
        try:
            return await transport.post({}, BODY)
        finally:
            await transport.close()

    resolving(monkeypatch, *found)
    assert error in str(asyncio.run(post()).error)
    assert pg_net.sent == []


@pytest.mark.parametrize(("found", "allowed"), [(["93.184.215.14"], False), (["10.0.0.1"], True)])
def test_pg_net_gets_requests_for_public_and_for_allowed_addresses(
    connect: Any, pg_net: Worker, monkeypatch: Any, found: list[str], allowed: bool
) -> None:
    async def post() -> Answer:
        transport = PgNet(connect, URL, allowed=allowed)
        try:
            return await transport.post({}, BODY)
        finally:
            await transport.close()

    resolving(monkeypatch, *found)
    assert asyncio.run(post()).status == 200
    assert [each.url for each in pg_net.sent] == [URL]


Posting = Callable[[PgNet], Awaitable[None]]


@pytest.fixture
def posting(connect: Any) -> Callable[[Posting], None]:
    """Run a function with a transport, without a dispatcher."""

    def run(use: Posting) -> None:
        async def opened() -> None:
            transport = PgNet(connect, URL, allowed=True)
            await use(transport)
            await transport.close()

        asyncio.run(opened())

    return run


def test_the_setting_chooses_pg_net(settings: Any) -> None:
    settings.KB_UPDATER_SECRET = [SECRET]
    settings.WEBHOOK_TRANSPORT = "pg_net"
    settings.WEBHOOK_ALLOWED_HOSTS = ["kb.internal"]
    for url, allowed in ((URL, False), ("https://kb.internal/", True)):
        found = transport.dispatcher(1).routes.transport(url)
        assert isinstance(found, PgNet)
        assert found.host.allowed is allowed
    settings.WEBHOOK_TRANSPORT = "http"
    http = transport.dispatcher(1).routes
    assert http.transport == http.http


def test_pg_net_sends_exactly_the_signed_body(
    database: Database, alices: Rows, one_delivery: None, pg_net: Worker, dispatch: Callable[..., None]
) -> None:
    forget(database)
    database.owner(
        "insert into public.documents (business_id, file_name, file_path, file_size) values (%s, %s, 'a', 12)",
        alices.business, 'Öffnungszeiten "neu" \\ 📄 <1.50>.pdf',
    )  # fmt: skip
    pg_net.answer = {"status_code": 202, "headers": {"Server": "kb"}, "content": "queued"}
    dispatch()
    [row], [sent] = deliveries(database), pg_net.sent
    assert (sent.method, sent.url, sent.timeout_milliseconds) == ("POST", URL, 20_000)
    assert bytes(sent.body) == row.body.encode()
    assert Webhook(SECRET).verify(bytes(sent.body), sent.headers)
    assert sent.headers["webhook-id"] == str(row.id)
    assert (row.last_status, row.last_error, row.next_attempt_at) == (202, None, None)
    assert row.delivered_at
    log = database.owner("select status, response_head, response_body from private.delivery_attempts").fetchall()
    assert log == [(202, "Server: kb", "queued")]


@pytest.mark.parametrize(
    ("answer", "status", "error", "gap"),
    [
        ({"status_code": 500, "content": "oops"}, 500, "answered 500", 5),
        ({"status_code": 429, "headers": {"rETRY-aFTER": "120"}}, 429, "answered 429", 120),
        ({"timed_out": True, "error_msg": "Timeout of 20000 ms reached"}, None, "pg_net: Timeout of 20000 ms reached", 5),
        ({"timed_out": True}, None, "pg_net: timed out", 5),
        ({"error_msg": "Couldn't resolve host name"}, None, "pg_net: Couldn't resolve host name", 5),
        ({"timed_out": None}, None, "pg_net: no status", 5),
        (None, None, "no answer from pg_net within 0.7 s", 5),
    ],
)  # fmt: skip
def test_a_failed_delivery_by_pg_net_is_tried_again(
    database: Database,
    one_delivery: None,
    pg_net: Worker,
    dispatch: Any,
    answer: Any,
    status: Any,
    error: str,
    gap: int,
) -> None:
    second = timedelta(seconds=1)
    pg_net.answer = answer
    dispatch(0.7)
    [row] = deliveries(database, "next_attempt_at - now() between %s and %s", gap * second * 0.7, gap * second * 1.3)
    assert (row.delivered_at, row.last_status, row.last_error) == (None, status, error)

    pg_net.answer = {"status_code": 200}
    database.owner("update private.webhook_deliveries set next_attempt_at = now()")
    dispatch()
    [row] = deliveries(database)
    assert row.delivered_at
    assert [sent.headers["webhook-id"] for sent in pg_net.sent] == [str(row.id)] * 2


def test_without_the_extension_the_error_says_what_to_do_and_nothing_is_lost(
    database: Database, one_delivery: None, dispatch: Callable[..., None]
) -> None:
    dispatch()
    [row] = deliveries(database, "next_attempt_at > now()")
    assert row.last_error == (
        'the extension pg_net is not installed. Run "create extension pg_net" in this database, or set WEBHOOK_TRANSPORT=http.'
    )


def test_all_waiting_posts_share_one_connection(
    database: Database, alices: Rows, one_delivery: None, pg_net: Worker, dispatch: Callable[..., None]
) -> None:
    pg_net.answer = None
    upload(database, alices, 39)
    thread = threading.Thread(target=dispatch)
    thread.start()
    wait_until(lambda: len(pg_net.sent) == 40)
    consoles = database.owner(
        "select count(*) from pg_stat_activity where usename = 'console' and datname = current_database()"
    ).fetchone()
    database.owner("insert into net._http_response (id, status_code) select n, 204 from generate_series(1, 40) n")
    thread.join()
    assert consoles == (2,)  # The connections of the dispatcher and of this test.
    assert len(deliveries(database, "delivered_at is not null")) == 40


def test_a_lost_connection_fails_waiting_posts_and_is_opened_again(
    database: Database, pg_net: Worker, posting: Callable[[Posting], None]
) -> None:
    async def use(transport: PgNet) -> None:
        pg_net.answer = None
        waits = asyncio.create_task(transport.post({}, BODY))
        await asyncio.to_thread(wait_until, lambda: pg_net.sent)
        database.owner(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = 'console' and datname = current_database()"
        )
        assert "terminating connection" in str((await waits).error)
        pg_net.answer = {"status_code": 200}
        assert await transport.post({}, BODY) == Answer(status=200, head="", body="")

    posting(use)


def test_closing_the_transport_ends_waiting_posts(pg_net: Worker, posting: Callable[[Posting], None]) -> None:
    async def use(transport: PgNet) -> None:
        pg_net.answer = None
        waits = asyncio.create_task(transport.post({}, BODY))
        await asyncio.to_thread(wait_until, lambda: pg_net.sent)
        await transport.close()
        assert (await waits).error == "OperationalError: The client was closed before pg_net had a response"

    posting(use)


def test_a_long_answer_is_cut(pg_net: Worker, posting: Callable[[Posting], None]) -> None:
    async def use(transport: PgNet) -> None:
        pg_net.answer = {"status_code": 200, "content": "ä" * 100_000}
        assert (await transport.post({}, BODY)).body == "ä" * 2048

    posting(use)


def test_an_answer_that_is_not_utf8_does_not_stop_other_deliveries(
    database: Database, pg_net: Worker, posting: Callable[[Posting], None]
) -> None:
    async def use(transport: PgNet) -> None:
        pg_net.answer = None
        posts = [asyncio.create_task(transport.post({}, BODY)) for _ in range(2)]
        await asyncio.to_thread(wait_until, lambda: len(pg_net.sent) == 2)
        # Like pg_net, which checks nothing.
        database.owner("create cast (bytea as text) without function")
        database.owner(
            "insert into net._http_response (id, status_code, content)"
            r" values (1, 200, '\x61ff'::bytea::text), (2, 200, 'fine')"
        )
        assert sorted(str(answer.body) for answer in await asyncio.gather(*posts)) == ["a\ufffd", "fine"]

    posting(use)


def test_a_body_that_jsonb_writes_otherwise_is_not_sent(pg_net: Worker, posting: Callable[[Posting], None]) -> None:
    async def use(transport: PgNet) -> None:
        answer = await transport.post({}, '{"n":1}')
        assert str(answer.error).startswith("pg_net would send another text than the signed one")

    posting(use)
    assert pg_net.sent == []


@pytest.mark.parametrize(
    "call", ["send_by_pg_net('https://x.example', '{}', '{}', 1000)", "pg_net_answers(array[1::bigint])"]
)
@pytest.mark.parametrize("role", ["service_role", "kb_updater"])
def test_other_roles_can_not_send_by_pg_net_or_read_answers(
    database: Database, pg_net: Worker, role: str, call: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), database.as_service(role) as sql:
        sql(f"select private.{call}")
