"""Show errors that Django itself raises: pages for people, and problems for paths below /api/."""

import sys
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static

from aira.schema.errors import is_lost
from aira.web.problems import AWAY, RETRY_AFTER, page
from aira.web.request_identity import request_id


def is_for_programs(request: HttpRequest) -> bool:
    """Tell whether the request is to the API."""
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return status 400."""
    # Show only this project's own texts. Other exceptions reveal details of the server.
    text = str(exception) if isinstance(exception, BadRequest) else ""
    if is_for_programs(request):
        return page(400, "bad_request", text or "The request is not valid.")
    return shown(request, "bad_request", 400, text=text)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return status 403."""
    if is_for_programs(request):
        return page(403, "permission_denied", "You don't have the permission for this request.")
    return shown(request, "forbidden", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return status 404."""
    if is_for_programs(request):
        return page(404, "not_found", f"Nothing exists at {request.path}. /api/v1/reference/ lists all paths.")
    return shown(request, "not_found", 404, path=request.path)


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
        response = shown(request, "unavailable", 503)
        response["Retry-After"] = RETRY_AFTER["database_unavailable"]
        return response
    return shown(request, "server_error", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return status 403 for a form without a valid token."""
    if is_for_programs(request):
        return page(403, "csrf_failed", "The request has a session but no valid CSRF token. Use an API key.")
    return shown(request, "csrf", 403)


def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect to the icon, for browsers that ask for this fixed address."""
    return HttpResponseRedirect(static("web/logo.svg"))


def shown(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """Render an error page. It reads nothing from the database, so that it works whatever is broken."""
    # Link to the page before only if it is a page of this site, and another one.
    back = ""
    with suppress(DisallowedHost, ValueError):
        before = urlsplit(request.META.get("HTTP_REFERER", ""))
        if before.netloc == request.get_host() and before.path != request.path:
            back = before._replace(scheme="", netloc="").geturl()
    if not back.startswith("/") or back.startswith("//"):
        back = ""
    return render(None, f"web/{template}.html", context | {"back": back, "request_id": request_id()}, status=status)
