"""Provide the base classes of the API's resources."""

from typing import Any, override

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api import etags, heavy_trash, query_parameters, sync
from aira.api.bulk.changes import BulkChange, bulk_action, view_about
from aira.api.bulk.creation import Bulk
from aira.api.deprecation import deprecation_of
from aira.api.expansion import expand
from aira.api.exports import Csv, Ndjson, export
from aira.api.models import ApiKey
from aira.api.query_parameters import chosen, cut
from aira.api.reference.wording import operation_id
from aira.api.request_bodies import ReasonSerializer
from aira.api.scopes import repeated_by
from aira.api.usage.counts import counter
from aira.api.write_transaction import Writes
from aira.schema import trash
from aira.web.request_identity import SAFE


class Conventions(Writes):
    """Mixin of all views.

    It checks query parameters, runs writes as one transaction and reports the rate limit.

    Attributes:
        question: the serializer of the query parameters, if a GET takes any of its own.
    """

    question: type[serializers.Serializer] | None = None
    # The permission that replaces the model's usual one for staff; actions set it by `@action(staff_permission=…)`.
    staff_permission: str | None = None
    # True for operations that answer 202 with a job if the caller prefers that.
    can_respond_async = False

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Handle the request, and count it for its key."""
        status_code = 500
        try:
            response = super().dispatch(request, *args, **kwargs)
            status_code = response.status_code
            return response
        finally:
            # Don't authenticate here: it was done, or the request ended before.
            key = getattr(getattr(self, "request", None), "_user", None)
            if isinstance(key, ApiKey):
                counter.count(key.pk, operation_id(self), status_code)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the query parameters."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        query_parameters.refuse_parameters(request, self.parameters(), metadata=self.has_metadata())

    def parameters(self) -> set[str]:
        """Return the query parameters that this request may have."""
        return {query_parameters.FORMAT} | (set(self.question._declared_fields) if self.question else set())

    def has_metadata(self) -> bool:
        """Tell whether the request may have filters by metadata."""
        return False

    def asked(self, request: Request) -> dict[str, Any]:
        """Return the values of the query parameters. Raises a problem for each one that is missing or malformed."""
        if self.question is None:
            raise TypeError("This view declares no query parameters.")
        question = self.question(data=request.query_params, context={"view": self})
        question.is_valid(raise_exception=True)
        return question.validated_data

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the headers of the rate limit and of a deprecation."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if deprecation := deprecation_of(self):
            for name, value in deprecation.headers.items():
                response[name] = value
        for name, value in getattr(request, "rate", {}).items():
            response[name] = value
        return response


class ReadOnlyViewSet(Conventions, viewsets.GenericViewSet):
    """Resource that can be listed and read.

    An id that is not a UUID is not found.

    Attributes:
        orderings: see `aira.api.pagination.Keyset`. The first is the default.
        searches: see `aira.api.search.Search`.
        synced: tells whether the list has `updated_since`. The model needs the trigger `followed`.
        expands: the resources that `?expand=` adds, by the name of the column without `_id`.
    """

    serializer_class: type[serializers.BaseSerializer[Any]]
    lookup_value_regex = "[0-9a-fA-F-]{36}"
    orderings: dict[str, tuple[str, ...]] = {
        "-created_at": ("-created_at", "-id"),
        "created_at": ("created_at", "id"),
    }
    searches: dict[str, str] = {}
    synced = False
    expands: dict[str, str] = {}
    # The actions that change a read-only member.
    changed_by: dict[str, tuple[str, ...]] = {}
    # False for actions that do not return the resource.
    answers_row = True

    @override
    def parameters(self) -> set[str]:
        if self.action == "list":
            return query_parameters.of_list(self)
        known = super().parameters() | ({query_parameters.FIELDS} if self.answers_row else set())
        return known | ({query_parameters.EXPAND} if self.action == "retrieve" and self.expands else set())

    @override
    def has_metadata(self) -> bool:
        return self.action == "list" and query_parameters.has_metadata(self)

    @override
    def get_renderers(self) -> list[BaseRenderer]:
        # Only lists can be exported as files.
        return [JSONRenderer(), Csv(), Ndjson()] if self.action == "list" else [JSONRenderer()]

    def list(self, request: Request) -> Any:
        """List the rows, as JSON or as a file."""
        rows = self.filter_queryset(self.get_queryset())
        if sync.is_sync(self, request):
            return sync.answer(self, request, rows)
        if request.accepted_renderer.format != "json":
            return export(self, request, rows)
        serializer: Any = self.get_serializer()
        names = chosen(request, serializer.fields)
        page = self.paginate_queryset(rows)
        found = self.get_serializer(rows if page is None else page, many=True).data
        data = [cut(row, names) for row in found]
        expand(self, request, rows if page is None else page, data)
        return Response(data) if page is None else self.get_paginated_response(data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """Return one row, or 304 if the caller has its current state."""
        row = self.get_object()
        answer = self.answer(row)
        if query_parameters.EXPAND in request.query_params:
            # The ETag is the one of the row alone, since If-Match needs that. The other rows may have changed.
            expand(self, request, [row], [answer.data])
        elif etags.is_known(request, answer["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": answer["ETag"]})
        return answer

    @override
    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_object(self) -> Any:
        """Return the row. A write with `If-Match` locks it and compares its state."""
        row = super().get_object()
        if self.request.method in SAFE or not etags.wants_match(self.request):
            return row
        # This lock can't add a deadlock, since an update locks the row first as well.
        row = self.get_queryset().select_for_update(of=("self",)).get(pk=row.pk)
        etags.require_match(self.request, etags.etag_of(self.representation(row)))
        return row

    def representation(self, row: Any) -> dict[str, Any]:
        """Return the row as its reader gets it."""
        # On self, serializer_class is the one of the action's body.
        serializer = type(self).serializer_class(row, context=self.get_serializer_context())
        return dict(serializer.data)

    def answer(self, row: Any, code: int = status.HTTP_200_OK) -> Response:
        """Return the response with the row and its ETag."""
        data = self.representation(row)
        return Response(cut(data, chosen(self.request, data)), code, headers={"ETag": etags.etag_of(data)})

    def valid(self, data: Any) -> dict[str, Any]:
        """Return the values of an action's body. Raises a problem for each one that is missing or malformed."""
        serializer = self.get_serializer(data=data)
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def one(self, pk: Any, code: int = status.HTTP_200_OK) -> Response:
        """Return the row as an action left it."""
        return self.answer(self.get_queryset().get(pk=pk), code)


