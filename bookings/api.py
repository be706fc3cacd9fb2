from aira.api.views import ModelSerializer, ModelViewSet
from bookings.models import Appointment, BookingRules


class AppointmentSerializer(ModelSerializer):
    class Meta:
        model = Appointment
        fields = "__all__"


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


class BookingRulesSerializer(ModelSerializer):
    class Meta:
        model = BookingRules
        fields = "__all__"


class BookingRulesViewSet(ModelViewSet):
    queryset = BookingRules.objects.all()
    serializer_class = BookingRulesSerializer
    filterset_fields = {"user": ["exact"], "business": ["exact"], "created_at": ["gte", "lt"]}
