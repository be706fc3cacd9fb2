"""Which format an answer has: `?format=`, else `Accept`."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation

from aira.api.query_parameters import FORMAT
from aira.api.value_fields import one_of


class Formats(DefaultContentNegotiation):
    def filter_renderers(self, renderers: Any, format: str) -> Any:  # noqa: A002  (the framework's name)
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            raise ValidationError({FORMAT: [one_of(renderer.format for renderer in renderers)]})
        return found
