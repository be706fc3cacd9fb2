"""Authenticate requests by their API key: `Authorization: Bearer aira_…`."""

from typing import Any, override

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from aira.api import keys
from aira.api.models import ApiKey


class KeyAuthentication(BaseAuthentication):
    """Authentication by an API key."""

    @override
    def authenticate(self, request: Request) -> tuple[ApiKey, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            if keys.MARK in request.headers.get("Authorization", ""):
                raise AuthenticationFailed("The word Bearer is missing. Send `Authorization: Bearer aira_…`.")
            return None
        key = keys.find(secret.strip())
        if key is None:
            # Use one message for all cases, since it must not reveal which keys exist.
            raise AuthenticationFailed("The key is unknown, expired or revoked. Send `Authorization: Bearer aira_…`.")
        return key, key

    @override
    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def key_of(request: Any) -> ApiKey | None:
    """Return the key of a request, or None for staff and for unauthenticated requests."""
    user = getattr(request, "user", None)
    return user if isinstance(user, ApiKey) else None
