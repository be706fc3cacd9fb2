"""How resources get their addresses."""

from typing import Any

from rest_framework.routers import DefaultRouter


class Router(DefaultRouter):
    """Tells each viewset under which name it is reached: its scopes begin with that."""

    # Files are asked for by `?format=`.
    include_format_suffixes = False

    def register(self, prefix: str, viewset: Any, basename: str | None = None) -> None:
        viewset.resource = prefix
        super().register(prefix, viewset, basename)
