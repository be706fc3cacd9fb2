"""How gunicorn runs the site: `gunicorn aira.wsgi --config deploy/gunicorn.py`; WEB_CONCURRENCY processes of it."""

import os
from typing import Any

bind = "0.0.0.0:8000"
# A request that waits for the database is a thread that waits.
worker_class = "gthread"
threads = 4
timeout = 60
# A deployment lets what was begun end.
graceful_timeout = 30
max_requests = 10_000
max_requests_jitter = 1_000
accesslog = None
# One process answers /metrics for all: they share a folder, PROMETHEUS_MULTIPROC_DIR, which is empty at the start.


def child_exit(server: Any, worker: Any) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
