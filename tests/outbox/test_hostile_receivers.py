"""Receivers that send odd bytes over a raw socket: `post` returns an answer, and the status decides."""

import asyncio
import gzip
import random
import re
import socket
import struct
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from aira.outbox.http import Answer, Http, answered, retry_after
from aira.outbox.pg_net import as_answer

DAY = 86_400
SECONDS = 0.6

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def says(*parts: bytes) -> Script:
    """Send these parts one by one, then close."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)

    return script


def drips(beginning: bytes, forever: bytes, pause: float = 0.0) -> Script:
    """Send a beginning, then the same bytes without end."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        while True:
            writer.write(forever)
            await writer.drain()
            await asyncio.sleep(pause)

    return script


def stays_silent_after(beginning: bytes) -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        await asyncio.sleep(60)

    return script


def resets_after(beginning: bytes) -> Script:
    """Send a beginning, then an RST instead of the end."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        await writer.drain()
        await asyncio.sleep(0.05)
        opened = writer.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return script


async def ask(script: Script, *, times: int = 1, seconds: float = SECONDS) -> list[Answer]:
    """Return the result of `post` for a receiver that follows the script once its request has come."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b'"end"}')
            await script(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    http = Http(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x", allowed=True, seconds=seconds)
    try:
        return [await http.post({"webhook-id": "1"}, '{"at": "end"}') for _ in range(times)]
    finally:
        await http.close()
        server.close()


def post(script: Script, seconds: float = SECONDS) -> Answer:
    [answer] = asyncio.run(ask(script, seconds=seconds))
    return answer


OK = b"HTTP/1.1 200 OK\r\n"
GONE = b"HTTP/1.1 410 Gone\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
LATE = b"Retry-After: Mon, 01 Jan 99999999999999999999 00:00:00 GMT\r\n"

AFTER_THE_STATUS: dict[str, Script] = {
    "nothing": says(b""),
    "a body that is cut": says(b"Content-Length: 1000\r\n\r\nshort"),
    "a body that is awaited": stays_silent_after(b"Content-Length: 1000\r\n\r\nshort"),
    "a body longer than it says": says(b"Content-Length: 2\r\n\r\nlonger"),
    "a reset in the body": resets_after(b"Content-Length: 1000\r\n\r\nshort"),
    "a reset in the headers": resets_after(b"Content-Le"),
    "a chunk size that is none": says(CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n"),
    "a negative chunk size": says(CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"),
    "a chunk size beyond all numbers": says(CHUNKED + b"f" * 400 + b"\r\nhello"),
    "a chunk size of sixteen digits": says(CHUNKED + b"f" * 16 + b"\r\nhello"),
    "a chunk longer than it says": says(CHUNKED + b"3\r\nhello\r\n0\r\n\r\n"),
    "an endless chunk extension": drips(CHUNKED + b"3;", b"x" * 1000),
    "endless chunks": drips(CHUNKED, b"1\r\nx\r\n"),
    "an endless trailer": drips(CHUNKED + b"0\r\n", b"X-Trailer: 1\r\n"),
    "no end of chunks": stays_silent_after(CHUNKED + b"5\r\nhello\r\n"),
    "chunked twice": says(b"Transfer-Encoding: chunked, chunked\r\n\r\n5\r\nhello"),
    "chunked and a length": says(b"Content-Length: 3\r\n" + CHUNKED + b"5\r\nhello\r\n0\r\n\r\n"),
    "two lengths": says(b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nhello"),
    "a length that is no number": says(b"Content-Length: many\r\n\r\nhello"),
    "a negative length": says(b"Content-Length: -1\r\n\r\nhello"),
    "a length beyond all numbers": says(b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhello"),
    "a length in other digits": says("Content-Length: ٣\r\n\r\nhello".encode()),
    "endless headers": drips(b"", b"X-More: and more\r\n"),
    "a header without end": drips(b"X-Long: ", b"x" * 1000),
    "a header of a megabyte": says(b"X-Long: " + b"x" * 1_000_000 + b"\r\n\r\n"),
    "ten thousand headers": says(b"X: 1\r\n" * 10_000 + b"\r\n"),
    "a header without a colon": says(b"what is this\r\n\r\n"),
    "a header without a name": says(b": value\r\n\r\n"),
    "a folded header": says(b"X-Folded: a\r\n b\r\n\r\n"),
    "a NUL in a header": says(b"X-\0Nul: \0\r\n\r\n"),
    "a NUL in the body": says(b"Content-Length: 3\r\n\r\na\0b"),
    "bytes that are no UTF-8": says(b"X: \xff\xed\xa0\x80\r\nContent-Length: 2\r\n\r\n\xff\xfe"),
    "bare line feeds": says(b"X: 1\n\nhello"),
    "bare carriage returns": says(b"X: 1\r\rhello"),
    "a bomb of gzip": says(b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"\0" * 20_000_000)),
    "gzip that is none": says(b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"),
    "an encoding that nobody knows": says(b"Content-Encoding: x-zoo\r\nContent-Length: 5\r\n\r\nhello"),
    "a body that drips": drips(b"Content-Length: 5000\r\n\r\n", b"x", 0.01),
    "headers that drip": drips(b"X: ", b"x", 0.01),
    "a hundred megabytes": drips(b"Content-Length: 104857600\r\n\r\n", b"x" * 65_536),
    "a second answer": says(b"Content-Length: 0\r\n\r\nHTTP/1.1 500 Oops\r\n\r\n"),
    "an upgrade": says(b"Upgrade: websocket\r\nConnection: upgrade\r\n\r\n\x81\x05hello"),
    "a wait of a million years": says(LATE + b"Content-Length: 0\r\n\r\n"),
    "many waits": says(b"Retry-After: 1\r\nRetry-After: -1\r\nRetry-After: soon\r\n" + LATE + b"\r\n"),
}


@pytest.mark.parametrize("after", AFTER_THE_STATUS)
def test_a_delivery_whose_status_was_read_is_delivered_or_gone(after: str) -> None:
    async def both() -> list[Answer]:
        async def following(status: bytes) -> Answer:
            async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.write(status)
                await AFTER_THE_STATUS[after](reader, writer)

            [answer] = await ask(script)
            return answer

        return await asyncio.gather(following(OK), following(GONE))

    delivered, gone = asyncio.run(both())
    assert (delivered.status, delivered.error) == (200, None)
    assert (gone.status, gone.error) == (410, "answered 410 Gone")
    for answer in (delivered, gone):
        assert answer.head is not None
        assert answer.body is not None
        assert len(answer.head) <= 4096
        assert len(answer.body) <= 4096
        assert answer.retry_after is None or 0 <= answer.retry_after <= DAY


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (says(b""), "ended the connection without an answer"),
        (resets_after(b""), "ended the connection without an answer: [Errno 104]"),
        (stays_silent_after(b""), "no answer within 0.6 s"),
        (says(b"200 OK\r\n\r\n"), "sent no HTTP status: '200 OK"),
        (says(b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), "sent no HTTP status"),
        (says(b"<html>200 OK</html>"), "sent no HTTP status: '<html>"),
        (says(b"SSH-2.0-OpenSSH_9.9\r\n"), "sent no HTTP status: 'SSH-2.0"),
        (says(b"\x16\x03\x01\x02\x00\x01"), "sent no HTTP status"),
        (says(b"\0\0\0\0HTTP/1.1 200 OK\r\n"), "sent no HTTP status: '\ufffd"),
        (says(b"HTTP/1.1 20"), "sent no HTTP status"),
        (says(b"HTTP/1.1 2000 OK\r\n\r\n"), "sent no HTTP status"),
        (says(b"HTTP/1.1 -200 OK\r\n\r\n"), "sent no HTTP status"),
        (says("HTTP/1.1 ٢٠٠ OK\r\n\r\n".encode()), "sent no HTTP status"),
        (says(b"HTTP/2 200\r\n\r\n"), "sent no HTTP status"),
        (says(b"ICY 200 OK\r\n\r\n"), "sent no HTTP status"),
        (drips(b"", b"x" * 1000), "sent no HTTP status: 'xxxx"),
        (drips(b"HTTP/1.1 ", b" " * 1000), "sent no HTTP status"),
        (drips(b"", b"H", 0.01), "no answer within 0.6 s"),
        (drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50), "sent 100 and no final status"),
        (drips(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 50), "sent 103 and no final status"),
        (drips(b"HTTP/1.1 102 Processing\r\n", b"X: 1\r\n" * 200), "sent 102 and no final status"),
        (says(b"HTTP/1.1 100 Continue\r\n\r\n"), "ended the connection without an answer"),
        (says(b"HTTP/1.1 100 Continue\r\n\r\nnonsense"), "sent no HTTP status: 'nonsense"),
    ],
)  # fmt: skip
def test_an_answer_without_a_status_is_a_failure_that_says_what_came(script: Script, error: str) -> None:
    answer = post(script, SECONDS if str(SECONDS) in error else 10)
    assert (answer.status, answer.retry_after) == (None, None)
    assert error in str(answer.error)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"HTTP/1.1 200", 200),
        (b"HTTP/1.1 200\r\n", 200),
        (b"HTTP/1.0 204 \r\n\r\n", 204),
        (b"HTTP/1.1 299 \xff\xfe\r\n\r\n", 299),
        (b"HTTP/1.1 200 OK\n\nhello", 200),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n", 202),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", 101),
        (b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n", 302),
        (b"HTTP/1.1 999 Beyond\r\n\r\n", 999),
    ],
)
def test_the_status_is_the_first_final_one(sent: bytes, status: int) -> None:
    answer = post(says(sent))
    assert answer.status == status
    assert (answer.error is None) == (200 <= status <= 299)


