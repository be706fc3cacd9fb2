"""Resources of the API for appointments, slots and booking rules."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, override
from zoneinfo import ZoneInfo

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.bulk.changes import bulk_action
from aira.api.request_bodies import ReasonSerializer, Serializer
from aira.api.serializers import ModelSerializer
from aira.api.value_fields import Choice, DayOrMoment, Moment, require_order
from aira.api.views import Conventions, ModelViewSet, TrashableViewSet
from bookings import actions
from bookings.models import Appointment, AppointmentSource, AppointmentStatus, BookingRules
from businesses.models import Business


class AppointmentSerializer(ModelSerializer):
    """An appointment."""

    class Meta:
        model = Appointment
        exclude = ("search",)


class OfBusinessSerializer(serializers.Serializer):
    """Query about the times of a business. A date means the beginning of that day in the business's time zone."""

    business = serializers.UUIDField()

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        zone = Business.objects.alive().filter(pk=attrs["business"]).values_list("timezone", flat=True).first()
        if zone is None:
            raise actions.BookingRefused("unknown_business")
        return {name: beginning(value, zone) for name, value in attrs.items()}


def beginning(value: Any, zone: str) -> Any:
    """Return the beginning of a day in a time zone. Other values stay unchanged."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return datetime.combine(value, time(), ZoneInfo(zone)) if is_day else value


class CheckSerializer(OfBusinessSerializer):
    """Query of a check."""

    scheduled_at = Moment()
    duration = serializers.IntegerField(default=60, help_text="Minutes")
    exclude = serializers.UUIDField(default=None, help_text="The appointment that is to move to this time")


DAY = "A time with an offset, or a date such as 2026-12-24 in the business's time zone"


class SlotsSerializer(OfBusinessSerializer):
    """Query of slots."""

    start = DayOrMoment(help_text=DAY)
    end = DayOrMoment(help_text=f"{DAY}. Excluded, at most 62 days later")
    duration = serializers.IntegerField(default=60, help_text="Minutes")
    step = serializers.IntegerField(
        default=None, allow_null=True, help_text="Minutes between two starts. Default: the step of the business"
    )
    limit = serializers.IntegerField(default=50)

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if type(attrs["start"]) is date and attrs["start"] == attrs["end"]:
            raise serializers.ValidationError(
                {"end": ["`end` is excluded, so this period is empty. For one day, give the day after it as `end`."]}
            )
        found = super().validate(attrs)
        require_order(found["start"], found["end"])
        return found


class NearestSerializer(OfBusinessSerializer):
    """Query of the nearest slots."""

    near = DayOrMoment(help_text=DAY)
    duration = serializers.IntegerField(default=60, help_text="Minutes")
    limit = serializers.IntegerField(default=3)


class BookSerializer(Serializer):
    """Body of a booking."""

    business = serializers.UUIDField()
    scheduled_at = Moment()
    customer_name = serializers.CharField()
    duration = serializers.IntegerField(default=60, help_text="Minutes")
    customer_phone = serializers.CharField(default=None)
    customer_email = serializers.CharField(default=None)
    source = Choice(AppointmentSource.choices, default="manual")  # type: ignore[assignment]
    external_id = serializers.CharField(default=None, help_text="The same id and time return the first appointment")
    service_type = serializers.CharField(default=None)
    notes = serializers.CharField(default=None)


class RescheduleSerializer(Serializer):
    """Body of a move."""

    scheduled_at = Moment()
    duration = serializers.IntegerField(default=None, allow_null=True, help_text="Minutes. Default: unchanged")


class CancelSerializer(Serializer):
    """Body of a cancellation."""

    reason = serializers.CharField(default=None)


class BookingCheckSerializer(serializers.Serializer):
    """Answer of a check."""

    answer = serializers.CharField(help_text="ok, or the first reason against the time")


class SlotSerializer(serializers.Serializer):
    """A slot."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    local_start = serializers.CharField(help_text="Start in the business's time zone, with its offset")
    free = serializers.IntegerField(help_text="How many more appointments fit")


