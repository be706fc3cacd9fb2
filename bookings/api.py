from collections.abc import Callable

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.views import Conventions, ModelSerializer, ModelViewSet, TrashableViewSet
from bookings import actions
from bookings.models import Appointment, AppointmentSource, BookingRules


class AppointmentSerializer(ModelSerializer):
    class Meta:
        model = Appointment
        exclude = ("search",)


class CheckSerializer(serializers.Serializer):
    business = serializers.UUIDField()
    scheduled_at = serializers.DateTimeField()
    duration = serializers.IntegerField(default=60, help_text="Minutes")
    exclude = serializers.UUIDField(default=None, help_text="An appointment that is to move there")


class SlotsSerializer(serializers.Serializer):
    business = serializers.UUIDField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField(help_text="Not included; at most 62 days later")
    duration = serializers.IntegerField(default=60, help_text="Minutes")
    step = serializers.IntegerField(
        default=None, allow_null=True, help_text="Minutes; the business's own when left out"
    )
    limit = serializers.IntegerField(default=50)


class NearestSerializer(serializers.Serializer):
    business = serializers.UUIDField()
    near = serializers.DateTimeField()
    duration = serializers.IntegerField(default=60, help_text="Minutes")
    limit = serializers.IntegerField(default=3)


class BookSerializer(serializers.Serializer):
    business = serializers.UUIDField()
    scheduled_at = serializers.DateTimeField()
    customer_name = serializers.CharField()
    duration = serializers.IntegerField(default=60, help_text="Minutes")
    customer_phone = serializers.CharField(default=None)
    customer_email = serializers.CharField(default=None)
    source = serializers.ChoiceField(AppointmentSource.choices, default="manual")  # type: ignore[assignment]
    external_id = serializers.CharField(default=None, help_text="Sent again, it gives the first appointment again")
    service_type = serializers.CharField(default=None)
    notes = serializers.CharField(default=None)


class RescheduleSerializer(serializers.Serializer):
    scheduled_at = serializers.DateTimeField()
    duration = serializers.IntegerField(default=None, allow_null=True, help_text="Minutes; as it is when left out")


class CancelSerializer(serializers.Serializer):
    reason = serializers.CharField(default=None)


class AnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(help_text="ok, or the first reason against it")


class SlotSerializer(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    local_start = serializers.CharField(help_text="In the business's zone, with its offset")
    free = serializers.IntegerField(help_text="How many more fit")


class SlotViewSet(Conventions, viewsets.GenericViewSet):
    """Free times. The same as `appointments/slots/` and `appointments/nearest/`, for a key of their own."""

    queryset = Appointment.objects.none()
    serializer_class = SlotSerializer
    pagination_class = None
    filter_backends = ()

    @extend_schema(parameters=[SlotsSerializer], responses=SlotSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Free times of a business, from `start` to `end`."""
        return free(actions.slots, SlotsSerializer(data=request.query_params))

    @extend_schema(parameters=[NearestSerializer], responses=SlotSerializer(many=True))
    @action(detail=False)
    def nearest(self, request: Request) -> Response:
        """The free times that are nearest to one."""
        return free(actions.nearest, NearestSerializer(data=request.query_params))


def free(ask: Callable[..., list[actions.Slot]], question: serializers.Serializer) -> Response:
    question.is_valid(raise_exception=True)
    return Response(SlotSerializer(ask(**question.validated_data), many=True).data)


class AppointmentViewSet(TrashableViewSet):
    queryset = Appointment.objects.defer("search")
    serializer_class = AppointmentSerializer
    orderings = {
        **TrashableViewSet.orderings,
        "-scheduled_at": ("-scheduled_at", "-id"),
        "scheduled_at": ("scheduled_at", "id"),
    }
    searches = {"appointment": "pk", "account": "user_id", "business": "business_id"}
    filterset_fields = {
        "user": ["exact"],
        "business": ["exact"],
        "status": ["exact"],
        "source": ["exact"],
        "customer_phone": ["exact"],
        "external_id": ["exact"],
        "scheduled_at": ["gte", "lt"],
        "deleted_at": ["isnull"],
        "created_at": ["gte", "lt"],
    }

    @extend_schema(parameters=[CheckSerializer], responses=AnswerSerializer)
    @action(detail=False, serializer_class=CheckSerializer)
    def check(self, request: Request) -> Response:
        """Whether a time can be booked: `ok`, or the first reason against it."""
        return Response({"answer": actions.check(**self.valid(request.query_params))})

    @extend_schema(parameters=[SlotsSerializer], responses=SlotSerializer(many=True))
    @action(detail=False, pagination_class=None, filterset_fields=None, serializer_class=SlotsSerializer)
    def slots(self, request: Request) -> Response:
        """Free times of a business."""
        return free(actions.slots, SlotsSerializer(data=request.query_params))

    @extend_schema(parameters=[NearestSerializer], responses=SlotSerializer(many=True))
    @action(detail=False, pagination_class=None, filterset_fields=None, serializer_class=NearestSerializer)
    def nearest(self, request: Request) -> Response:
        """The free times that are nearest to one."""
        return free(actions.nearest, NearestSerializer(data=request.query_params))

    @extend_schema(responses={201: AppointmentSerializer, 200: AppointmentSerializer})
    @action(detail=False, methods=["post"], serializer_class=BookSerializer)
    def book(self, request: Request) -> Response:
        """Checks and books in one. 201 for a new appointment, 200 when the external id is sent again."""
        appointment, new = actions.book(**self.valid(request.data))
        return self.one(appointment, status.HTTP_201_CREATED if new else status.HTTP_200_OK)

    @extend_schema(responses=AppointmentSerializer)
    @action(detail=True, methods=["post"], serializer_class=RescheduleSerializer)
    def reschedule(self, request: Request, pk: str) -> Response:
        """Moves an appointment to a time that is free."""
        actions.reschedule(appointment=self.get_object().pk, **self.valid(request.data))
        return self.one(pk)

    @extend_schema(responses=AppointmentSerializer)
    @action(detail=True, methods=["post"], serializer_class=CancelSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancels an appointment; doing it twice is harmless."""
        actions.cancel(appointment=self.get_object().pk, **self.valid(request.data))
        return self.one(pk)


class BookingRulesSerializer(ModelSerializer):
    class Meta:
        model = BookingRules
        fields = "__all__"


class BookingRulesViewSet(ModelViewSet):
    queryset = BookingRules.objects.all()
    serializer_class = BookingRulesSerializer
    filterset_fields = {"user": ["exact"], "business": ["exact"], "created_at": ["gte", "lt"]}