def test_an_endless_reason_phrase_does_not_hide_the_status() -> None:
    assert post(drips(b"HTTP/1.1 200 ", b"O" * 1000)).status == 200
    assert post(drips(b"HTTP/1.1 410 ", b"G", 0.01)).status == 410


STATUS_LINE = re.compile(rb"HTTP/1\.[0-9] ([1-9][0-9][0-9])(?=[ \r\n]|$)")


def expected(sent: bytes) -> int | None:
    """Return the first final status of an answer with complete interim answers."""
    while found := STATUS_LINE.match(sent):
        if not 100 <= int(found[1]) <= 199 or int(found[1]) == 101:
            return int(found[1])
        _, _, sent = re.sub(rb"\r\n", b"\n", sent).partition(b"\n\n")
    return None


def nasty(seed: int) -> bytes:
    """Change, lose, repeat or swap bytes of an answer in ways that parsers dislike."""
    chosen = random.Random(seed)
    status = chosen.choice(
        [b"200 OK", b"410 Gone", b"500 Oops", b"429 Slow down", b"100 Continue", b"204", b"302 Found"]
    )
    header = chosen.choice(
        [b"Content-Length: 5", b"Transfer-Encoding: chunked", b"Retry-After: 1e9", LATE.strip(), b"Connection: close"]
    )
    sent = bytearray(b"HTTP/1.1 " + status + b"\r\n" + header + b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
    for _ in range(chosen.randrange(1, 6)):
        at = chosen.randrange(len(sent))
        match chosen.randrange(4):
            case 0:
                sent[at : at + chosen.randrange(8)] = b""
            case 1:
                sent[at:at] = chosen.choice([b"\0", b"\r", b"\n", b"\xff", b":", b"9" * 30, b"\r\n\r\n", b"HTTP/1.1 "])
            case 2:
                sent[at] = chosen.randrange(256)
            case _:
                sent[at:at] = sent[: chosen.randrange(40)]
    return bytes(sent) or b"\0"


def test_two_hundred_mutilated_answers_count_by_their_status() -> None:
    async def all_of_them() -> list[list[Answer]]:
        return await asyncio.gather(*(ask(says(nasty(seed)), seconds=5) for seed in range(200)))

    answers = [answer for [answer] in asyncio.run(all_of_them())]
    wrong = {
        seed: (nasty(seed), answer)
        for seed, answer in enumerate(answers)
        if answer.status != expected(nasty(seed)) or (answer.error is None) != (answer.status in range(200, 300))
    }
    assert wrong == {}
    assert len({answer.status for answer in answers}) > 5


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("99999999", DAY),
        ("9" * 5000, DAY),
        ("-5", None),
        ("1.5", None),
        ("1e9", None),
        ("inf", None),
        ("nan", None),
        ("٣", None),
        ("", None),
        ("soon", None),
        ("\0", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Mon, 01 Jan 0000 00:00:00 GMT", None),
        ("Mon, 99 Jan 2026 99:99:99 GMT", None),
        ("Mon, 01 Jan 2026 00:00:00 +99999999999999999999", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAY),
        ("Fri, 31 Dec 9999 23:59:59 -2359", DAY),
        ("Mon, 01 Jan 0001 00:00:00 +2359", None),
        ("(" * 10_000, None),
        ('"' * 10_000, None),
        (", , , ,", None),
        ("Mon" * 1000, None),
    ],
)
def test_retry_after_is_read_bounded_or_ignored(value: str, seconds: float | None) -> None:
    assert retry_after(value) == seconds or (seconds is None and retry_after(value) == 0)


