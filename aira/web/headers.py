"""What a browser may do with our answers: the tightest policy that each kind of page works under."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.csp import CSP

# Whatever is no page: nothing is loaded, run, framed or sent.
STRICT: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.NONE],
}
PAGE: dict[str, Any] = STRICT | {
    "script-src": [CSP.SELF],
    # Elements and attributes that Swagger UI and unfold write; a style runs nothing, and loads from here alone.
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
}
# unfold's menus and palette are Alpine.js, which makes functions of their attributes. Inline scripts stay forbidden.
CONSOLE: dict[str, Any] = PAGE | {"script-src": [CSP.SELF, CSP.UNSAFE_EVAL]}

NOTHING = ("camera", "display-capture", "geolocation", "hid", "microphone", "midi", "payment", "serial", "usb")
PERMISSIONS = ", ".join(f"{name}=()" for name in NOTHING)


class Headers:
    """Middleware, inside Django's own for the policy: chooses which one an answer gets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            console = request.path.startswith(reverse("admin:index"))
            response._csp_config = CONSOLE if console else PAGE  # type: ignore[attr-defined]
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
