"""Show jobs and exports to those who asked for them."""

from typing import Any, override

from django.utils.module_loading import import_string
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.authentication import key_of
from aira.api.exports import require_reason
from aira.api.jobs import creating
from aira.api.jobs.answers import ApiJobSerializer, ExportSerializer
from aira.api.jobs.callers import viewset_of
from aira.api.jobs.exporting import MEDIA_TYPES, Listed
from aira.api.jobs.models import EXPORT, ApiJob
from aira.api.permissions import StaffPermissions
from aira.api.request_bodies import ReasonSerializer, Serializer
from aira.api.value_fields import Choice, allowed_values
from aira.api.views import ReadOnlyViewSet
from aira.exports.list_exports import record_export
from aira.web.request_identity import actor_of


class OwnJobs(StaffPermissions):
    """Permission that asks keys for the scope, and lets all staff see their own jobs."""

    @override
    def has_permission(self, request: Request, view: Any) -> bool:
        if key_of(request) is not None:
            return super().has_permission(request, view)
        return bool(request.user.is_authenticated and request.user.is_active and request.user.is_staff)


class OwnJobsViewSet(ReadOnlyViewSet):
    """Jobs that the caller asked for."""

    permission_classes = (OwnJobs,)
    filterset_fields = {"created_at": ["gte", "lt"]}

    @override
    def get_queryset(self) -> Any:
        who = actor_of(self.request._request)
        if who is None:
            return ApiJob.objects.none()
        return super().get_queryset().filter(actor_kind=who.kind, actor_id=who.id)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel a job, or remove the file of an export. Idempotent.

        Items that are done stay changed, and `result` has their outcomes.
        """
        creating.cancel(job=self.get_object())
        return self.one(pk)


class JobViewSet(OwnJobsViewSet):
    """Jobs of the caller: exports, and what was asked for with `Prefer: respond-async`."""

    queryset = ApiJob.objects.all()
    serializer_class = ApiJobSerializer
    filterset_fields = {"kind": ["exact"], **OwnJobsViewSet.filterset_fields}


class StartExportSerializer(Serializer):
    """Body that asks for an export."""

    resource = serializers.CharField(help_text="Resource whose list is exported, such as `appointments`")
    format = Choice([(name, name) for name in MEDIA_TYPES], default="csv")
    filters = serializers.DictField(
        child=serializers.CharField(),
        default=dict,
        help_text="Query parameters of the list: its filters, `fields`, `ordering`, `trashed` and `q`",
    )


class ExportViewSet(OwnJobsViewSet):
    """Exports of the caller, with the links of their files."""

    http_method_names = ["get", "head", "options", "post"]
    queryset = ApiJob.objects.filter(kind=EXPORT)
    serializer_class = ExportSerializer

    @extend_schema(request=StartExportSerializer, responses={202: ExportSerializer})
    def create(self, request: Request) -> Response:
        """Export a list as a file.

        A job writes it. Read the export until its `state` is final, then get the file from its `link`. It takes the
        scopes to read and to export the list. The reason is recorded.
        """
        body = StartExportSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        resource, filters = asked["resource"], dict(asked["filters"])
        viewset = viewset_of(resource)
        if not hasattr(viewset, "orderings"):
            raise ValidationError({"resource": [allowed_values(exportable())]})
        reason = require_reason(request)
        try:
            listed = Listed.of(request.user, resource, filters)
            model = listed.rows().model
        except ValidationError as error:
            raise ValidationError({"filters": error.detail}) from None
        # Values of filters may be personal data.
        details = {"format": asked["format"], "filters": sorted(filters)}
        record_export(model, details, reason, actor_of(request._request))
        content = {"resource": resource, "format": asked["format"], "filters": filters}
        job = creating.begin(
            request, kind=EXPORT, operation=f"{resource.replace('-', '_')}.list", content=content, reason=reason
        )
        answer = self.answer(job, 202)
        answer["Location"] = f"/api/v1/exports/{job.pk}/"
        return answer

    @extend_schema(request=ReasonSerializer, responses=ExportSerializer)
    @action(detail=True, methods=["post"])
    def new_link(self, request: Request, pk: str) -> Response:
        """Revoke the link of a file, and return the export with a new one."""
        creating.replace_link(job=self.get_object())
        answer = self.one(pk)
        answer.unrepeated = ("link",)  # type: ignore[attr-defined]
        return answer


def exportable() -> list[str]:
    """Return the names of the resources that have a list."""
    # Import by name: the routes import all apps, which import this package.
    router = import_string("aira.api.urls.router")
    return [prefix for prefix, viewset, _ in router.registry if hasattr(viewset, "orderings")]