def test_a_date_in_retry_after_becomes_seconds_from_now() -> None:
    wait = retry_after(format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True))
    assert 298 <= (wait or 0) <= 300


def test_the_longest_of_several_retry_after_headers_counts() -> None:
    headers = [("Retry-After", "5"), ("RETRY-AFTER", "later"), ("retry-after", "60"), ("Retry-After", "-1")]
    assert answered(503, "Busy", headers, "").retry_after == 60


def keeps_alive(*answers: bytes) -> tuple[Script, list[int]]:
    """Answer requests on the same connection, and count connections."""
    left, connections = list(answers), []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        while left:
            writer.write(left.pop(0))
            await reader.readuntil(b'"end"}')

    return script, connections


EMPTY = b"Content-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("first", "connections"),
    [
        (OK + EMPTY, 1),
        (OK + CHUNKED + b"5\r\nhello\r\n0\r\n\r\n", 1),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 1),
        (OK + b"Content-Length: 5\r\n\r\nhello", 1),
        (OK + EMPTY + b"HTTP/1.1 500 Smuggled\r\n\r\n", 2),
        (OK + b"Connection: close\r\n" + EMPTY, 2),
        (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 2),
        (OK + b"Content-Length: 5\r\n" + CHUNKED + b"0\r\n\r\n", 2),
        (b"HTTP/1.0 200 OK\r\n" + EMPTY, 2),
    ],
)
def test_a_connection_is_used_again_only_when_its_answer_has_ended(first: bytes, connections: int) -> None:
    script, opened = keeps_alive(first, OK + EMPTY)
    answers = asyncio.run(ask(script, times=2))
    assert [answer.status for answer in answers] == [int(first[9:12]), 200]
    assert len(opened) == connections


