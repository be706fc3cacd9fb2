"""Let tools subscribe to events over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.authentication import key_of
from aira.api.deliveries import AttemptSerializer
from aira.api.events import readable_types
from aira.api.request_bodies import ReasonSerializer, Serializer
from aira.api.serializers import ModelSerializer
from aira.api.value_fields import Moment
from aira.api.views import ReadOnlyViewSet
from aira.events import subscriptions
from aira.events.event_types import EVENT_TYPES, EVERY_TYPE
from aira.events.models import WebhookSubscription
from aira.outbox.models import SUBSCRIPTION, DeliveryAttempt, WebhookDelivery
from aira.personal.viewer import VIEW
from aira.schema import texts

# The number of the newest deliveries whose attempts are shown.
NEWEST = 100
STATES = ["active", "failing", "paused"]
# Members that decide what goes where.
LEADING = {"url", "types", "personal_data"}


class SubscriptionSerializer(ModelSerializer):
    """Subscription as the API shows it."""

    url = serializers.CharField(source="endpoint.base_url", read_only=True, help_text="Address that receives events.")
    state = serializers.ChoiceField(STATES, read_only=True, help_text="Failing: the last attempt failed.")
    paused_at = serializers.DateTimeField(source="endpoint.held_at", read_only=True, allow_null=True)
    paused_reason = serializers.CharField(source="endpoint.held_reason", read_only=True, allow_null=True)
    failing_since = serializers.DateTimeField(source="endpoint.failing_since", read_only=True, allow_null=True)
    last_success_at = serializers.DateTimeField(source="endpoint.last_success_at", read_only=True, allow_null=True)
    last_error = serializers.CharField(source="endpoint.last_error", read_only=True, allow_null=True)

    class Meta:
        model = WebhookSubscription
        fields = (
            "id", "url", "description", "types", "personal_data", "contact", "state", "paused_at", "paused_reason",
            "failing_since", "last_success_at", "last_error", "position", "previous_until", "made_by", "created_at",
            "updated_at",
        )  # fmt: skip


class NewSubscriptionSerializer(SubscriptionSerializer):
    """Subscription with its secret, which is shown this once."""

    secret = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="Verifies the webhooks. It is not shown again: an Idempotency-Key repeats the answer with null.",
    )

    class Meta(SubscriptionSerializer.Meta):
        fields = (*SubscriptionSerializer.Meta.fields, "secret")  # type: ignore[assignment]


class Types(serializers.ListField):
    """Field for types of events."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=100), max_length=len(EVENT_TYPES) + 1, **kwargs)


class SubscribeSerializer(Serializer):
    """Body of a new subscription."""

    url = serializers.CharField(max_length=texts.ADDRESS, help_text="Address that receives the events: https only.")
    types = Types(help_text="Types of events. * means every type, also those that are added later.")
    description = serializers.CharField(default="", allow_blank=True, max_length=texts.REASON)
    personal_data = serializers.BooleanField(
        default=False, help_text="Send names, phone numbers, e-mails and notes unmasked. Needs personal:read."
    )
    contact = serializers.EmailField(
        default=None,
        max_length=texts.EMAIL_LENGTH,
        help_text="Gets a message if the subscription is paused because it fails. Default: your own address.",
    )


class ChangeSubscriptionSerializer(Serializer):
    """Body of a change of a subscription."""

    url = serializers.CharField(required=False, max_length=texts.ADDRESS)
    types = Types(required=False)
    description = serializers.CharField(required=False, allow_blank=True, max_length=texts.REASON)
    personal_data = serializers.BooleanField(required=False)
    contact = serializers.EmailField(required=False, allow_null=True, max_length=texts.EMAIL_LENGTH)


class SinceSerializer(Serializer):
    """Body of a replay."""

    since = Moment(help_text="Events from this time on are sent again, at most those of the last 30 days.")


class ReplayedSerializer(serializers.Serializer):
    """Answer of a replay."""

    events = serializers.IntegerField(help_text="How many events are read again. Those of other types are not sent.")


class PingedSerializer(serializers.Serializer):
    """Answer of a test."""

    delivery = serializers.UUIDField(help_text="Id of the delivery, see /deliveries/.")


