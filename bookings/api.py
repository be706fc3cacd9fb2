from typing import Any, NoReturn

from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.views import ModelSerializer, ModelViewSet, valid
from bookings import actions
from bookings.models import Appointment, AppointmentSource, BookingRules


class AppointmentSerializer(ModelSerializer):
    class Meta:
        model = Appointment
        fields = "__all__"


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


def refuse(refused: actions.BookingRefused) -> NoReturn:
    """A problem whose type ends in the outcome: 404 for what is unknown, 400 for what is no time, else 409."""
    error = APIException(detail=str(refused), code=refused.outcome)
    error.default_code = refused.outcome
    kind, _, _ = refused.outcome.partition("_")
    error.status_code = {"unknown": 404, "invalid": 400, "missing": 400}.get(kind, 409)
    raise error from refused


class AppointmentViewSet(ModelViewSet):
    queryset = Appointment.objects.all()
    serializer_class = AppointmentSerializer
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

    def one(self, appointment: Any, code: int = status.HTTP_200_OK) -> Response:
        return Response(AppointmentSerializer(Appointment.objects.get(pk=appointment)).data, code)

    @action(detail=False, serializer_class=CheckSerializer)
    def check(self, request: Request) -> Response:
        """Whether a time can be booked: `ok`, or the first reason against it."""
        return Response({"answer": actions.check(**valid(CheckSerializer, request.query_params))})

    @action(detail=False, serializer_class=SlotsSerializer)
    def slots(self, request: Request) -> Response:
        """Free times of a business."""
        return Response([vars(slot) for slot in actions.slots(**valid(SlotsSerializer, request.query_params))])

    @action(detail=False, serializer_class=NearestSerializer)
    def nearest(self, request: Request) -> Response:
        """The free times that are nearest to one."""
        return Response([vars(slot) for slot in actions.nearest(**valid(NearestSerializer, request.query_params))])

    @action(detail=False, methods=["post"], serializer_class=BookSerializer)
    def book(self, request: Request) -> Response:
        """Checks and books in one. 201 for a new appointment, 200 when the external id is sent again."""
        try:
            appointment, new = actions.book(**valid(BookSerializer, request.data))
        except actions.BookingRefused as refused:
            refuse(refused)
        return self.one(appointment, status.HTTP_201_CREATED if new else status.HTTP_200_OK)

    @action(detail=True, methods=["post"], serializer_class=RescheduleSerializer)
    def reschedule(self, request: Request, pk: str) -> Response:
        """Moves an appointment to a time that is free."""
        try:
            actions.reschedule(appointment=self.get_object().pk, **valid(RescheduleSerializer, request.data))
        except actions.BookingRefused as refused:
            refuse(refused)
        return self.one(pk)

    @action(detail=True, methods=["post"], serializer_class=CancelSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancels an appointment; doing it twice is harmless."""
        try:
            actions.cancel(appointment=self.get_object().pk, **valid(CancelSerializer, request.data))
        except actions.BookingRefused as refused:
            refuse(refused)
        return self.one(pk)


class BookingRulesSerializer(ModelSerializer):
    class Meta:
        model = BookingRules
        fields = "__all__"


class BookingRulesViewSet(ModelViewSet):
    queryset = BookingRules.objects.all()
    serializer_class = BookingRulesSerializer
    filterset_fields = {"user": ["exact"], "business": ["exact"], "created_at": ["gte", "lt"]}
