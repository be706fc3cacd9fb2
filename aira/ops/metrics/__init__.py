"""Prometheus: `/metrics` of the site. The worker has its own, `manage.py worker --metrics-port`."""

import os
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess

from aira.ops.metrics.database import OfTheDatabase


def metrics(request: HttpRequest) -> HttpResponse:
    """For `Authorization: Bearer METRICS_TOKEN`. Without that setting there is no such page, but for a developer."""
    if settings.METRICS_TOKEN:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not compare_digest(sent.encode(), settings.METRICS_TOKEN.encode()):
            return HttpResponse("A token is needed: METRICS_TOKEN.\n", status=401, content_type="text/plain")
    elif not settings.DEBUG:
        raise Http404
    database = CollectorRegistry()
    database.register(OfTheDatabase())
    return HttpResponse(generate_latest(processes()) + generate_latest(database), content_type=CONTENT_TYPE_LATEST)


def processes() -> CollectorRegistry:
    """Of all processes that gunicorn started, where they share a folder; else of this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
