"""Check addresses for webhooks. Settings are checked with it at every start, so it loads no HTTP client."""

import errno
import ipaddress
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

# Public addresses begin with 001. Other ranges that IANA assigns later are refused until this constant includes them.
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Documentation (RFC 9637), which some versions of ipaddress don't know, and the retired anycast of 6to4 relays.
REFUSED = (ipaddress.ip_network("3fff::/20"), ipaddress.ip_network("192.88.99.0/24"))
# IPv6 networks whose last 32 bits are an IPv4 address: compatible, mapped, translated (SIIT), NAT64.
CARRIERS = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
TEREDO = ipaddress.IPv6Network("2001::/32")
# ISATAP: an interface identifier that carries an IPv4 address, behind any prefix.
ISATAP = (0x00005EFE, 0x02005EFE)


def is_public(address: str) -> bool:
    """Tell whether an address, and each IPv4 address that it embeds, is globally routable unicast."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if any(ip.version == network.version and ip in network for network in REFUSED):
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    if any(ip in carrier for carrier in CARRIERS):
        return is_public(str(ipv4(int(ip))))
    if ip in TEREDO:
        # A Teredo address contains the address of a relay, and that of the client with inverted bits.
        return is_public(str(ipv4(int(ip) >> 64))) and is_public(str(ipv4(~int(ip))))
    if ip in SIX_TO_FOUR and not is_public(str(ipv4(int(ip) >> 80))):
        return False
    if int(ip) >> 32 & 0xFFFFFFFF in ISATAP and not is_public(str(ipv4(int(ip)))):
        return False
    return ip in GLOBAL_UNICAST and (ip in SIX_TO_FOUR or ip.is_global)


def ipv4(bits: int) -> ipaddress.IPv4Address:
    """Return the address in the lowest 32 bits."""
    return ipaddress.IPv4Address(bits & 0xFFFFFFFF)


def public_socket(info: Any) -> socket.socket:
    """Open a socket for a public address.

    Check it after DNS and directly before the connect, so that no second lookup differs.
    """
    family, kind, protocol, _, address = info
    if not is_public(address[0]):
        raise PermissionError(errno.EPERM, f"{address[0]} is not a public address")
    return socket.socket(family, kind, protocol)


def web_address(url: str) -> SplitResult | None:
    """Return the parts of an absolute http(s) URL without a user, or None for other texts."""
    try:
        parts = urlsplit(url)
        absolute = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        # This covers an unclosed bracket, an invalid port and letters that normalize to a slash.
        return None
    return parts if absolute else None


def url_problem(url: str, allowed_hosts: list[str]) -> str | None:
    """Return why webhooks may not go to the URL, or None.

    Args:
        allowed_hosts: hosts that may use plain http and private addresses.
    """
    parts = web_address(url)
    if parts is None:
        return f"{url} is not an absolute http(s) URL"
    if parts.scheme == "http" and parts.hostname not in allowed_hosts:
        return f"{url} is not https. To allow it, add {parts.hostname} to WEBHOOK_ALLOWED_HOSTS"
    if is_address(parts.hostname or "") and parts.hostname not in allowed_hosts and not is_public(parts.hostname or ""):
        return f"{url} is a private address. To allow it, add {parts.hostname} to WEBHOOK_ALLOWED_HOSTS"
    return None


def is_address(host: str) -> bool:
    """Tell whether a host is an address. Names are checked when the connection is opened."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
