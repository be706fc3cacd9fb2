"""What the API's resources have in common."""

from typing import Any

from django.db import models, transaction
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.writes import Writes
from aira.db import trash
from aira.db.enums import EnumField

SET_BY_THE_DATABASE = ("id", "created_at", "updated_at", "deleted_at")


class ModelSerializer(serializers.ModelSerializer):
    """Columns as they are. Rules are not repeated here: the database refuses, and `problem` says which rule."""

    serializer_choice_field = serializers.CharField

    def build_standard_field(self, field_name: str, model_field: models.Field) -> Any:
        field_class, kwargs = super().build_standard_field(field_name, model_field)
        kwargs.pop("validators", None)
        if isinstance(model_field, models.TextField):
            field_class = serializers.CharField
            kwargs = {key: value for key, value in kwargs.items() if key not in ("choices", "style")}
        if model_field.name in SET_BY_THE_DATABASE or (
            isinstance(model_field, EnumField) and model_field.name.endswith("status")
        ):
            kwargs = {"read_only": True}
        elif model_field.has_db_default():
            kwargs["required"] = False
        return field_class, kwargs

    def get_unique_together_validators(self) -> list[Any]:
        return []

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        # Ids as they are; whether they exist is the foreign key's to say, in one answer for unknown and foreign ones.
        model_field = relation_info.model_field
        kwargs: dict[str, Any] = {"source": model_field.attname} if model_field.attname != field_name else {}
        if not model_field.editable:
            kwargs["read_only"] = True
        else:
            kwargs |= {"required": not (model_field.null or model_field.blank), "allow_null": model_field.null}
        return serializers.UUIDField, kwargs


class ReadOnlyViewSet(Writes, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """List and one; ids that are no uuid are unknown ids."""

    serializer_class: type[serializers.BaseSerializer[Any]]
    lookup_value_regex = "[0-9a-fA-F-]{36}"

    def valid(self, data: Any) -> dict[str, Any]:
        """The values that an action was sent; a problem for each that is missing or malformed."""
        serializer = self.get_serializer(data=data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def one(self, pk: Any, code: int = status.HTTP_200_OK) -> Response:
        """The row as an action left it. On self, serializer_class is the action's own, for what it was sent."""
        return Response(type(self).serializer_class(self.get_queryset().get(pk=pk)).data, code)


class ModelViewSet(mixins.CreateModelMixin, mixins.UpdateModelMixin, mixins.DestroyModelMixin, ReadOnlyViewSet):
    """Also writes, each in one transaction. A DELETE moves to the trash what has one."""

    http_method_names = ["get", "head", "options", "post", "patch", "delete"]

    @transaction.atomic
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().update(request, *args, **kwargs)

    def perform_create(self, serializer: serializers.BaseSerializer[Any]) -> None:
        # Triggers fill in what was left out: answer with the row as it is stored.
        serializer.save().refresh_from_db()

    def perform_update(self, serializer: serializers.BaseSerializer[Any]) -> None:
        serializer.save().refresh_from_db()

    @transaction.atomic
    def perform_destroy(self, instance: models.Model) -> None:
        # One statement, which the database turns into a move; Django's collector would delete children first.
        type(instance)._default_manager.filter(pk=instance.pk)._raw_delete("default")


class TrashableViewSet(ModelViewSet):
    """Resources with a trash: a DELETE moves a row there, `restore` brings it back."""

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    @transaction.atomic
    def restore(self, request: Request, pk: str) -> Response:
        """Brings it back; a business brings back what went to the trash with it. 409 when its place is taken since."""
        trash.restore(self.get_queryset().filter(pk=self.get_object().pk))
        return self.one(pk)