class SlotViewSet(Conventions, viewsets.GenericViewSet):
    """Slots. The same as `appointments/slots/` and `appointments/nearest/`, with a scope of their own."""

    queryset = Appointment.objects.none()
    serializer_class = SlotSerializer
    pagination_class = None
    filter_backends = ()
    question: type[serializers.Serializer] = SlotsSerializer

    @extend_schema(parameters=[SlotsSerializer], responses=SlotSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Return the slots of a business from `start` to `end`."""
        return free(actions.slots, self.asked(request))

    @extend_schema(parameters=[NearestSerializer], responses=SlotSerializer(many=True))
    @action(detail=False, question=NearestSerializer)
    def nearest(self, request: Request) -> Response:
        """Return the slots nearest to a time."""
        return free(actions.nearest, self.asked(request))


def free(ask: Callable[..., list[actions.Slot]], asked: dict[str, Any]) -> Response:
    """Return slots as a response."""
    return Response(SlotSerializer(ask(**asked), many=True).data)


class AppointmentViewSet(TrashableViewSet):
    """Appointments and the actions on them."""

    queryset = Appointment.objects.defer("search")
    serializer_class = AppointmentSerializer
    synced = True
    expands = {"business": "businesses", "user": "accounts"}
    orderings = {
        **TrashableViewSet.orderings,
        "-scheduled_at": ("-scheduled_at", "-id"),
        "scheduled_at": ("scheduled_at", "id"),
    }
    changed_by = {**TrashableViewSet.changed_by, "status": ("confirm", "complete", "no_show", "cancel")}
    searches = {"appointment": "pk", "account": "user_id", "business": "business_id"}
    filterset_fields = {
        "user": ["exact"],
        "business": ["exact"],
        "status": ["exact"],
        "source": ["exact"],
        "customer_phone": ["exact"],
        "external_id": ["exact"],
        "scheduled_at": ["gte", "lt"],
        "created_at": ["gte", "lt"],
    }

    @extend_schema(parameters=[CheckSerializer], responses=BookingCheckSerializer)
    @action(detail=False, question=CheckSerializer, answers_row=False)
    def check(self, request: Request) -> Response:
        """Check whether a time can be booked. The answer is `ok` or the first reason against it."""
        return Response({"answer": actions.check(**self.asked(request))})

    @extend_schema(parameters=[SlotsSerializer], responses=SlotSerializer(many=True))
    @action(detail=False, pagination_class=None, filterset_fields=None, question=SlotsSerializer, answers_row=False)
    def slots(self, request: Request) -> Response:
        """Return the slots of a business."""
        return free(actions.slots, self.asked(request))

    @extend_schema(parameters=[NearestSerializer], responses=SlotSerializer(many=True))
    @action(detail=False, pagination_class=None, filterset_fields=None, question=NearestSerializer, answers_row=False)
    def nearest(self, request: Request) -> Response:
        """Return the slots nearest to a time."""
        return free(actions.nearest, self.asked(request))

    @extend_schema(responses={201: AppointmentSerializer, 200: AppointmentSerializer})
    @action(detail=False, methods=["post"], serializer_class=BookSerializer)
    def book(self, request: Request) -> Response:
        """Book an appointment if its time is free. 201 for a new one, 200 if the external id was sent before."""
        appointment, new = actions.book(**self.valid(request.data))
        return self.one(appointment, status.HTTP_201_CREATED if new else status.HTTP_200_OK)

    @extend_schema(responses=AppointmentSerializer)
    @action(detail=True, methods=["post"], serializer_class=RescheduleSerializer)
    def reschedule(self, request: Request, pk: str) -> Response:
        """Move an appointment to a free time."""
        actions.reschedule(appointment=self.get_object().pk, **self.valid(request.data))
        return self.one(pk)

    @extend_schema(responses=AppointmentSerializer)
    @action(detail=True, methods=["post"], serializer_class=CancelSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel an appointment. Idempotent."""
        actions.cancel(appointment=self.get_object().pk, **self.valid(request.data))
        return self.one(pk)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Set a confirmed appointment to completed. Idempotent."""
        return self.move(pk, AppointmentStatus.COMPLETED)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def no_show(self, request: Request, pk: str) -> Response:
        """Set a confirmed appointment to no-show. Idempotent."""
        return self.move(pk, AppointmentStatus.NO_SHOW)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm an appointment again if its time is still free. Idempotent."""
        return self.move(pk, AppointmentStatus.CONFIRMED)

    bulk_cancel = bulk_action("cancel", "Cancel up to 100 appointments.")
    bulk_complete = bulk_action("complete", "Set up to 100 confirmed appointments to completed.")
    bulk_no_show = bulk_action("no_show", "Set up to 100 confirmed appointments to no-show.")
    bulk_trash = bulk_action("trash", "Move up to 100 appointments to the trash.")

    def move(self, pk: str, status: AppointmentStatus) -> Response:
        """Set the status of one appointment and return it."""
        actions.move(appointment=self.get_object().pk, status=status)
        return self.one(pk)


class BookingRulesSerializer(ModelSerializer):
    """Booking rules."""

    class Meta:
        model = BookingRules
        fields = "__all__"


class BookingRulesViewSet(ModelViewSet):
    """Booking rules of businesses."""

    queryset = BookingRules.objects.all()
    serializer_class = BookingRulesSerializer
    synced = True
    expands = {"business": "businesses", "user": "accounts"}
    filterset_fields = {"user": ["exact"], "business": ["exact"], "created_at": ["gte", "lt"]}
