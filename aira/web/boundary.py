"""Check every request before anything else reads it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from aira.web.error_pages import bad_request, is_for_programs

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Boundary:
    """Middleware that refuses NUL characters, which PostgreSQL's text can't hold, and completes the API's paths.

    The API's paths end with a slash. Requests to the API are never redirected, not even to https, because clients
    follow a redirected POST with a GET.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse the request or pass it on."""
        if wrong := refusal(request):
            return bad_request(request, BadRequest(wrong))
        if is_for_programs(request) and not request.path.endswith("/"):
            request.path += "/"
            request.path_info += "/"
        return self.get_response(request)


def refusal(request: HttpRequest) -> str | None:
    """Return why the request is refused, or None."""
    for place, text in texts(request):
        if "\0" in text:
            return f"The {place} contains a NUL character (%00). Remove it."
    if is_for_programs(request) and settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return "The request came over http. Use https. If the request had a key, rotate the key."
    return None


def texts(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield each text of a request with its place. Bodies of JSON are checked when they are parsed."""
    # The console's pages write a character of an id as `_` followed by its code.
    yield "path", request.path if is_for_programs(request) else request.path.replace("_00", "\0")
    yield "query", unquote(request.META.get("QUERY_STRING", ""))
    for name, value in request.META.items():
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            yield f"header {name.removeprefix('HTTP_').replace('_', '-').title()}", str(value)
    for name, value in request.COOKIES.items():
        # A value may be quoted, with the codes of its characters.
        yield f"cookie {name}", f"{name}{value}"
    if request.method == "POST" and request.content_type in FORMS and not is_for_programs(request):
        # The view refuses a form that breaks off.
        with suppress(UnreadablePostError):
            yield from form(request)


def form(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield the texts of a form."""
    for name, values in request.POST.lists():
        yield "form", name
        for value in values:
            yield f"field {name}", str(value)
    for name, file in request.FILES.items():
        yield f"file {name}", f"{name}{getattr(file, 'name', '')}"
