"""Errors as RFC 9457 problems."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ObjectNotUpdated, PermissionDenied, ValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from aira.db.errors import Refused, explain
from aira.middleware import request_id

MEDIA_TYPE = "application/problem+json"


class PayloadTooLarge(exceptions.APIException):
    status_code = 413
    default_code = "payload_too_large"


class PreconditionFailed(exceptions.APIException):
    status_code = 412
    default_code = "precondition_failed"


class PreconditionRequired(exceptions.APIException):
    status_code = 428
    default_code = "precondition_required"


class IdempotencyKeyMismatch(exceptions.APIException):
    status_code = 422
    default_code = "idempotency_key_mismatch"


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """`{type, title, status, detail, request_id}`; `constraint` when the database refused, `errors` per field.

    type: stable, to be told apart by a program. None, and so a 500, for what is not the caller's fault.
    """
    match error:
        case Http404() | ObjectDoesNotExist() | ObjectNotUpdated():
            # The last two: of a row that somebody removed since this request found it.
            error = exceptions.NotFound()
        case DatabaseError():
            refusal = explain(error)
            if refusal is None:
                return None
            extra = {"constraint": refusal.constraint, "sqlstate": refusal.sqlstate, "context": refusal.detail}
            about = {refusal.field: [str(refusal)]} if refusal.field else None
            return respond(refusal.status, refusal.constraint or "database", str(refusal), errors=about, **extra)
        case Refused():
            return respond(error.status, error.kind, str(error))
        case PermissionDenied():
            error = exceptions.PermissionDenied()
        case ValidationError():
            error = exceptions.ValidationError({"detail": error.messages})
        case ValueError() if "NUL" in str(error) or "null character" in str(error).lower():
            # psycopg and Django refuse the character that PostgreSQL's text can't hold.
            error = exceptions.ValidationError({"detail": ["Text must not contain NUL characters."]})
    if not isinstance(error, exceptions.APIException):
        return None
    detail = error.detail
    errors = detail if isinstance(error, exceptions.ValidationError) else None
    text = "The request is not valid." if errors else str(detail)
    scope = getattr(error, "scope", None)
    response = respond(error.status_code, str(error.default_code), text, errors=errors, scope=scope)
    if value := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = value
    if (wait := getattr(error, "wait", None)) is not None:
        response["Retry-After"] = str(int(wait) + (wait % 1 > 0))
    for name, value in getattr(error, "headers", {}).items():
        response[name] = value
    return response


def as_body(status: int, kind: str, detail: str, **members: Any) -> dict[str, Any]:
    body = {"type": f"urn:aira:problem:{kind}", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    members["request_id"] = request_id()
    return body | {name: value for name, value in members.items() if value}


def respond(status: int, kind: str, detail: str, **members: Any) -> Response:
    response = Response(as_body(status, kind, detail, **members), status=status, content_type=MEDIA_TYPE)
    if status == 503:
        response["Retry-After"] = "1"
    return response


def page(status: int, kind: str, detail: str) -> HttpResponse:
    return JsonResponse(as_body(status, kind, detail), status=status, content_type=MEDIA_TYPE)


# What Django itself answers: pages for people, problems below /api/.


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        return page(400, "bad_request", "The request is not valid.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        return page(403, "permission_denied", "You may not do that.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        return page(404, "not_found", f"There is nothing at {request.path}; /api/v1/docs/ lists what there is.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if is_for_programs(request):
        return page(500, "server_error", "Something went wrong here. Nothing was changed; name the request id.")
    return defaults.server_error(request)
