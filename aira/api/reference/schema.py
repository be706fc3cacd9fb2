"""Describe each operation with its name, scope, errors and headers, which don't follow from the views."""

from http import HTTPStatus
from typing import Any, override

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance

from aira.api import expansion
from aira.api.deprecation import deprecation_of
from aira.api.reference import response_headers, wording
from aira.api.reference.components import PROBLEMS, UNREAD
from aira.api.reference.members import columns, known_values
from aira.api.scopes import repeated_by, scope_of

# Errors of all operations, and the further errors of some.
ALL = {
    400: "The request is not valid",
    401: "The key is missing, unknown, expired or revoked",
    403: "The scope or permission is missing",
    404: "Not found",
}
BODY = {409: "The database refuses", 413: "The body is too large", 415: "The body is not JSON"}
POST = {409: "The database refuses, or the row is busy", 422: "The Idempotency-Key was used for another request"}
MATCH = {412: "The resource has changed", 428: "If-Match is missing"}


instance: Any = force_instance


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describe the authentication by a key."""

    target_class = "aira.api.authentication.KeyAuthentication"
    name = "key"

    @override
    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "aira_…"}


class Schema(AutoSchema):
    """Schema of one operation."""

    view: Any

    @override
    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        method = self.method.lower()
        scope = scope_of(self.view, method)
        if scope:
            # OpenAPI lists scopes for OAuth alone, so the scope of a key is an extension.
            operation["security"] = [{"key": []}, {"cookieAuth": []}]
            operation["x-scope"] = scope
            operation["description"] += f"\n\nScope: `{scope}`"
        if deprecation := deprecation_of(self.view):
            operation["x-sunset"] = str(deprecation.sunset)
            operation["description"] = f"{deprecation.text}\n\n{operation['description']}"
        wording.describe_parameters(operation)
        self.add_parameters(operation, method)
        self.add_job(operation)
        self.add_headers(operation, method)
        self.add_errors(operation, method)
        self.add_files(operation)
        return operation

    @override
    def _map_basic_serializer(self, serializer: Any, direction: str) -> dict[str, Any]:
        map_serializer: Any = super()._map_basic_serializer
        schema: dict[str, Any] = map_serializer(serializer, direction)
        if direction == "response" and (present := columns(instance(serializer))):
            schema["required"] = sorted({*schema.get("required", []), *present})
        return schema

    @override
    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> dict[str, Any]:
        map_field: Any = super()._map_serializer_field
        schema: dict[str, Any] = map_field(field, direction, bypass_extensions)
        # A body may have any text, since the rules of the database name what they refuse.
        if direction == "response" and (values := known_values(field)):
            schema["enum"] = values
        return schema

    @override
    def _get_paginator(self) -> Any:
        paginator = super()._get_paginator()  # type: ignore[no-untyped-call]
        if paginator is not None:
            paginator.synced = self.view.synced
        return paginator

    @override
    def get_operation_id(self) -> str:
        return wording.operation_id(self.view)

    @override
    def get_tags(self) -> list[str]:
        return [self.view.resource]

    @override
    def get_summary(self) -> str:
        return wording.summary(self.view, super().get_description())

    @override
    def get_description(self) -> str:  # type: ignore[override]
        return wording.description(self.view, super().get_description())

    @override
    def _get_request_body(self, direction: Any = "request") -> Any:
        if repeats := repeated_by(self.view, self.view.action or ""):
            # Import here: the framework imports this module while it imports its own views.
            from aira.api.reference import schema_bulk

            return schema_bulk.request_body(self, repeats)
        return super()._get_request_body(direction)  # type: ignore[no-untyped-call]

    @override
    def is_deprecated(self) -> bool:
        return deprecation_of(self.view) is not None

    def add_job(self, operation: dict[str, Any]) -> None:
        """Add the answer of moves that a job does."""
        if hasattr(self.view, "trash") and self.view.action in ("destroy", "trash", "restore"):
            schema = {"$ref": "#/components/schemas/JobStarted"}
            content = {"application/json": {"schema": schema}}
            operation["responses"]["202"] = {"description": "A job moves the rows", "content": content}

    def add_headers(self, operation: dict[str, Any], method: str) -> None:
        """Add the headers and a description of each response that is not an error."""
        has_row = getattr(self.view, "answers_row", False) and self.view.action not in ("list", "destroy")
        if method == "get" and self.answers_resources() and self.view.action == "retrieve":
            operation["responses"]["304"] = {"description": "Not modified"}
        for code, response in operation["responses"].items():
            response["description"] = response.get("description") or HTTPStatus(int(code)).phrase
            response["headers"] = response_headers.of_success(
                code,
                is_post=method == "post",
                has_row=has_row,
                is_deprecated=self.is_deprecated(),
                is_by_preference=self.view.can_respond_async,
            )

    def add_parameters(self, operation: dict[str, Any], method: str) -> None:
        """Add the headers and parameters that the framework handles."""
        names = ["RequestId"]
        if method != "get":
            names.append("Reason")
        if method == "post":
            names += ["IdempotencyKey", *(["IfMatch"] if self.is_of_one_row() else [])]
        if method in ("patch", "delete"):
            names.append("IfMatchRequired")
        if method == "get" and self.answers_resources():
            if self.view.expands:
                operation.setdefault("parameters", []).append(expansion.described(self.view))
            names.append("Fields")
            if self.view.action == "retrieve":
                names.append("IfNoneMatch")
            else:
                names.append("Reason")
        if self.view.can_respond_async:
            names.append("Prefer")
        parameters = operation.setdefault("parameters", [])
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in names]

    def add_errors(self, operation: dict[str, Any], method: str) -> None:
        """Add the errors of the operation."""
        codes = dict(ALL) | ({406: "The requested format is not available"} if method == "get" else BODY)
        if method == "post":
            codes |= POST | ({412: MATCH[412]} if self.is_of_one_row() else {})
        if method in ("patch", "delete"):
            codes |= MATCH
        if self.view.action == "list" and getattr(self.view, "synced", False):
            codes |= {410: "The cursor of a sync is too old. Begin again"}
        codes |= {429: "Too many requests", 503: "The database is unavailable, or the request took too long"}
        for code, description in sorted(codes.items()):
            operation["responses"].setdefault(str(code), {"$ref": f"#/components/responses/Problem{code}"})
            PROBLEMS[code] = description
        for code in UNREAD:
            operation["responses"][str(code)] = {"$ref": f"#/components/responses/Unread{code}"}

    def add_files(self, operation: dict[str, Any]) -> None:
        """Add the file formats of a list."""
        if self.method == "GET" and self.answers_resources() and self.view.action == "list":
            content = operation["responses"]["200"]["content"]
            content["text/csv"] = {"schema": {"type": "string"}}
            content["application/x-ndjson"] = {"schema": {"type": "string"}}

    def is_of_one_row(self) -> bool:
        """Tell whether the operation is about one row."""
        return bool(getattr(self.view, "detail", False))

    def answers_resources(self) -> bool:
        """Tell whether the operation returns resources."""
        return hasattr(self.view, "orderings") and self.view.action in ("list", "retrieve")
