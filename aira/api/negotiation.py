"""Choose the format of a response: `?format=` first, then `Accept`."""

from typing import Any, override

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation

from aira.api.query_parameters import FORMAT
from aira.api.value_fields import allowed_values


class Formats(DefaultContentNegotiation):
    """Negotiation that lists the formats in its error."""

    @override
    def filter_renderers(self, renderers: Any, format: str) -> Any:
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            raise ValidationError({FORMAT: [allowed_values(renderer.format for renderer in renderers)]})
        return found
