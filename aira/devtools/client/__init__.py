"""Generate clients/python/src/aira_client/generated from docs/openapi.yaml, with the templates beside this file."""

from aira.devtools.client.rendering import written

__all__ = ["written"]
