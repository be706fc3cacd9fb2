"""Show jobs and exports over the API."""

from typing import Any, override

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aira.api.jobs import creating
from aira.api.jobs.links import address_of
from aira.api.jobs.models import SEARCH, ApiJob
from aira.api.jobs.prefer import RESPOND_ASYNC
from aira.api.reference.wording import operation_id
from aira.api.serializers import ModelSerializer

STATES = ("waiting", "running", "finished", "failed", "cancelled", "expired")
PROGRESS = ("state", "total", "done", "problem", "created_at", "started_at", "finished_at", "expires_at")


@extend_schema_field({"type": "object", "additionalProperties": True})
class AnyObject(serializers.JSONField):
    """Object of JSON, or null."""


class StateField(serializers.ChoiceField):
    """State of a job."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=STATES, read_only=True, help_text="State. The last four are final", **kwargs)

    @override
    def to_representation(self, value: Any) -> Any:
        return value


class ResultSerializer(serializers.Serializer):
    """Answer that the operation would have given at once."""

    status = serializers.IntegerField(help_text="Status")
    body = serializers.JSONField(help_text="Body. The outcomes of a bulk request have no `item`")


class ApiJobSerializer(ModelSerializer):
    """A job."""

    state = StateField()
    problem = AnyObject(read_only=True, allow_null=True, help_text="Why the job failed, as a problem")
    result = ResultSerializer(read_only=True, allow_null=True, help_text="Answer of the operation, for 24 hours")

    class Meta:
        model = ApiJob
        fields = ("id", "kind", "operation", *PROGRESS, "result")
        read_only_fields = fields


class ExportSerializer(ModelSerializer):
    """An export."""

    state = StateField()
    resource = serializers.CharField(allow_null=True, read_only=True)
    format = serializers.CharField(allow_null=True, read_only=True)
    filters = AnyObject(
        allow_null=True,
        read_only=True,
        help_text="Query parameters of the list. Null after the file was removed",
    )
    problem = AnyObject(read_only=True, allow_null=True, help_text="Why the export failed, as a problem")
    link = serializers.SerializerMethodField(
        help_text="Address of the file, which needs no key, until `expires_at`. Null while there is no file"
    )

    class Meta:
        model = ApiJob
        fields = ("id", "resource", "format", "filters", *PROGRESS, "size", "link")
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_link(self, job: ApiJob) -> str | None:
        """Return the link, or None without a file."""
        request = self.context["request"]
        return request.build_absolute_uri(address_of(job)) if job.state == "finished" else None


def accepted(job: ApiJob) -> Response:
    """Return the answer 202 with the address of the job."""
    headers = {"Location": f"/api/v1/jobs/{job.pk}/", "Preference-Applied": RESPOND_ASYNC}
    return Response(dict(ApiJobSerializer(job).data), 202, headers=headers)


def begin_search(view: Any, request: Request) -> Response:
    """Hand a GET that takes long to a job. Return 202."""
    content = {"resource": view.resource, "action": view.action}
    job = creating.begin(request, kind=SEARCH, operation=operation_id(view), content=content, reason=None)
    return accepted(job)
