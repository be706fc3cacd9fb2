"""Decide when a request is sent again, without sending anything."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from aira_client.errors import ApiError, ConnectionFailed, OutcomeUnknown, error_of
from aira_client.operations import Request

# Errors before anything was sent.
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
# Statuses of a proxy that got no answer from the API.
GATEWAY = (502, 504)
# Methods without an idempotency key.
CHANGES = ("PATCH", "DELETE")
# Codes that ask for a repetition.
BUSY = ("conflict",)


@dataclass(frozen=True)
class Policy:
    """How often, and how long, a client tries.

    Attributes:
        tries: the largest number of times that a request is sent.
        longest_wait: the longest wait before a try, in seconds. If the API asks for more, the error is raised.
        first_wait: the wait before the second try, in seconds, if the API names none. It doubles each time.
    """

    tries: int = 5
    longest_wait: float = 65
    first_wait: float = 0.5


@dataclass
class Limit:
    """The rate limit of the key, which all requests of a client share."""

    opens_at: float = 0

    def note(self, headers: Mapping[str, str]) -> None:
        """Read the headers of an answer."""
        if headers.get("RateLimit-Remaining") == "0":
            self.opens_at = time.monotonic() + (seconds(headers.get("RateLimit-Reset")) or 0)

    def wait(self) -> float:
        """Return how long the next request has to wait, in seconds."""
        return max(0.0, self.opens_at - time.monotonic())


@dataclass
class Attempts:
    """The attempts of one request. `error` is the reason for the last failure."""

    request: Request
    policy: Policy
    limit: Limit
    made: int = 0
    is_unclear: bool = False
    error: Exception = field(default_factory=ConnectionFailed)

    def wait_first(self) -> float:
        """Return how long to wait before the first try, in seconds."""
        return min(self.limit.wait(), self.policy.longest_wait)

    def wait_after_error(self, error: httpx.TransportError) -> float:
        """Return how long to wait before the next try. Raises ConnectionFailed or OutcomeUnknown after the last."""
        if not isinstance(error, UNSENT):
            self.is_unclear = self.is_unclear or self.request.operation.method != "GET"
        self.error = ConnectionFailed(f"{self.request.operation.name}: {type(error).__name__} {error}".strip())
        return self.wait(None, error)

    def wait_after(self, status: int, body: bytes, headers: Mapping[str, str]) -> float | None:
        """Return how long to wait before the next try, or None if the answer is final. Raises its error."""
        self.limit.note(headers)
        if status < 400:
            return None
        error = error_of(status, body, headers)
        if self.is_unclear and self.request.operation.method in CHANGES and status in (404, 412):
            # This request or somebody else's changed the row.
            raise self.unclear() from error
        if status == 503 and error.code == "outcome_unknown":
            self.is_unclear = True
        elif status in GATEWAY:
            self.is_unclear = self.is_unclear or self.request.operation.method != "GET"
        elif status not in (429, 503) and not (status == 409 and error.code in BUSY):
            raise error
        self.error = error
        return self.wait(self.asked(error), None)

    def asked(self, error: ApiError) -> float | None:
        """Return the wait that the API asks for, in seconds."""
        wait = seconds(error.headers.get("Retry-After"))
        return wait if wait is not None or error.status != 429 else seconds(error.headers.get("RateLimit-Reset"))

    def wait(self, asked: float | None, cause: Exception | None) -> float:
        """Return the wait before the next try. Raises the error after the last try."""
        self.made += 1
        # Clients that failed together should not come back together.
        wait = asked if asked is not None else self.policy.first_wait * 2 ** (self.made - 1) * random.uniform(0.5, 1)  # noqa: S311
        if self.made >= self.policy.tries or wait > self.policy.longest_wait:
            raise (self.unclear() if self.is_unclear else self.error) from (self.error if self.is_unclear else cause)
        return wait

    def unclear(self) -> OutcomeUnknown:
        """Return the error of a change that was sent, and whose answer is missing."""
        key = self.request.headers.get("Idempotency-Key", b"").decode()
        return OutcomeUnknown(self.request.operation.name, key or None)


def seconds(text: str | None) -> float | None:
    """Return the seconds of a `Retry-After` or `RateLimit-Reset`, which may be a date."""
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
