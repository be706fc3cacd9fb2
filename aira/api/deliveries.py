"""Show webhooks over the API."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.request_bodies import ReasonSerializer, Serializer
from aira.api.serializers import ModelSerializer
from aira.api.views import ReadOnlyViewSet
from aira.outbox import actions
from aira.outbox.models import OF_SERVICES, DeliveryAttempt, ServiceEndpoint, WebhookDelivery


class EndpointSerializer(ModelSerializer):
    """Endpoint as the API shows it."""

    class Meta:
        model = ServiceEndpoint
        fields = "__all__"


class HoldSerializer(Serializer):
    """Body of a hold."""

    reason = serializers.CharField(default="by the API")


class EndpointViewSet(ReadOnlyViewSet):
    """Endpoints of services that receive webhooks."""

    queryset = ServiceEndpoint.objects.filter(OF_SERVICES)
    serializer_class = EndpointSerializer
    orderings = {"name": ("name",)}
    pagination_class = None
    lookup_value_regex = "[a-z_]+"

    @extend_schema(responses=EndpointSerializer)
    @action(detail=True, methods=["post"], serializer_class=HoldSerializer)
    def hold(self, request: Request, pk: str) -> Response:
        """Hold an endpoint, so that its deliveries stay pending."""
        actions.hold(endpoint=self.get_object(), **self.valid(request.data))
        return self.one(pk)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Resume an endpoint and send its pending deliveries."""
        actions.resume(endpoint=self.get_object())
        return self.one(pk)


class AttemptSerializer(ModelSerializer):
    """Attempt as the API shows it."""

    class Meta:
        model = DeliveryAttempt
        exclude = ("delivery", "endpoint")


class DeliverySerializer(ModelSerializer):
    """Delivery as the API shows it."""

    state = serializers.CharField(read_only=True, help_text="pending, delivered or dead")

    class Meta:
        model = WebhookDelivery
        fields = "__all__"


class DeliveryViewSet(ReadOnlyViewSet):
    """Webhook deliveries."""

    queryset = WebhookDelivery.objects.all()
    serializer_class = DeliverySerializer
    filterset_fields = {
        "endpoint": ["exact"],
        "event": ["exact"],
        "record_id": ["exact"],
        "user": ["exact"],
        "next_attempt_at": ["isnull"],
        "delivered_at": ["isnull"],
        "created_at": ["gte", "lt"],
    }

    @extend_schema(responses=AttemptSerializer(many=True))
    @action(detail=True, filterset_fields=None, pagination_class=None, answers_row=False)
    def attempts(self, request: Request, pk: str) -> Response:
        """List the attempts of a delivery, the newest first."""
        return Response(AttemptSerializer(self.get_object().log.all(), many=True).data)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """Send a dead or delivered webhook again. It keeps its webhook-id. A pending one does not change."""
        actions.replay(deliveries=WebhookDelivery.objects.filter(pk=self.get_object().pk))
        return self.one(pk)
