"""Requests that this process has answered."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

REQUESTS = Counter("aira_requests", "Requests that were answered", ["method", "route", "status"])
SECONDS = Histogram("aira_request_seconds", "How long an answer took", ["route"])
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


class Measured:
    """Middleware, outermost: counts by route, never by address, of which anybody could make any number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "unknown"
        SECONDS.labels(route).observe(time.perf_counter() - began)
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        return response
