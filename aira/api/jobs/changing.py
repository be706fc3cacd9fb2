"""Do bulk requests and searches in the background."""

import logging
from collections.abc import Callable
from typing import Any

from django.db.models import F
from rest_framework.exceptions import APIException

from aira.api.jobs.callers import acting_for, caller_of, request_as, view_as, viewset_of
from aira.api.jobs.models import ApiJob, JobItem
from aira.api.jobs.progress import answer_of, finish, progressed, step
from aira.api.problems import problem
from aira.schema.errors import is_lost

log = logging.getLogger("aira.api")


def run(job: ApiJob, should_stop: Callable[[], bool]) -> bool:
    """Change the rows one by one. Return False if the worker shall stop before the end.

    The change of a row and its outcome are one transaction. So a worker that is killed leaves both or neither.
    """
    content = job.request or {}
    viewset, action = viewset_of(content["resource"]), content["action"]
    while not should_stop():
        # The key may have been revoked, or lost a scope, since the last item.
        request = request_as(caller_of(job), "POST", f"/api/v1/{content['resource']}/{action}/")
        view = view_as(viewset, action, request)
        with acting_for(job, request), step(job):
            item = job.items.filter(outcome__isnull=True).first()
            if item is None:
                finish(job, result=answer_of(job))
                return True
            item.outcome = {"index": item.index} | outcome(view, request, item)
            item.save(update_fields=["outcome"])
            progressed(job, done=F("done") + 1)
    return False


def outcome(view: Any, request: Any, item: JobItem) -> dict[str, Any]:
    """Change one row. Return its outcome, without the row itself."""
    change = view.bulk_change(request)
    try:
        found = change.outcome(item.item)
    except Exception as error:
        if is_lost(error):
            raise
        # Log unexpected errors and continue with the remaining items.
        log.exception("job %s failed at item %s", item.job_id, item.index)
        answer = problem(APIException("An unexpected error occurred. The worker's log has the details."), {})
        return change.head(item.item) | {"status": 500, "problem": answer.data if answer else {}}
    return {name: value for name, value in found.items() if name != "item"}


def search(job: ApiJob, caller: Any) -> bool:
    """Run an operation that reads and takes long. Return True."""
    content = job.request or {}
    request = request_as(caller, "GET", f"/api/v1/{content['resource']}/{content['action']}/")
    view = view_as(viewset_of(content["resource"]), content["action"], request)
    with acting_for(job, request):
        body = getattr(view, content["action"])(request).data
        with step(job):
            finish(job, result={"status": 200, "body": body}, total=1, done=1)
    return True