class SubscriptionViewSet(ReadOnlyViewSet):
    """Subscriptions of events."""

    queryset = WebhookSubscription.objects.select_related("endpoint")
    serializer_class: type[serializers.BaseSerializer[Any]] = SubscriptionSerializer
    http_method_names = ["get", "head", "options", "post", "patch", "delete"]
    filterset_fields = {"created_at": ["gte", "lt"]}

    @extend_schema(request=SubscribeSerializer, responses={201: NewSubscriptionSerializer})
    def create(self, request: Request) -> Response:
        """Subscribe to events from now on. The answer has the secret, which is not shown again."""
        values = self.allowed(request, self.read(SubscribeSerializer, request))
        if values["contact"] is None and key_of(request) is None:
            values["contact"] = getattr(request.user, "email", None) or None
        try:
            made = subscriptions.subscribe(made_by=self.who(request), **values)
        except subscriptions.SubscriptionRefused as refused:
            raise problem(refused) from None
        return self.with_secret(made, status.HTTP_201_CREATED)

    @extend_schema(request=ChangeSubscriptionSerializer, responses=SubscriptionSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a subscription."""
        row = self.get_object()
        values = self.read(ChangeSubscriptionSerializer, request)
        if not LEADING.isdisjoint(values):
            # A new address receives everything that somebody else was allowed to subscribe to.
            self.allowed(request, {"types": row.types, "personal_data": row.personal_data} | values)
        try:
            subscriptions.change(subscription=row, **values)
        except subscriptions.SubscriptionRefused as refused:
            raise problem(refused) from None
        return self.one(pk)

    def destroy(self, request: Request, pk: str) -> Response:
        """Remove a subscription and its deliveries permanently."""
        subscriptions.unsubscribe(subscription=self.get_object().pk)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Send nothing until the subscription is resumed. Its events wait for 30 days."""
        subscriptions.pause(subscription=self.get_object(), by=self.who(request))
        return self.one(pk)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Send what waits, and further events."""
        subscriptions.resume(subscription=self.get_object())
        return self.one(pk)

    @extend_schema(request=ReasonSerializer, responses=NewSubscriptionSerializer)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> Response:
        """Replace the secret. For 24 hours, the previous one signs, too."""
        return self.with_secret(subscriptions.rotate(subscription=self.get_object().pk), status.HTTP_200_OK)

    @extend_schema(request=ReasonSerializer, responses={202: PingedSerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Send a webhook of the type test.ping."""
        delivery = subscriptions.ping(subscription=self.get_object())
        return Response({"delivery": str(delivery)}, status.HTTP_202_ACCEPTED)

    @extend_schema(responses={202: ReplayedSerializer})
    @action(detail=True, methods=["post"], serializer_class=SinceSerializer)
    def replay(self, request: Request, pk: str) -> Response:
        """Send the events since a time again. Each keeps its webhook-id."""
        again = subscriptions.replay(subscription=self.get_object(), **self.valid(request.data))
        return Response({"events": again}, status.HTTP_202_ACCEPTED)

    @extend_schema(responses=AttemptSerializer(many=True))
    @action(detail=True, filterset_fields=None, pagination_class=None, answers_row=False)
    def attempts(self, request: Request, pk: str) -> Response:
        """List the attempts of the newest deliveries, the newest first."""
        name = self.get_object().endpoint_id
        # The second condition is that of the index.
        newest = WebhookDelivery.objects.filter(endpoint=name, endpoint__startswith=SUBSCRIPTION)
        keys = list(newest.order_by("-created_at").values_list("pk", flat=True)[:NEWEST])
        found = DeliveryAttempt.objects.filter(delivery__in=keys)
        return Response(AttemptSerializer(found, many=True).data)

    def read(self, body: type[Serializer], request: Request) -> dict[str, Any]:
        """Return the values of a body."""
        serializer = body(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def allowed(self, request: Request, values: dict[str, Any]) -> dict[str, Any]:
        """Return the values, if the caller may read what would be sent."""
        if values.get("personal_data") and not sees_personal_data(request):
            raise PermissionDenied("You see people masked, so the subscription can't have personal_data. Send false.")
        readable = set(readable_types(request))
        wanted = set(values.get("types", ()))
        hidden = set(EVENT_TYPES) - readable if EVERY_TYPE in wanted else (wanted & set(EVENT_TYPES)) - readable
        if hidden:
            raise PermissionDenied(f"You may not read the objects of {', '.join(sorted(hidden))}.")
        return values

    def who(self, request: Request) -> str:
        """Return the name of the caller."""
        key = key_of(request)
        return f"the API key {key.name}" if key else request.user.get_username()

    def with_secret(self, made: subscriptions.NewSecret, code: int) -> Response:
        """Return the response with the secret. An Idempotency-Key repeats it without the secret."""
        row = self.get_queryset().get(pk=made.subscription.pk)
        answer = self.answer(row, code)
        answer.data["secret"] = made.secret
        answer.unrepeated = ("secret",)  # type: ignore[attr-defined]
        answer["Cache-Control"] = "no-store"
        return answer


def sees_personal_data(request: Request) -> bool:
    """Tell whether the caller sees all personal data unmasked."""
    key = key_of(request)
    return key.sees_personal_data() if key else request.user.has_perm(VIEW)


def problem(refused: subscriptions.SubscriptionRefused) -> ValidationError:
    """Return the refusal as a problem of its field."""
    return ValidationError({refused.member: [str(refused)]})
