"""Show errors that Django itself raises: pages for people, and problems for paths below /api/."""

import sys

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from aira.schema.errors import is_lost
from aira.web.problems import AWAY, RETRY_AFTER, page


def is_for_programs(request: HttpRequest) -> bool:
    """Tell whether the request is to the API."""
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return status 400."""
    # Show only this project's own texts. Other exceptions reveal details of the server.
    text = str(exception) if isinstance(exception, BadRequest) else ""
    if is_for_programs(request):
        return page(400, "bad_request", text or "The request is not valid.")
    if text:
        return render(None, "web/bad_request.html", {"text": text}, status=400)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return status 403."""
    if is_for_programs(request):
        return page(403, "permission_denied", "You don't have the permission for this request.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return status 404."""
    if is_for_programs(request):
        return page(404, "not_found", f"Nothing exists at {request.path}. /api/v1/docs/ lists all paths.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return status 500, or 503 if the connection to the database broke."""
    lost = is_lost(sys.exception())
    if is_for_programs(request):
        if lost:
            return page(503, "database_unavailable", AWAY)
        return page(
            500, "server_error", "An unexpected error occurred. Nothing was changed. Report it with the request id."
        )
    if lost:
        # Render without the request, since the common parts of pages are read from the database.
        response = render(None, "web/unavailable.html", status=503)
        response["Retry-After"] = RETRY_AFTER["database_unavailable"]
        return response
    return defaults.server_error(request)
