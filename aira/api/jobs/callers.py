"""Act for the caller of a job: the same key or member of staff, with the rights that they have now."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from aira.api.jobs.models import ApiJob
from aira.api.models import ApiKey
from aira.audit.actor import Actor, acting_as
from aira.personal.masks import viewed_by
from aira.personal.viewer import VIEW, RequestViewer

GONE = "The caller can no longer use the API: the key was revoked or has expired, or the person left."


class CallerGone(PermissionDenied):
    """Raised if the caller of a job may no longer use the API."""

    default_code = "caller_gone"

    def __init__(self) -> None:
        super().__init__(GONE)


def caller_of(job: ApiJob) -> Any:
    """Return the key or the member of staff who asked for the job. Raises CallerGone."""
    found: Any
    if job.actor_kind == ApiKey.actor_kind:
        found = ApiKey.objects.usable().filter(pk=job.actor_id).first()
    else:
        found = get_user_model().objects.filter(pk=job.actor_id, is_active=True, is_staff=True).first()
    if found is None:
        raise CallerGone
    return found


def sees_people(caller: Any) -> bool:
    """Tell whether the caller sees all personal data unmasked."""
    return bool(caller.sees_personal_data() if isinstance(caller, ApiKey) else caller.has_perm(VIEW))


def viewset_of(resource: str) -> Any:
    """Return the viewset of a resource, or None."""
    # Import by name: the routes import all apps, which import this module.
    router = import_string("aira.api.urls.router")
    return next((viewset for prefix, viewset, _ in router.registry if prefix == resource), None)


def request_as(caller: Any, method: str, path: str, query: dict[str, str] | None = None) -> Request:
    """Return a request of the caller that did not come over the network."""
    http = HttpRequest()
    http.method, http.path, http.path_info = method, path, path
    http.GET = QueryDict(urlencode(query or {}))
    # Nothing is revealed outside of a session.
    http.session = {}  # type: ignore[assignment]
    http.user = caller
    request = Request(http)
    request.user = caller
    request._full_data = request._data = {}  # type: ignore[attr-defined]
    return request


def view_as(viewset: Any, action: str, request: Request) -> Any:
    """Return the view of an operation, as the router would make it. It has checked the caller's permission."""
    view = viewset(**getattr(getattr(viewset, action), "kwargs", {}))
    view.action, view.detail, view.basename = action, False, viewset.resource
    view.request, view.args, view.kwargs, view.format_kwarg = request, (), {}, None
    view.check_permissions(request)
    return view


@contextmanager
def acting_for(job: ApiJob, request: Request) -> Iterator[None]:
    """Mask personal data as for the caller, and record changes as the caller's."""
    actor = Actor(job.actor_kind, job.actor_id, job.actor_name, job.request_id, job.reason)
    request._request.reason = job.reason  # type: ignore[attr-defined]
    with viewed_by(RequestViewer(request._request)), acting_as(lambda: actor):
        yield
