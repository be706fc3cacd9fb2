"""Provide an endpoint with which clients test how they notice a deprecation."""

from datetime import date

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.deprecation import deprecated
from aira.api.views import Conventions


class TestingSerializer(serializers.Serializer):
    """Answer of the test endpoint."""

    message = serializers.CharField(help_text="Names of the headers that the response shows")


class TestingViewSet(Conventions, viewsets.ViewSet):
    """Endpoint for tests of clients."""

    @extend_schema(responses=TestingSerializer)
    @action(detail=False)
    @deprecated(since=date(2026, 12, 1), sunset=date(2099, 1, 1), use="any other operation: this one is only for tests")
    def deprecated(self, request: Request) -> Response:
        """Answer like a deprecated operation.

        It reads and changes nothing. It stays deprecated, and works until its far sunset.
        """
        return Response({"message": "This response has the headers Deprecation, Sunset and Link."})