class ModelViewSet(Bulk, ReadOnlyViewSet):
    """Resource that can be changed. A DELETE moves rows to the trash if the table has one."""

    http_method_names = ["get", "head", "options", "post", "patch", "delete"]

    @override
    def make_one(self, item: Any) -> Any:
        return self.stored(type(self).serializer_class(data=item, context=self.get_serializer_context()))

    def stored(self, serializer: Any) -> Any:
        """Save the row and return it as it is stored."""
        serializer.is_valid(raise_exception=True)
        row = serializer.save()
        # Triggers fill in further columns, so read the row again.
        return self.get_queryset().get(pk=row.pk)

    def create(self, request: Request) -> Response:
        """Create a row."""
        return self.answer(self.make_one(request.data), status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a row."""
        return self.answer(self.stored(self.get_serializer(self.get_object(), data=request.data, partial=True)))

    bulk_update = bulk_action("partial_update", "Change up to 100 rows.", "PATCH")

    def bulk_change(self, request: Request) -> BulkChange:
        """Return the bulk request that this view handles."""
        return BulkChange(self, request)

    @override
    def check_permissions(self, request: Request) -> None:
        # A bulk operation has the permission of the operation that it repeats.
        if repeats := repeated_by(self, self.action or ""):
            view_about(self, repeats, request).check_permissions(request)
        else:
            super().check_permissions(request)

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a row."""
        self.remove(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def remove(self, row: models.Model) -> None:
        """Delete the row."""
        # This is one statement, which the database turns into a move. Django's collector would delete children first.
        type(row)._default_manager.filter(pk=row.pk)._raw_delete("default")


class TrashableViewSet(ModelViewSet):
    """Resource with a trash.

    A DELETE moves a row there, and `restore` restores it. If thousands of rows belong to it, the worker moves them: the
    status is 202, and `deleted_at` shows the end.
    """

    @override
    def destroy(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        if row.deleted_at is None and trash.is_heavy(row):
            return heavy_trash.begin(self, row, "trash")
        self.remove(row)
        return Response(status=status.HTTP_204_NO_CONTENT)

    changed_by = {"deleted_at": ("trash", "restore")}

    @override
    def remove(self, row: Any) -> None:
        # In the console, a second DELETE removes permanently. A program that repeats its DELETE does not intend that.
        trash.discard(type(row).objects.filter(pk=row.pk))

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def trash(self, request: Request, pk: str) -> Response:
        """Move a row to the trash, with the rows that belong to it. Idempotent. Status 202 if a job does it."""
        row = self.get_object()
        if row.deleted_at is None and trash.is_heavy(row):
            return heavy_trash.begin(self, row, "trash")
        self.remove(row)
        return self.one(row.pk)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Restore a row, and with a business the rows that were moved to the trash with it.

        Status 409 if its place is taken.
        """
        row = self.get_object()
        if row.deleted_at is not None and trash.is_heavy(row):
            return heavy_trash.begin(self, row, "restore")
        trash.restore(type(row).objects.filter(pk=row.pk))
        return self.restored(pk)

    def restored(self, pk: str) -> Response:
        """Return the response for a restored row."""
        return self.one(pk)
