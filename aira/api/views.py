"""What the API's resources have in common."""

import builtins
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api import etags, heavy_trash, query_parameters
from aira.api.bulk import Bulk
from aira.api.exports import Csv, Ndjson, export
from aira.api.fields import PARAMETER as FIELDS
from aira.api.fields import chosen, cut
from aira.api.request_bodies import ReasonSerializer, Strict
from aira.api.value_fields import Choice, Moment
from aira.api.write_transaction import Writes
from aira.schema import trash
from aira.schema.enums import EnumField
from aira.web.request_identity import SAFE

SET_BY_THE_DATABASE = ("id", "created_at", "updated_at", "deleted_at")


class ModelSerializer(Strict, serializers.ModelSerializer):
    """Columns as they are. Rules are not repeated here: the database refuses, and `problem` says which rule."""

    serializer_choice_field = Choice
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {models.DateTimeField: Moment}

    def build_standard_field(self, field_name: str, model_field: models.Field) -> Any:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        kwargs.pop("validators", None)
        # A refused value of an enum type names no column, so its choices are looked at here.
        if isinstance(model_field, models.TextField) and not isinstance(model_field, EnumField):
            field_class = serializers.CharField
            kwargs = {key: value for key, value in kwargs.items() if key not in ("choices", "style")}
        if model_field.name in SET_BY_THE_DATABASE or (
            isinstance(model_field, EnumField) and model_field.name.endswith("status")
        ):
            kwargs = {"read_only": True} | {key: value for key, value in kwargs.items() if key == "choices"}
        elif model_field.has_db_default():
            kwargs["required"] = False
        if model_field.null:
            # Of what is read only, too: a client made from the schema believes it.
            kwargs["allow_null"] = True
        return field_class, kwargs

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """As the framework does it, without asking each field of each row how: a page of 200 takes half the time."""
        return {name: read(instance) for name, read in self.readers}

    @cached_property
    def readers(self) -> builtins.list[tuple[str, Callable[[Any], Any]]]:
        return [(str(field.field_name), reader(field)) for field in self._readable_fields]

    def update(self, instance: models.Model, validated_data: dict[str, Any]) -> models.Model:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        # Else a row that is gone meanwhile would be made anew.
        instance.save(force_update=True)
        return instance

    def get_unique_together_validators(self) -> list[Any]:
        return []

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        # Ids as they are; whether they exist is the foreign key's to say, in one answer for unknown and foreign ones.
        model_field = relation_info.model_field
        kwargs: dict[str, Any] = {"source": model_field.attname} if model_field.attname != field_name else {}
        if not model_field.editable:
            kwargs |= {"read_only": True, "allow_null": model_field.null}
        else:
            kwargs |= {"required": not (model_field.null or model_field.blank), "allow_null": model_field.null}
        return serializers.UUIDField, kwargs


AS_IT_IS = (serializers.CharField, Choice, serializers.BooleanField, serializers.IntegerField, serializers.JSONField)


def reader(field: Any) -> Callable[[Any], Any]:
    """What gives a field's value of a row."""
    kind = type(field)
    if kind in AS_IT_IS:
        return attrgetter(field.source)
    simple = kind in (Moment, serializers.DecimalField, serializers.UUIDField)
    get = attrgetter(field.source) if simple else field.get_attribute
    represent = utc if kind is Moment else field.to_representation

    def read(row: Any) -> Any:
        value = get(row)
        return None if value is None else represent(value)

    return read


def utc(value: datetime) -> str:
    # The connection's zone is UTC, whatever the session that wrote it had.
    return value.isoformat().replace("+00:00", "Z")


class Conventions(Writes):
    """Mixin of every view: it knows what it is asked with, writes run whole, and answers say what a key may still ask.

    question: the serializer of a GET's query parameters, where it takes any of its own.
    """

    question: type[serializers.Serializer] | None = None
    # What staff need instead of the model's usual permission; actions set it by `@action(staff_permission=…)`.
    staff_permission: str | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        query_parameters.refuse_parameters(request, self.parameters())

    def parameters(self) -> set[str]:
        """Return the query parameters that this request may have."""
        return {query_parameters.FORMAT} | (set(self.question._declared_fields) if self.question else set())

    def asked(self, request: Request) -> dict[str, Any]:
        """Return the values of the query parameters. Raises a problem for each that is missing or malformed."""
        if self.question is None:
            raise TypeError("This view has no question.")
        question = self.question(data=request.query_params, context={"view": self})
        question.is_valid(raise_exception=True)
        return question.validated_data

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        for name, value in getattr(request, "rate", {}).items():
            response[name] = value
        return response


