"""Test when the client sends a request again, and that a repetition has one effect."""

import asyncio
import json
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

import aira_client
from aira_client import AsyncClient, Client, Policy
from aira_client import retries as module
from tests.api.running import Running

SOON = (datetime.now(UTC) + timedelta(days=40)).replace(hour=12, minute=0, second=0, microsecond=0)
Answers = list[httpx.Response | Exception]


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    body = json.dumps({"type": f"urn:aira:problem:{code}", "status": status, "detail": "Try again."})
    return httpx.Response(status, text=body, headers={name.replace("_", "-"): text for name, text in headers.items()})


def done() -> httpx.Response:
    return httpx.Response(200, json={"id": str(uuid4()), "status": "cancelled"})


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the waits, and don't wait."""
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", lambda wait: waits.append(wait) if wait else None)
    return waits


@pytest.fixture
def answered(slept: list[float]) -> Callable[..., tuple[Client, list[httpx.Request]]]:
    """Return a client that gets these answers, and the requests that it sends."""

    def make(*answers: httpx.Response | Exception, **options: Any) -> tuple[Client, list[httpx.Request]]:
        client, sent, left = Client("https://aira.example", "aira_x", **options), [], list(answers)

        def answer(request: httpx.Request) -> httpx.Response:
            sent.append(request)
            one = left.pop(0)
            if isinstance(one, Exception):
                raise one
            return one

        options = client._transport.settings.options()
        client._transport.http = httpx.Client(**options, transport=httpx.MockTransport(answer))
        return client, sent

    return make


def test_the_client_waits_as_long_as_the_api_says(answered: Any, slept: list[float]) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    client, sent = answered(
        problem(429, "throttled", Retry_After="7"),
        problem(429, "throttled", RateLimit_Reset="3"),
        problem(503, "database", Retry_After=later),
        done(),
    )
    assert client.appointments.cancel(uuid4()).status == "cancelled"
    assert len(sent) == 4
    assert slept[:2] == [7, 3]
    assert 28 < slept[2] <= 30
    # All tries are one request for the API.
    assert len({request.headers["Idempotency-Key"] for request in sent}) == 1


def test_the_client_waits_before_it_exceeds_the_limit(answered: Any, slept: list[float]) -> None:
    last = httpx.Response(200, json={}, headers={"RateLimit-Remaining": "0", "RateLimit-Reset": "20"})
    client, _ = answered(last, done())
    client.testing.deprecated()
    client.testing.deprecated()
    assert len(slept) == 1
    assert 19 < slept[0] <= 20


def test_a_long_wait_is_left_to_the_program(answered: Any, slept: list[float]) -> None:
    client, sent = answered(problem(429, "throttled", Retry_After="3600"))
    with pytest.raises(aira_client.RateLimited):
        client.appointments.cancel(uuid4())
    assert (len(sent), slept) == (1, [])


def test_waits_double_and_end(answered: Any, slept: list[float]) -> None:
    client, sent = answered(*[httpx.ConnectError("refused")] * 4, retries=Policy(tries=4, first_wait=1))
    with pytest.raises(aira_client.ConnectionFailed, match=r"^accounts.retrieve: ConnectError refused$"):
        client.accounts.retrieve(uuid4())
    assert len(sent) == 4
    assert all(low <= wait <= 2 * low for low, wait in zip([0.5, 1, 2], slept, strict=True))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500])
def test_a_refusal_is_not_sent_again(answered: Any, status: int) -> None:
    client, sent = answered(problem(status, "fully_booked"))
    with pytest.raises(aira_client.ApiError) as refused:
        client.appointments.cancel(uuid4())
    assert (refused.value.status, len(sent)) == (status, 1)


@pytest.mark.parametrize(
    "answer", [problem(409, "conflict"), httpx.Response(502, text="<html>"), httpx.ReadTimeout("late")], ids=repr
)
def test_a_passing_failure_is_sent_again(answered: Any, answer: httpx.Response | Exception) -> None:
    client, sent = answered(answer, done())
    assert client.appointments.cancel(uuid4()).status == "cancelled"
    assert len(sent) == 2


