"""One request to a receiver that may be slow, broken, hostile or gone."""

import errno
import ipaddress
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

CONNECT_SECONDS = 5
TOTAL_SECONDS = 20
ANSWER_BYTES = 4096
NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Answer:
    """status: of HTTP, None when there was no answer; error: None for a 2xx; retry_after: seconds."""

    status: int | None = None
    error: str | None = None
    retry_after: float | None = None
    head: str | None = None
    body: str | None = None


class RefusedAddress(OSError):
    """An address that webhooks must not reach: our own network, or the machine itself."""


def is_public(address: str) -> bool:
    """False for everything that is not globally routable unicast, also when it is wrapped into an IPv6 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if wrapped is None and ip in NAT64:
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return ip.is_global and not ip.is_multicast


def public_socket(info: Any) -> socket.socket:
    """Checked here, after DNS and right before the connect: no second lookup can answer otherwise."""
    family, kind, protocol, _, address = info
    if not is_public(address[0]):
        raise RefusedAddress(errno.EPERM, f"{address[0]} is not a public address")
    return socket.socket(family, kind, protocol)


def url_problem(url: str, allowed_hosts: list[str]) -> str | None:
    """Why webhooks may not go there; None when they may. allowed_hosts: may be plain http and private addresses."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username is not None or parts.scheme not in ("http", "https"):
        return f"{url} is no absolute http(s) URL"
    if parts.scheme == "http" and parts.hostname not in allowed_hosts:
        return f"{url} is not https; name {parts.hostname} in WEBHOOK_ALLOWED_HOSTS to allow it"
    return None


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
                text = await beginning(response)
                ok = 200 <= response.status <= 299
                return Answer(
                    status=response.status,
                    error=None if ok else f"answered {response.status} {response.reason or ''}".rstrip(),
                    retry_after=retry_after(response.headers.get("Retry-After")),
                    head="\n".join(f"{name}: {value}" for name, value in response.headers.items())[:ANSWER_BYTES],
                    body=text,
                )
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


def as_text(read: bytes | bytearray) -> str:
    """Also of what is no UTF-8; without NULs, which PostgreSQL's text does not take."""
    return read.decode("utf-8", "replace").replace("\0", "\ufffd")
