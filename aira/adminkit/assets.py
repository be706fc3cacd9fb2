"""What each page of the console loads beside unfold's own files."""

from django.http import HttpRequest
from django.templatetags.static import static


def style(request: HttpRequest) -> str:
    return static("adminkit/access.css")


def script(request: HttpRequest) -> str:
    return static("adminkit/access.js")
