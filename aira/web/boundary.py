"""What every request is looked at for before anything reads it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from aira.web.error_pages import bad_request, is_for_programs

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Boundary:
    """Middleware: refuses NUL characters, which no text of PostgreSQL can hold, and ends the API's paths with a slash.

    No request to the API is redirected, not even to https: clients follow a redirected POST by a GET.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if wrong := refusal(request):
            return bad_request(request, BadRequest(wrong))
        if is_for_programs(request) and not request.path.endswith("/"):
            request.path += "/"
            request.path_info += "/"
        return self.get_response(request)


def refusal(request: HttpRequest) -> str | None:
    """Say why the request is not answered; None where it is."""
    for place, text in texts(request):
        if "\0" in text:
            return f"The {place} holds a NUL character (%00). Leave it out."
    if is_for_programs(request) and settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return "The request came over http. Rotate the key if it had one, and use https."
    return None


def texts(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Each text that a request brings, and where. Bodies of JSON are looked at as they are parsed."""
    # The console's pages write a character of an id as `_` and its code.
    yield "path", request.path if is_for_programs(request) else request.path.replace("_00", "\0")
    yield "query", unquote(request.META.get("QUERY_STRING", ""))
    for name, value in request.META.items():
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            yield f"header {name.removeprefix('HTTP_').replace('_', '-').title()}", str(value)
    for name, value in request.COOKIES.items():
        # One may be quoted, with the codes of its characters.
        yield f"cookie {name}", f"{name}{value}"
    if request.method == "POST" and request.content_type in FORMS and not is_for_programs(request):
        # A form that breaks off is for the view to refuse.
        with suppress(UnreadablePostError):
            yield from form(request)


def form(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        yield "form", name
        for value in values:
            yield f"field {name}", str(value)
    for name, file in request.FILES.items():
        yield f"file {name}", f"{name}{getattr(file, 'name', '')}"
