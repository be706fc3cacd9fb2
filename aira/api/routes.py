"""Build the addresses of resources."""

from typing import Any, override

from rest_framework.routers import DefaultRouter


class Router(DefaultRouter):
    """Router that tells each viewset its name, with which its scopes begin."""

    # `?format=` chooses the format of a file.
    include_format_suffixes = False

    @override
    def register(self, prefix: str, viewset: Any, basename: str | None = None) -> None:
        viewset.resource = prefix
        super().register(prefix, viewset, basename)
