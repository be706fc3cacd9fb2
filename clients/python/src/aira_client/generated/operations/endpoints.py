"""Operations of endpoints, and the arguments of their methods."""

from collections.abc import Sequence

from aira_client import operations
from aira_client.generated.models import Endpoint
from aira_client.generated.options import Options, RowOptions


class EndpointsList(Options, total=False):
    """Arguments of `endpoints.list`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    reason: str
    """Reason in UTF-8 for the audit, at most 500 characters. Exports require it."""


class EndpointsRetrieve(Options, total=False):
    """Arguments of `endpoints.retrieve`."""

    fields: str | Sequence[str]
    """Members to return, separated by commas."""
    if_none_match: str
    """ETag of the state that you have."""


class EndpointsHold(RowOptions, total=False):
    """Arguments of `endpoints.hold`."""

    reason: str


LIST = operations.Operation(
    "endpoints.list",
    "GET",
    "/api/v1/endpoints",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "reason": "X-Reason"},
    answers={200: list[Endpoint]},
)
RETRIEVE = operations.Operation(
    "endpoints.retrieve",
    "GET",
    "/api/v1/endpoints/{name}",
    query=("fields",),
    headers={"request_id": "X-Request-Id", "if_none_match": "If-None-Match"},
    answers={200: Endpoint},
)
HOLD = operations.Operation(
    "endpoints.hold",
    "POST",
    "/api/v1/endpoints/{name}/hold",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Endpoint},
)
RESUME = operations.Operation(
    "endpoints.resume",
    "POST",
    "/api/v1/endpoints/{name}/resume",
    headers={"request_id": "X-Request-Id", "idempotency_key": "Idempotency-Key", "if_match": "If-Match"},
    body=("reason",),
    answers={200: Endpoint},
)
