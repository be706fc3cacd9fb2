"""Show events over the API."""

from typing import Any, override

import django_filters
from django import forms
from django.core.exceptions import ValidationError as InvalidValue
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from aira.api.permissions import may_read
from aira.api.search import ListFilters, MomentFilter
from aira.api.serializers import ModelSerializer
from aira.api.value_fields import allowed_values
from aira.api.views import ReadOnlyViewSet
from aira.events import numbering
from aira.events.event_types import EVENT_TYPES, OBJECT_TYPES, RESOURCES, types_about
from aira.events.models import NUMBERED, Event
from aira.events.rendering import resource_of, shown


def readable_types(request: Request) -> list[str]:
    """Return the types of events whose objects the caller may read."""
    return types_about({one for one in RESOURCES if may_read(request, resource_of(one))})


class EventSerializer(ModelSerializer):
    """Event as the API shows it, and as webhooks send it."""

    business = serializers.UUIDField(
        source="business_id", read_only=True, allow_null=True, help_text="The business that the object belongs to."
    )
    object_type = serializers.ChoiceField(OBJECT_TYPES, read_only=True, help_text="Kind of the object.")
    object = serializers.DictField(
        source="row", read_only=True, help_text="The object after the change, as its own resource shows it."
    )
    previous = serializers.DictField(
        source="row_before",
        read_only=True,
        allow_null=True,
        help_text="The members that changed, with their values before. Null if the object is new.",
    )

    class Meta:
        model = Event
        fields = (
            "id", "type", "version", "at", "position", "user", "business", "object_type", "object_id", "object",
            "previous",
        )  # fmt: skip

    @override
    def to_representation(self, instance: Event) -> dict[str, Any]:
        return super().to_representation(instance) | shown(instance)


class TypesFormField(forms.Field):
    """Form field of types, separated by commas."""

    @override
    def to_python(self, value: Any) -> list[str] | None:
        if value in self.empty_values:
            return None
        types = [one.strip() for one in str(value).split(",")]
        if set(types) - set(EVENT_TYPES):
            raise InvalidValue(f"{allowed_values(EVENT_TYPES)} Separate several with commas.")
        return types


@extend_schema_field({"type": "string"})
class TypesFilter(django_filters.Filter):
    """Filter by one type or several."""

    field_class = TypesFormField


class EventFilters(ListFilters):
    """Filters of events."""

    type = TypesFilter(lookup_expr="in", help_text="One type or several, separated by commas")
    object_type = django_filters.ChoiceFilter(
        choices=[(one, one) for one in OBJECT_TYPES], method="about", help_text="Kind of the object"
    )
    object_id = django_filters.UUIDFilter(help_text="Id of the object")
    business = django_filters.UUIDFilter(field_name="business_id", help_text="Id of a business")
    user = django_filters.UUIDFilter(field_name="user_id", help_text="Id of the account that owns the object")
    position__gte = django_filters.NumberFilter(
        field_name="position", lookup_expr="gte", help_text="Events from this position on"
    )
    position__lt = django_filters.NumberFilter(
        field_name="position", lookup_expr="lt", help_text="Events before this position"
    )
    at__gte = MomentFilter(field_name="at", lookup_expr="gte")
    at__lt = MomentFilter(field_name="at", lookup_expr="lt")

    class Meta(ListFilters.Meta):
        model = Event
        fields = ()

    def about(self, queryset: QuerySet[Event], name: str, value: str) -> QuerySet[Event]:
        """Choose the events about objects of a kind."""
        return queryset.filter(type__in=types_about({value}))


class EventViewSet(ReadOnlyViewSet):
    """Events of the last 30 days, about objects that the caller may read."""

    queryset = Event.objects.filter(NUMBERED)
    serializer_class = EventSerializer
    orderings = {"-position": ("-position",), "position": ("position",)}
    lookup_value_regex = "[0-9]{1,18}"
    filterset_class = EventFilters
    filterset_fields = {
        "type": ["exact"],
        "object_type": ["exact"],
        "object_id": ["exact"],
        "business": ["exact"],
        "user": ["exact"],
        "position": ["gte", "lt"],
        "at": ["gte", "lt"],
    }

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # The worker does it too, but a caller expects to see its own change at once.
        numbering.number_all()

    @override
    def get_queryset(self) -> QuerySet[Event]:
        types = readable_types(self.request)
        events: QuerySet[Event] = super().get_queryset()
        return events if len(types) == len(EVENT_TYPES) else events.filter(type__in=types)
