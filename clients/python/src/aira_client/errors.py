"""Errors that calls raise."""

import json
from collections.abc import Mapping
from typing import Any

PREFIX = "urn:aira:problem:"


class AiraError(Exception):
    """Base of all errors of this package."""


class ConnectionFailed(AiraError):
    """Raised if the API can't be reached, also after repetitions."""


class OutcomeUnknown(AiraError):
    """Raised if the connection broke during a change, so it may have been saved, or not.

    Attributes:
        idempotency_key: send the same call with this key again, and it has one effect. None for updates and deletions:
            get the row to see its state.
    """

    def __init__(self, operation: str, idempotency_key: str | None) -> None:
        self.operation, self.idempotency_key = operation, idempotency_key
        super().__init__(operation, idempotency_key)

    def __str__(self) -> str:
        again = (
            f"Call it again with idempotency_key={self.idempotency_key!r}." if self.idempotency_key else "Get the row."
        )
        return f"{self.operation}: the connection broke, and the change may have been saved. {again}"


class NotModified(AiraError):
    """Raised if a row still has the state that `if_none_match` names."""


class ApiError(AiraError):
    """The API refused a request.

    Attributes:
        status: HTTP status, such as 409.
        code: stable name of the error, such as `fully_booked` or the name of a rule. Decide by it.
        detail: the error and what to do next, for people.
        context: further values of the rule.
        errors: messages for each member of the request.
        request_id: id of the request, which the API's team finds in its logs.
        constraint: rule of the database that refused.
        scope: scope that the key lacks.
        problem: the whole answer.
        headers: headers of the answer.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        self.status = status
        self.problem = dict(problem)
        self.headers = headers
        self.code = str(problem.get("type", "")).removeprefix(PREFIX)
        self.detail = str(problem.get("detail", ""))
        self.context: dict[str, Any] = as_object(problem.get("context"))
        self.errors: dict[str, Any] = problem.get("errors") or {}
        self.request_id: str | None = problem.get("request_id") or headers.get("X-Request-Id")
        self.constraint: str | None = problem.get("constraint")
        self.scope: str | None = problem.get("scope")
        super().__init__(status, problem, headers)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail} (request {self.request_id})"


class BadRequest(ApiError):
    """400: the request is not valid, or a rule refused it."""


class Unauthorized(ApiError):
    """401: the key is missing, unknown, expired or revoked."""


class Forbidden(ApiError):
    """403: the key lacks a scope, or a second person must approve."""


class NotFound(ApiError):
    """404: the row does not exist."""


class Conflict(ApiError):
    """409: another row prevents it, for example a booking of the same time."""


class PreconditionFailed(ApiError):
    """412: somebody else changed the row. Get it again."""


class IdempotencyKeyMismatch(ApiError):
    """422: the idempotency key was used for another request."""


class RateLimited(ApiError):
    """429: the key sent too many requests, also after waiting."""


class ServerError(ApiError):
    """5xx: the server failed."""


BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    422: IdempotencyKeyMismatch,
    429: RateLimited,
}


def as_object(context: Any) -> dict[str, Any]:
    """Return the context of a problem. Some problems have it as text with JSON."""
    if isinstance(context, str):
        try:
            context = json.loads(context)
        except ValueError:
            return {"text": context}
    return context if isinstance(context, dict) else {}


def error_of(status: int, body: bytes, headers: Mapping[str, str]) -> ApiError:
    """Return the error for an answer. A proxy or web server may answer without a problem."""
    try:
        problem = json.loads(body)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {"type": f"{PREFIX}http_{status}", "detail": f"The server answered {status} without a problem."}
    kind = BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
    return kind(status, problem, headers)