class ReadOnlyViewSet(Conventions, viewsets.GenericViewSet):
    """List and one; ids that are no uuid are unknown ids.

    orderings: as `aira.api.pagination.Keyset` has it, the usual one first; searches: as `aira.api.search.Search`.
    """

    serializer_class: type[serializers.BaseSerializer[Any]]
    lookup_value_regex = "[0-9a-fA-F-]{36}"
    orderings: dict[str, tuple[str, ...]] = {
        "-created_at": ("-created_at", "-id"),
        "created_at": ("created_at", "id"),
    }
    searches: dict[str, str] = {}
    # Read-only member → the actions that change it.
    changed_by: dict[str, tuple[str, ...]] = {}
    # Whether an action answers the resource, or something of its own.
    answers_row = True

    def parameters(self) -> set[str]:
        if self.action == "list":
            return query_parameters.of_list(self)
        return super().parameters() | ({FIELDS} if self.answers_row else set())

    def get_renderers(self) -> list[BaseRenderer]:
        # Only lists are given as files.
        return [JSONRenderer(), Csv(), Ndjson()] if self.action == "list" else [JSONRenderer()]

    def list(self, request: Request) -> Any:
        rows = self.filter_queryset(self.get_queryset())
        if request.accepted_renderer.format != "json":
            return export(self, request, rows)
        serializer: Any = self.get_serializer()
        names = chosen(request, serializer.fields)
        page = self.paginate_queryset(rows)
        found = self.get_serializer(rows if page is None else page, many=True).data
        data = [cut(row, names) for row in found]
        return Response(data) if page is None else self.get_paginated_response(data)

    def retrieve(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        answer = self.answer(row)
        if etags.is_known(request, answer["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": answer["ETag"]})
        return answer

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_object(self) -> Any:
        """Of a write: the row in the state that the caller saw, and locked, where they say which one that was."""
        row = super().get_object()
        if self.request.method in SAFE or not etags.wants_match(self.request):
            return row
        # Deadlocks are the database's to settle: an update locks the row first, too.
        row = self.get_queryset().select_for_update(of=("self",)).get(pk=row.pk)
        etags.require_match(self.request, etags.etag_of(self.representation(row)))
        return row

    def representation(self, row: Any) -> dict[str, Any]:
        # On self, serializer_class is an action's own, for what it was sent.
        serializer = type(self).serializer_class(row, context=self.get_serializer_context())
        return dict(serializer.data)

    def answer(self, row: Any, code: int = status.HTTP_200_OK) -> Response:
        data = self.representation(row)
        return Response(cut(data, chosen(self.request, data)), code, headers={"ETag": etags.etag_of(data)})

    def valid(self, data: Any) -> dict[str, Any]:
        """The values that an action was sent; a problem for each that is missing or malformed."""
        serializer = self.get_serializer(data=data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def one(self, pk: Any, code: int = status.HTTP_200_OK) -> Response:
        """The row as an action left it."""
        return self.answer(self.get_queryset().get(pk=pk), code)


class ModelViewSet(Bulk, ReadOnlyViewSet):
    """Also writes. A DELETE moves to the trash what has one."""

    http_method_names = ["get", "head", "options", "post", "patch", "delete"]

    def make_one(self, item: Any) -> Any:
        return self.stored(type(self).serializer_class(data=item, context=self.get_serializer_context()))

    def stored(self, serializer: Any) -> Any:
        serializer.is_valid(raise_exception=True)
        row = serializer.save()
        # Triggers fill in what was left out: answer with the row as it is stored.
        return self.get_queryset().get(pk=row.pk)

    def create(self, request: Request) -> Response:
        return self.answer(self.make_one(request.data), status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> Response:
        return self.answer(self.stored(self.get_serializer(self.get_object(), data=request.data, partial=True)))

    def destroy(self, request: Request, pk: str) -> Response:
        self.remove(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def remove(self, row: models.Model) -> None:
        # One statement, which the database turns into a move; Django's collector would delete children first.
        type(row)._default_manager.filter(pk=row.pk)._raw_delete("default")


class TrashableViewSet(ModelViewSet):
    """Resources with a trash: a DELETE moves a row there, `restore` brings it back. What takes thousands of rows along
    is left to the worker: 202, and `deleted_at` shows when it is done.
    """

    def destroy(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        if row.deleted_at is None and trash.is_heavy(row):
            return heavy_trash.begin(self, row, "trash")
        self.remove(row)
        return Response(status=status.HTTP_204_NO_CONTENT)

    changed_by = {"deleted_at": ("trash", "restore")}

    def remove(self, row: Any) -> None:
        # The console's second DELETE removes for good; a program that sends its first one again does not mean that.
        trash.discard(type(row).objects.filter(pk=row.pk))

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def trash(self, request: Request, pk: str) -> Response:
        """Moves it to the trash, with what hangs on it; what is there already stays. 202 when a job does it."""
        row = self.get_object()
        if row.deleted_at is None and trash.is_heavy(row):
            return heavy_trash.begin(self, row, "trash")
        self.remove(row)
        return self.one(row.pk)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Brings it back; a business brings back what went to the trash with it. 409 when its place is taken since."""
        row = self.get_object()
        if row.deleted_at is not None and trash.is_heavy(row):
            return heavy_trash.begin(self, row, "restore")
        trash.restore(type(row).objects.filter(pk=row.pk))
        return self.restored(pk)

    def restored(self, pk: str) -> Response:
        """What is answered of a row that came back."""
        return self.one(pk)
