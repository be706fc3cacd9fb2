"""Return errors as RFC 9457 problems."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ObjectNotUpdated, PermissionDenied, ValidationError
from django.db import DatabaseError, InterfaceError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from aira.api.request_bodies import READ_ONLY, UNKNOWN
from aira.schema.errors import Refused, explain, is_lost
from aira.web.problems import AWAY, MEDIA_TYPE, RETRY_AFTER, as_body

# Problem types by status, for refusals of the database without a rule's name.
UNNAMED = {400: "invalid_argument", 403: "permission_denied", 409: "conflict", 503: "database"}
LONGEST_VALUE, MOST_NAMED = 100, 3
NO_KEY = "Send a key as `Authorization: Bearer aira_…`, or log in to the console."


class PayloadTooLarge(exceptions.APIException):
    """Raised for a body that is too large."""

    status_code = 413
    default_code = "payload_too_large"


class PreconditionFailed(exceptions.APIException):
    """Raised if `If-Match` names another state."""

    status_code = 412
    default_code = "precondition_failed"


class PreconditionRequired(exceptions.APIException):
    """Raised if `If-Match` is missing."""

    status_code = 428
    default_code = "precondition_required"


class IdempotencyKeyMismatch(exceptions.APIException):
    """Raised if an Idempotency-Key was used for another request."""

    status_code = 422
    default_code = "idempotency_key_mismatch"


class OutcomeUnknown(exceptions.APIException):
    """Raised if the connection broke during COMMIT. Either all changes were saved, or none."""

    status_code = 503
    default_code = "outcome_unknown"


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem of an error: `{type, title, status, detail, request_id}`.

    Include `constraint` if the database refused, and `errors` per field. Return None, and so status 500, for errors
    that the caller did not cause.

    `type` is stable, so that programs can rely on it.

    Args:
        context: the framework's context. `sent` is the item of a bulk request.
    """
    match error:
        case Http404() | ObjectDoesNotExist() | ObjectNotUpdated():
            # The row was removed after this request had found it.
            error = exceptions.NotFound(not_found(context))
        case DatabaseError() | InterfaceError() if is_lost(error):
            return respond(503, "database_unavailable", AWAY)
        case DatabaseError():
            refusal = explain(error)
            if refusal is None:
                return None
            extra: dict[str, Any] = {"constraint": refusal.constraint, "sqlstate": refusal.sqlstate}
            extra |= {"context": refusal.detail, "details": as_object(refusal.detail)}
            member = member_of(refusal.field, context)
            about = with_values({member: [str(refusal)]}, context) if member else None
            kind = refusal.constraint or UNNAMED.get(refusal.status, "database")
            return respond(refusal.status, kind, str(refusal), errors=about, **extra)
        case Refused():
            about = with_values({error.field: [str(error)]}, context) if error.field else None
            return respond(error.status, error.kind, str(error), errors=about)
        case PermissionDenied():
            error = exceptions.PermissionDenied()
        case ValidationError():
            error = exceptions.ValidationError({"detail": error.messages})
    if not isinstance(error, exceptions.APIException):
        return None
    errors = with_values(error.detail, context) if isinstance(error, exceptions.ValidationError) else None
    text = in_short(errors) if errors else detail_of(error, context)
    about = {"scope": getattr(error, "scope", None), "results": getattr(error, "results", None)}
    response = respond(error.status_code, str(error.default_code), text, errors=errors, **about)
    if value := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = value
    if (wait := getattr(error, "wait", None)) is not None:
        response["Retry-After"] = str(int(wait) + (wait % 1 > 0))
    for name, value in getattr(error, "headers", {}).items():
        response[name] = value
    return response


def as_object(detail: str | None) -> dict[str, Any] | None:
    """Return the values of a rule as an object. None if the rule has none, or a text for people."""
    try:
        found = json.loads(detail or "")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def member_of(field: str | None, context: dict[str, Any]) -> str | None:
    """Return the member of the body for a field of the model, which the answer may show under another name."""
    shown = getattr(context.get("view"), "serializer_class", None)
    fields = getattr(shown, "_declared_fields", {})
    if field is None or field in fields:
        return field
    if known := getattr(shown, "called", {}).get(field):
        return str(known)
    return next((name for name, one in fields.items() if (one.source or "").rpartition(".")[2] == field), field)


def not_found(context: dict[str, Any]) -> str | None:
    """Return the text for an unknown address."""
    request = context.get("request")
    return f"Nothing exists at {request.path}. Check the address and the id." if request else None


def detail_of(error: exceptions.APIException, context: dict[str, Any]) -> str:
    """Return what happened and what to do."""
    match error:
        case exceptions.NotAuthenticated():
            return f"The request has no key. {NO_KEY}"
        case exceptions.UnsupportedMediaType():
            return f"{error.detail} Send JSON, with Content-Type: application/json."
        case exceptions.NotAcceptable():
            offered = ", ".join(renderer.media_type for renderer in error.available_renderers or ())
            return f"The Accept header allows none of the available formats: {offered}."
        case exceptions.MethodNotAllowed() if view := context.get("view"):
            return f"{error.detail} Allowed: {', '.join(view.allowed_methods)}."
    return str(error.detail)


def with_values(errors: Any, context: dict[str, Any]) -> Any:
    """Add the sent value to each message that lacks it."""
    sent = sent_in(context)
    if not isinstance(errors, Mapping):
        return errors
    return {
        name: [with_value(text, sent[name]) for text in texts] if isinstance(texts, list) and name in sent else texts
        for name, texts in errors.items()
    }


def with_value(text: Any, value: Any) -> Any:
    """Add the sent value to a message that lacks it."""
    if not isinstance(text, str) or getattr(text, "code", None) in (UNKNOWN, READ_ONLY):
        return text
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    if shown and shown in text:
        return text
    cut = f"{shown[:LONGEST_VALUE]}…" if len(shown) > LONGEST_VALUE else shown
    return f"{text} You sent {json.dumps(cut, ensure_ascii=False) if isinstance(value, str) else cut}."


def sent_in(context: dict[str, Any]) -> Mapping[str, Any]:
    """Return the values that were sent, as far as they have been read."""
    if "sent" in context:
        return dict(context["sent"])
    if (request := context.get("request")) is None:
        return {}
    sent: dict[str, Any] = request.query_params.dict()
    # Don't read the body here: it may be the cause of the error.
    body = request.__dict__.get("_full_data")
    return sent | body if isinstance(body, dict) else sent


def in_short(errors: Any) -> str:
    """Return the first errors in one sentence each."""
    if not isinstance(errors, Mapping):
        return " ".join(str(text) for text in errors)
    texts = [
        f"{name}: {texts[0]}" if isinstance(texts, list) and texts and isinstance(texts[0], str) else f"{name}."
        for name, texts in errors.items()
    ]
    more = f" And {len(texts) - MOST_NAMED} more." if len(texts) > MOST_NAMED else ""
    return f"The request is not valid. {' '.join(texts[:MOST_NAMED])}{more}"


def respond(status: int, kind: str, detail: str, **members: Any) -> Response:
    """Return the response of a problem."""
    response = Response(as_body(status, kind, detail, **members), status=status, content_type=MEDIA_TYPE)
    if status == 503:
        response["Retry-After"] = RETRY_AFTER.get(kind, "1")
    return response
