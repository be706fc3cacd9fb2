"""What Django itself answers: pages for people, problems below /api/."""

import sys

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from aira.schema.errors import is_lost
from aira.web.problems import AWAY, RETRY_AFTER, page


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Of ours alone: other exceptions tell about the server.
    text = str(exception) if isinstance(exception, BadRequest) else ""
    if is_for_programs(request):
        return page(400, "bad_request", text or "The request is not valid.")
    if text:
        return render(None, "web/bad_request.html", {"text": text}, status=400)
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
    """500, but 503 where the connection to the database broke."""
    lost = is_lost(sys.exception())
    if is_for_programs(request):
        if lost:
            return page(503, "database_unavailable", AWAY)
        return page(500, "server_error", "Something went wrong here. Nothing was changed; name the request id.")
    if lost:
        # Without the request: what pages have in common is read from the database.
        response = render(None, "web/unavailable.html", status=503)
        response["Retry-After"] = RETRY_AFTER["database_unavailable"]
        return response
    return defaults.server_error(request)
