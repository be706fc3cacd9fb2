"""Check the settings of a client, and share what its requests have in common."""

import ipaddress
import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from aira_client.errors import PREFIX, ApiError, NotModified
from aira_client.model import Model, converted
from aira_client.operations import Request
from aira_client.retries import Attempts, Limit, Policy

log = logging.getLogger("aira_client")
BASE = "/api/v1"


@dataclass
class Settings:
    """Settings of a client, and the state that its requests share.

    Attributes:
        url: address of the site, such as https://aira.example, with or without /api/v1.
        key: secret of an API key, which begins with aira_.
        timeout: seconds to wait for an answer.
    """

    url: str
    key: str = field(repr=False)
    timeout: float
    policy: Policy
    limit: Limit = field(default_factory=Limit)
    deprecated: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.url = checked(self.url)

    def options(self) -> dict[str, Any]:
        """Return the options of httpx."""
        return {
            "base_url": self.url,
            "headers": {"Authorization": f"Bearer {self.key}", "User-Agent": "aira-client-python"},
            "timeout": self.timeout,
        }

    def attempts(self, request: Request) -> Attempts:
        """Return the attempts of a request."""
        return Attempts(request, self.policy, self.limit)

    def answer(self, request: Request, response: httpx.Response) -> Any:
        """Return the answer as the operation's type."""
        kind = request.operation.answers.get(response.status_code, Model)
        read = self.read(request, response)
        return None if kind is None else converted(read, kind, response.headers)

    def read(self, request: Request, response: httpx.Response) -> Any:
        """Return the JSON of an answer, or None if it is empty. Log the first use of a deprecated operation."""
        name = request.operation.name
        if "Deprecation" in response.headers and name not in self.deprecated:
            self.deprecated.add(name)
            log.warning("%s is deprecated. It works until %s.", name, response.headers.get("Sunset", "further notice"))
        if response.status_code == 304:
            raise NotModified(f"{name}: the row has not changed.")
        try:
            return response.json() if response.content else None
        except ValueError:
            detail = f"{self.url} answered without JSON. Check the address of the site."
            problem = {"type": f"{PREFIX}no_json", "detail": detail}
            raise ApiError(response.status_code, problem, response.headers) from None


def checked(url: str) -> str:
    """Return the address without the path of the API. Raises ValueError for an address without encryption."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not the address of a site. Write https://….")
    if parts.scheme == "http" and not is_local(parts.hostname):
        raise ValueError(f"{url!r} would send the key without encryption. Write https://….")
    return url.rstrip("/").removesuffix(BASE)


def is_local(host: str) -> bool:
    """Tell whether the host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def arguments(request: Request) -> dict[str, Any]:
    """Return the request as httpx takes it."""
    return {
        "method": request.operation.method,
        "url": request.path,
        "params": request.query,
        "headers": request.headers,
        "json": request.json,
    }
