"""Set the content security policy: each kind of page gets the strictest policy under which it works."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.csp import CSP

# For responses that are not pages: nothing may be loaded, run, framed or sent.
STRICT: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.NONE],
}
PAGE: dict[str, Any] = STRICT | {
    "script-src": [CSP.SELF],
    # Swagger UI and unfold write inline styles. Styles run nothing, and load only from this site.
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
}
# The menus and the palette of unfold use Alpine.js, which evaluates attributes. Inline scripts stay forbidden.
# FullCalendar carries its icons as a font inside its styles. A font runs nothing.
CONSOLE: dict[str, Any] = PAGE | {"script-src": [CSP.SELF, CSP.UNSAFE_EVAL], "font-src": [CSP.SELF, "data:"]}

NOTHING = ("camera", "display-capture", "geolocation", "hid", "microphone", "midi", "payment", "serial", "usb")
PERMISSIONS = ", ".join(f"{name}=()" for name in NOTHING)


class Headers:
    """Middleware that chooses the policy of a response. It runs inside Django's own middleware for the policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Choose the policy by the type and path of the response."""
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        # A view may have chosen its policy with Django's decorator.
        if is_page and not hasattr(response, "_csp_config"):
            console = request.path.startswith(reverse("admin:index"))
            response._csp_config = CONSOLE if console else PAGE  # type: ignore[attr-defined]
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
