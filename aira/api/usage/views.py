"""Show how much API keys are used."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Max, QuerySet, Sum
from django.utils import timezone
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.authentication import key_of
from aira.api.models import ApiKey
from aira.api.problems import respond
from aira.api.usage.counts import KEPT
from aira.api.usage.models import KeyUsage
from aira.api.views import Conventions

SUMS = {name: Sum(name) for name in ("requests", "client_errors", "server_errors")}


@dataclass(frozen=True)
class Use:
    """Use of one key in the last 30 days."""

    requests: int
    client_errors: int
    server_errors: int
    last_at: datetime | None
    by_day: list[dict[str, Any]]
    by_operation: list[dict[str, Any]]


def recent() -> QuerySet[KeyUsage]:
    """Return the counts of the last 30 days."""
    first: date = (timezone.now() - KEPT).date()
    return KeyUsage.objects.filter(day__gt=first)


def use_of(key: UUID) -> Use:
    """Return the use of a key."""
    rows = recent().filter(key_id=key)
    total = rows.order_by().aggregate(**SUMS, last_at=Max("last_at"))
    by_day: Any = rows.order_by("-day").values("day").annotate(**SUMS)
    by_operation: Any = rows.order_by().values("operation").annotate(**SUMS, last_at=Max("last_at"))
    return Use(
        total["requests"] or 0,
        total["client_errors"] or 0,
        total["server_errors"] or 0,
        total["last_at"],
        list(by_day),
        list(by_operation.order_by(F("requests").desc(), "operation")),
    )


class CountsSerializer(serializers.Serializer):
    """Numbers of requests."""

    requests = serializers.IntegerField(help_text="Requests that reached an operation")
    client_errors = serializers.IntegerField(help_text="Those with an answer of 400 to 499")
    server_errors = serializers.IntegerField(help_text="Those with an answer of 500 or more")


class DaySerializer(CountsSerializer):
    """Use on one day."""

    day = serializers.DateField(help_text="Day in UTC")


class OperationSerializer(CountsSerializer):
    """Use of one operation."""

    operation = serializers.CharField(help_text="Id of the operation, such as `appointments.book`")
    last_at = serializers.DateTimeField(read_only=True, help_text="Its last request")


class UsageSerializer(CountsSerializer):
    """Use of a key in the last 30 days."""

    last_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="The last request")
    by_day = DaySerializer(many=True)
    by_operation = OperationSerializer(many=True)


class UsageViewSet(Conventions, viewsets.GenericViewSet):
    """Use of the key that sends the request."""

    queryset = ApiKey.objects.none()
    serializer_class = UsageSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(responses=forced_singular_serializer(UsageSerializer))  # type: ignore[no-untyped-call]
    def list(self, request: Request) -> Response:
        """Return the use of your key in the last 30 days.

        Requests are counted by day and by operation. The newest appear after about 10 seconds.
        """
        key = key_of(request)
        if key is None:
            return respond(400, "no_key", "This is the use of a key, and you have none. Staff see it in the console.")
        return Response(UsageSerializer(use_of(key.pk)).data)
