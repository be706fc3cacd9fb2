"""One request to a receiver that may be slow, broken, hostile or gone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from aira.db.outbox.addresses import public_socket

CONNECT_SECONDS = 5
TOTAL_SECONDS = 20
ANSWER_BYTES = 4096


@dataclass(frozen=True)
class Answer:
    """status: of HTTP, None when there was no answer; error: None for a 2xx; retry_after: seconds."""

    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    head: str | None = None
    body: str | None = None


def answered(status: int, reason: str | None, headers: Mapping[str, str], body: str) -> Answer:
    """What an answer of HTTP means. headers: their names in any case."""
    wait = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    return Answer(
        status=status,
        error=None if 200 <= status <= 299 else f"answered {status} {reason or ''}".rstrip(),
        retry_after=retry_after(wait),
        head="\n".join(f"{name}: {value}" for name, value in headers.items())[:ANSWER_BYTES],
        body=body,
    )


def retry_after(value: str | None) -> float | None:
    """Seconds from now, of a header that gives seconds or a date; None for what is neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value[:10])
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


class Http:
    """Requests to one endpoint, over at most `connections` at a time."""

    def __init__(self, url: str, *, allowed: bool, connections: int) -> None:
        self.url = url
        connector = aiohttp.TCPConnector(
            limit=connections, socket_factory=None if allowed else public_socket, ttl_dns_cache=60
        )
        self.session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def close(self) -> None:
        await self.session.close()

    async def post(self, headers: dict[str, str], body: str) -> Answer:
        """Never raises: what goes wrong is an answer, too."""
        try:
            async with self.session.post(
                self.url, data=body.encode(), headers=headers, allow_redirects=False
            ) as response:
                return answered(response.status, response.reason, response.headers, await beginning(response))
        except TimeoutError:
            return Answer(error=f"no answer within {TOTAL_SECONDS} s ({CONNECT_SECONDS} s to connect)")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(error=f"{type(error).__name__}: {error}"[:1000])


async def beginning(response: aiohttp.ClientResponse) -> str:
    """At most ANSWER_BYTES of an answer, as text; the connection is closed on what is longer."""
    read = bytearray()
    while len(read) < ANSWER_BYTES and (part := await response.content.read(ANSWER_BYTES - len(read))):
        read += part
    if not response.content.at_eof():
        response.close()
    return as_text(read)


def storable(answer: Answer) -> Answer:
    """With texts that logs and PostgreSQL take, whatever the receiver chose: no lone surrogates, no NULs."""

    def clean(text: str | None) -> str | None:
        return None if text is None else as_text(text.encode("utf-8", "surrogatepass"))

    return replace(answer, error=clean(answer.error), head=clean(answer.head), body=clean(answer.body))


def as_text(read: bytes | bytearray) -> str:
    """Also of what is no UTF-8; without NULs, which PostgreSQL's text does not take."""
    return read.decode("utf-8", "replace").replace("\0", "\ufffd")
