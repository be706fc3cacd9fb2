"""Serve Prometheus metrics: `/metrics` of the site. The worker has its own, `manage.py worker --metrics-port`."""

import os
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess

from aira.ops.metrics.database import DatabaseCollector


def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics for `Authorization: Bearer METRICS_TOKEN`.

    Without this setting, the page exists for developers only.
    """
    if settings.METRICS_TOKEN:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not compare_digest(sent.encode(), settings.METRICS_TOKEN.encode()):
            return HttpResponse(
                "The token is missing or wrong. Send METRICS_TOKEN as a bearer token.\n",
                status=401,
                content_type="text/plain",
            )
    elif not settings.DEBUG:
        raise Http404
    database = CollectorRegistry()
    database.register(DatabaseCollector())
    return HttpResponse(generate_latest(processes()) + generate_latest(database), content_type=CONTENT_TYPE_LATEST)


def processes() -> CollectorRegistry:
    """Return the metrics of all processes of gunicorn if they share a folder.

    Otherwise return those of this process.
    """
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