@pytest.mark.parametrize(
    "broken", [httpx.ReadError("reset"), problem(503, "outcome_unknown", Retry_After="1")], ids=repr
)
@pytest.mark.parametrize("status", [404, 412])
def test_a_change_whose_answer_was_lost_is_reported_as_unclear(
    answered: Any, broken: httpx.Response | Exception, status: int
) -> None:
    client, _ = answered(broken, problem(status, "precondition_failed"))
    with pytest.raises(aira_client.OutcomeUnknown, match=r"may have been saved\. Get the row\.") as unclear:
        client.businesses.update(uuid4(), if_match='"1"', name="Other")
    assert unclear.value.idempotency_key is None
    # Without a broken connection, the refusal is clear.
    client, _ = answered(problem(503, "database_unavailable", Retry_After="1"), problem(status, "precondition_failed"))
    with pytest.raises((aira_client.PreconditionFailed, aira_client.NotFound)):
        client.businesses.update(uuid4(), if_match='"1"', name="Other")


def test_an_unclear_post_can_be_sent_again_with_its_key(answered: Any) -> None:
    client, sent = answered(*[httpx.ReadError("reset")] * 2, retries=Policy(tries=2))
    with pytest.raises(aira_client.OutcomeUnknown) as unclear:
        client.appointments.cancel(uuid4())
    assert unclear.value.idempotency_key == sent[0].headers["Idempotency-Key"]
    assert unclear.value.idempotency_key in str(unclear.value)


def test_an_answer_without_a_problem_is_an_error_too(answered: Any) -> None:
    client, _ = answered(httpx.Response(414, text="<html>Request-URI Too Large</html>"))
    with pytest.raises(aira_client.ApiError, match="414 http_414: The server answered 414 without a problem"):
        client.accounts.list(q="x" * 5000).first()


@pytest.mark.parametrize("status", [200, 301])
def test_a_wrong_address_is_reported(answered: Any, status: int) -> None:
    page = httpx.Response(status, text="<html>Welcome</html>")
    client, _ = answered(page, page)
    for call in (lambda: client.appointments.cancel(uuid4()), lambda: client.accounts.list().first()):
        with pytest.raises(aira_client.ApiError, match=r"answered without JSON\. Check the address"):
            call()


def test_the_asynchronous_client_repeats_too(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: Answers = [problem(429, "throttled", Retry_After="0"), httpx.ReadTimeout("late"), done()]

    def answer(request: httpx.Request) -> httpx.Response:
        one = answers.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    async def work() -> str:
        async with AsyncClient("https://aira.example", "aira_x", retries=Policy(first_wait=0)) as client:
            options = client._transport.settings.options()
            client._transport.http = httpx.AsyncClient(**options, transport=httpx.MockTransport(answer))
            return str((await client.appointments.cancel(uuid4())).status)

    assert asyncio.run(work()) == "cancelled"


def test_seconds_and_dates_are_read() -> None:
    assert [module.seconds(text) for text in ("5", "", None, "soon", "-1")] == [5, None, None, None, 0]


class Breaking:
    """A way to the site that breaks the connection after a request has arrived, before its answer leaves."""

    def __init__(self, url: str) -> None:
        self.target = httpx.URL(url)
        self.breaks = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=[client], daemon=True).start()

    def serve(self, client: socket.socket) -> None:
        server = socket.create_connection((self.target.host, self.target.port or 80))
        with client, server, suppress(OSError):
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    if not (data := ready.recv(65536)):
                        return
                    if ready is server and self.breaks:
                        self.breaks -= 1
                        return
                    (client if ready is server else server).sendall(data)


@pytest.fixture
def breaking(running: Running) -> Iterator[Breaking]:
    way = Breaking(running.url)
    yield way
    way.listener.close()


@pytest.fixture
def business(aira: Client, running: Running) -> UUID:
    user = running.database.account(f"{uuid4().hex}@example.com")
    return aira.businesses.create(user=user, name="Casa Verde", business_type="retail", timezone="UTC").id


def test_a_booking_whose_answer_is_lost_is_made_once(breaking: Breaking, key: str, business: UUID) -> None:
    with Client(breaking.url, key, retries=Policy(first_wait=0.05)) as client:
        breaking.breaks = 2
        booked = client.appointments.book(business=business, scheduled_at=SOON, customer_name="Carol")
        assert [row.id for row in client.appointments.list(business=business)] == [booked.id]
        etag = client.businesses.retrieve(business).etag
        breaking.breaks = 1
        with pytest.raises(aira_client.OutcomeUnknown):
            client.businesses.update(business, if_match=etag, name="Other")
        assert client.businesses.retrieve(business).name == "Other"