def test_an_idle_connection_that_the_receiver_closed_is_opened_again() -> None:
    answers = asyncio.run(ask(says(OK + EMPTY), times=3))
    assert [answer.status for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1/",
        "https://nothing.invalid/",
        "http://xn--a/",
        f"http://{'a' * 70}.example/",
        "http://[::1]:1/",
    ],
)
def test_an_unreachable_receiver_gives_a_failed_attempt(url: str) -> None:
    async def ask_nobody() -> Answer:
        return await Http(url, allowed=True, seconds=3).post({}, "{}")

    answer = asyncio.run(ask_nobody())
    assert answer.status is None
    assert answer.error


def test_a_receiver_without_tls_gives_a_failed_attempt() -> None:
    async def ask_in_tls() -> Answer:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(OK + EMPTY)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        answer = await Http(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", allowed=True, seconds=3).post(
            {}, "{}"
        )
        server.close()
        return answer

    assert "SSL" in str(asyncio.run(ask_in_tls()).error)


@pytest.mark.parametrize(
    ("row", "status", "error", "wait"),
    [
        ((200, b'{"Retry-After": "x"}', b"fine", None), 200, None, None),
        ((200, b"not json", b"\xff\0", None), 200, None, None),
        ((200, b'{"a": ' * 100_000, None, None), 200, None, None),
        ((200, b"[]", None, "Timeout of 20000 ms reached"), 200, None, None),
        ((200, None, None, "timed out"), 200, None, None),
        ((410, LATE, None, "timed out"), 410, "answered 410", None),
        ((410, b'{"retry-after": 1e999}', None, None), 410, "answered 410", None),
        ((503, b'{"retry-after": 60}', None, None), 503, "answered 503", 60),
        ((503, b'{"retry-after": ["60"]}', None, None), 503, "answered 503", None),
        ((503, b'{"retry-after": "99999999999"}', None, None), 503, "answered 503", DAY),
        ((None, None, None, "Couldn't resolve host name"), None, "pg_net: Couldn't resolve host name", None),
    ],
)
def test_the_status_decides_by_pg_net_too(
    row: tuple[int | None, bytes | None, bytes | None, str | None],
    status: int | None,
    error: str | None,
    wait: float | None,
) -> None:
    answer = as_answer(*row)
    assert (answer.status, answer.error, answer.retry_after) == (status, error, wait)
