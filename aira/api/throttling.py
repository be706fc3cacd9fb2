"""How often a key may ask: counted in the database, where all processes of the site see it."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from aira.api.authentication import key_of
from aira.schema.sql_calls import rows

WINDOW = 60


class PerKey(BaseThrottle):
    """Staff who browse are not counted."""

    def allow_request(self, request: Request, view: Any) -> bool:
        key = key_of(request)
        if key is None:
            return True
        question = "select * from private.take_request(%s, %s)"
        [[allowed, remaining, self.reset]] = rows(question, key.pk, key.rate_limit)
        request._request.rate = {  # type: ignore[attr-defined]
            "RateLimit-Policy": f"{key.rate_limit};w={WINDOW}",
            "RateLimit-Limit": str(key.rate_limit),
            "RateLimit-Remaining": str(remaining),
            "RateLimit-Reset": str(self.reset),
        }
        return bool(allowed)

    def wait(self) -> float:
        return float(self.reset)
