"""Configure gunicorn: `gunicorn aira.wsgi --config deploy/gunicorn.py` starts WEB_CONCURRENCY processes."""

import os
from typing import Any

bind = "0.0.0.0:8000"
# Use threads: requests spend most of their time waiting for the database.
worker_class = "gthread"
threads = 4
timeout = 60
# Let running requests finish during a deployment.
graceful_timeout = 30
max_requests = 10_000
max_requests_jitter = 1_000
accesslog = None
# One process answers /metrics for all. They share the folder PROMETHEUS_MULTIPROC_DIR, which is empty at the start.


def child_exit(server: Any, worker: Any) -> None:
    """Remove the figures of a process that ended. gunicorn calls this function."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
