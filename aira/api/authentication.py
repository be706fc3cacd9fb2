"""Who a request is from: a key, `Authorization: Bearer aira_…`."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from aira.api import keys
from aira.api.models import ApiKey


class KeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[ApiKey, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            if keys.MARK in request.headers.get("Authorization", ""):
                raise AuthenticationFailed("The word Bearer is missing. Send `Authorization: Bearer aira_…`.")
            return None
        key = keys.find(secret.strip())
        if key is None:
            # One answer for all: which of them it is helps nobody who has no key.
            raise AuthenticationFailed("The key is unknown, expired or revoked. Send `Authorization: Bearer aira_…`.")
        return key, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def key_of(request: Any) -> ApiKey | None:
    """The key that a request came with; None for a session of staff, and for nobody."""
    user = getattr(request, "user", None)
    return user if isinstance(user, ApiKey) else None
