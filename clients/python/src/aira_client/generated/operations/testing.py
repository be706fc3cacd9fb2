"""Operations of testing, and the arguments of their methods."""

from aira_client import operations
from aira_client.generated.models import Testing

DEPRECATED = operations.Operation(
    "testing.deprecated",
    "GET",
    "/api/v1/testing/deprecated",
    headers={"request_id": "X-Request-Id"},
    answers={200: Testing},
)
