"""Show the reference to everybody: it needs no login, since it contains no data."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from aira.web.headers import PAGE

# Redoc searches in a worker that it makes from its own text.
POLICY: dict[str, Any] = PAGE | {"worker-src": ["blob:"]}


@require_safe
@csp_override(POLICY)
def reference_page(request: HttpRequest) -> HttpResponse:
    """Show the description as a page."""
    return render(request, "api/reference.html")


@require_safe
def description_file(request: HttpRequest) -> FileResponse:
    """Return docs/openapi.yaml. A test compares it with the code, so that nothing is generated here."""
    file = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"
    return FileResponse(file.open("rb"), content_type="application/yaml")
