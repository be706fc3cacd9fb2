"""Show a page with the waiting time for searches above the limit."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from aira.search.person_searches import TooManySearches


class SearchLimit:
    """Middleware that turns TooManySearches into status 429 with Retry-After in seconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return status 429 for TooManySearches."""
        if not isinstance(exception, TooManySearches):
            return None
        response = render(request, "web/too_many_searches.html", {"message": str(exception)}, status=429)
        response["Retry-After"] = str(exception.seconds)
        return response
