"""Determine the address of the client, as far as it can be trusted."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the last entry of the header that this site's own proxy sets.

    The client controls earlier entries.

    Without CLIENT_ADDRESS_HEADER, or if the entry is not an address, return the address of the connection.
    """
    header = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "") if settings.CLIENT_ADDRESS_HEADER else ""
    for text in (header.rpartition(",")[2], request.META.get("REMOTE_ADDR") or ""):
        try:
            return str(ip_address(text.strip()))
        except ValueError:
            continue
    return None
