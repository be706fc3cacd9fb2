"""Operations of usage, and the arguments of their methods."""

from aira_client import operations
from aira_client.generated.models import Usage

LIST = operations.Operation(
    "usage.list",
    "GET",
    "/api/v1/usage",
    headers={"request_id": "X-Request-Id"},
    answers={200: Usage},
)
