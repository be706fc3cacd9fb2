"""Show the reports of the console's page of figures over the API."""

from functools import partial
from typing import Any, override

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from aira.analytics.models import AnalyticsRefresh
from aira.analytics.reports import PERIODS, figures, reports
from aira.api.query_parameters import FORMAT
from aira.api.value_fields import Choice
from aira.api.views import Conventions
from aira.schema import replica


class ReportSerializer(serializers.Serializer):
    """Report without its rows."""

    name = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField()
    refreshed_at = serializers.DateTimeField(allow_null=True, help_text="Time of the figures")
    error = serializers.CharField(allow_null=True, help_text="Error of the last refresh, if it failed")


class FiguresSerializer(ReportSerializer):
    """Report with its rows."""

    days = serializers.IntegerField(help_text="Length of the period")
    rows = serializers.ListField(child=serializers.DictField(), help_text="Amounts and rates are text")


class PeriodSerializer(serializers.Serializer):
    """Query parameters of a report."""

    days = Choice(choices=PERIODS, default=30)


class AnalyticsViewSet(Conventions, viewsets.ViewSet):
    """Reports over all accounts."""

    staff_permission = "console.view_analytics"
    lookup_value_regex = "[a-z_]+"
    question = PeriodSerializer

    @override
    def parameters(self) -> set[str]:
        return super().parameters() if self.action == "retrieve" else {FORMAT}

    @extend_schema(responses=ReportSerializer(many=True))
    def list(self, request: Request) -> Response:
        """List the reports, with the time of their figures."""
        refreshes = {refresh.view_name: refresh for refresh in AnalyticsRefresh.objects.all()}
        found = [head(report, refreshes.get(report.view)) for report in reports().values()]
        return Response(ReportSerializer(found, many=True).data)

    @extend_schema(
        parameters=[
            PeriodSerializer,
            OpenApiParameter("id", str, OpenApiParameter.PATH, description="Name of a report"),
        ],
        responses=FiguresSerializer,
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """Return one report over all accounts."""
        days = self.asked(request)["days"]
        if (report := reports().get(pk)) is None:
            raise Http404
        found, source = replica.read(partial(figures, report, days))
        rows = [{name: plain(value) for name, value in zip(found.columns, row, strict=True)} for row in found.rows]
        body = head(report, found.refresh) | {"days": days, "rows": rows}
        return Response(FiguresSerializer(body).data, headers={"X-Read-From": str(source)})


def head(report: Any, refresh: AnalyticsRefresh | None) -> dict[str, Any]:
    """Return the head of a report."""
    return {
        "name": report.name,
        "title": report.title,
        "note": report.note,
        "refreshed_at": refresh and refresh.refreshed_at,
        "error": refresh and refresh.error,
    }


def plain(value: Any) -> Any:
    """Return amounts and rates as text."""
    return value if value is None or isinstance(value, int) else str(value)
