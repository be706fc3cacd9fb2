"""Where webhooks may go. Settings are checked with it at every start, so that it loads no HTTP client."""

import errno
import ipaddress
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

NAT64 = ipaddress.ip_network("64:ff9b::/96")


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
        raise PermissionError(errno.EPERM, f"{address[0]} is not a public address")
    return socket.socket(family, kind, protocol)


def web_address(url: str) -> SplitResult | None:
    """The parts of an absolute http(s) URL that names no user; None for anything else."""
    try:
        parts = urlsplit(url)
        absolute = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        # A bracket that is not closed, a port that is none, letters that normalize to a slash.
        return None
    return parts if absolute else None


def url_problem(url: str, allowed_hosts: list[str]) -> str | None:
    """Why webhooks may not go there; None when they may. allowed_hosts: may be plain http and private addresses."""
    parts = web_address(url)
    if parts is None:
        return f"{url} is no absolute http(s) URL"
    if parts.scheme == "http" and parts.hostname not in allowed_hosts:
        return f"{url} is not https; name {parts.hostname} in WEBHOOK_ALLOWED_HOSTS to allow it"
    return None
