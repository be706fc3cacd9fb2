"""Name the files that every page of the console loads in addition to unfold's own."""

from django.http import HttpRequest
from django.templatetags.static import static


def style(request: HttpRequest) -> str:
    """Return the address of the style sheet."""
    return static("adminkit/access.css")


def script(request: HttpRequest) -> str:
    """Return the address of the script."""
    return static("adminkit/access.js")
