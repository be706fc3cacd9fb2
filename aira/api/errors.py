"""Errors as RFC 9457 problems."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from aira.db.errors import explain

MEDIA_TYPE = "application/problem+json"


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """`{type, title, status, detail}`, with `constraint` when a rule of the database refused and `errors` per field.

    type: stable, to be told apart by a program. None, and so a 500, for what is not the caller's fault.
    """
    match error:
        case DatabaseError():
            refusal = explain(error)
            if refusal is None:
                return None
            extra = {"constraint": refusal.constraint, "sqlstate": refusal.sqlstate, "context": refusal.detail}
            about = {refusal.field: [str(refusal)]} if refusal.field else None
            return respond(refusal.status, refusal.constraint or "database", str(refusal), errors=about, **extra)
        case Http404():
            error = exceptions.NotFound()
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
    for header in ("auth_header", "wait"):
        if value := getattr(error, header, None):
            response[{"auth_header": "WWW-Authenticate", "wait": "Retry-After"}[header]] = str(value)
    return response


def respond(status: int, kind: str, detail: str, **members: Any) -> Response:
    set_rollback()
    body = {"type": f"urn:aira:problem:{kind}", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body |= {name: value for name, value in members.items() if value}
    return Response(body, status=status, content_type=MEDIA_TYPE)
