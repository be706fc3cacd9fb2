"""Who sends a request: the address, as far as it can be trusted."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Of the header that our own proxy sets, the last entry: those before it are whatever the client wrote.

    Without CLIENT_ADDRESS_HEADER, or when it holds no address: of the connection.
    """
    said = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "") if settings.CLIENT_ADDRESS_HEADER else ""
    for text in (said.rpartition(",")[2], request.META.get("REMOTE_ADDR") or ""):
        try:
            return str(ip_address(text.strip()))
        except ValueError:
            continue
    return None
