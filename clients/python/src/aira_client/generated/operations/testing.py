"""Operations of testing, and the arguments of their methods."""

from aira_client.generated.models import Testing
from aira_client.operations import Operation

DEPRECATED = Operation(
    "testing.deprecated",
    "GET",
    "/api/v1/testing/deprecated",
    headers={"request_id": "X-Request-Id"},
    answers={200: Testing},
)
