"""Limit the requests of each key. The count is in the database, which all processes share."""

from typing import Any, override

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from aira.api.authentication import key_of
from aira.schema.sql_calls import rows

WINDOW = 60


class PerKey(BaseThrottle):
    """Limit per key. Requests of staff are not counted."""

    @override
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

    @override
    def wait(self) -> float:
        return float(self.reset)
