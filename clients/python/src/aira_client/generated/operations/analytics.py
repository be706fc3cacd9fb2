"""Operations of analytics, and the arguments of their methods."""

from typing import Literal

from aira_client import operations
from aira_client.generated.models import Figures, Report
from aira_client.generated.options import Options


class AnalyticsRetrieve(Options, total=False):
    """Arguments of `analytics.retrieve`."""

    days: Literal[7, 30, 90]


LIST = operations.Operation(
    "analytics.list",
    "GET",
    "/api/v1/analytics",
    headers={"request_id": "X-Request-Id"},
    answers={200: list[Report]},
)
RETRIEVE = operations.Operation(
    "analytics.retrieve",
    "GET",
    "/api/v1/analytics/{id}",
    query=("days",),
    headers={"request_id": "X-Request-Id"},
    answers={200: Figures},
)
