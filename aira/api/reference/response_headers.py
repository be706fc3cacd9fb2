"""Describe the headers of responses."""

from typing import Any

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {"description": "Id of the request, in the logs and the audit", "schema": TEXT},
    "RateLimit-Policy": {"description": "Limit of the key and its window in seconds: `600;w=60`", "schema": TEXT},
    "RateLimit-Limit": {"description": "Requests that the key may send per minute", "schema": NUMBER},
    "RateLimit-Remaining": {"description": "Requests that are left in this minute", "schema": NUMBER},
    "RateLimit-Reset": {"description": "Seconds until the next minute begins", "schema": NUMBER},
    "ETag": {"description": "State of the row, for `If-Match` and `If-None-Match`", "schema": TEXT},
    "Location": {
        "description": "Address of the job, or of the row whose `deleted_at` shows when the job is done",
        "schema": TEXT,
    },
    "Preference-Applied": {"description": "`respond-async`: a job does the work (RFC 7240)", "schema": TEXT},
    "Retry-After": {"description": "Seconds to wait before the request is sent again", "schema": NUMBER},
    "Idempotent-Replayed": {
        "description": "`true` if the answer repeats the first one with this `Idempotency-Key`",
        "schema": TEXT,
    },
    "Deprecation": {
        "description": "Since when the operation is deprecated: `@` and seconds (RFC 9745)",
        "schema": TEXT,
    },
    "Sunset": {"description": "Until when the operation works (RFC 8594)", "schema": TEXT},
    "Link": {"description": 'Guide that says what to do, with `rel="deprecation"`', "schema": TEXT},
}
ALWAYS = ("X-Request-Id", "RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
OF_DEPRECATED = ("Deprecation", "Sunset", "Link")


def references(names: list[str]) -> dict[str, Any]:
    """Return references to the components of these headers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def of_success(
    code: str, *, is_post: bool, has_row: bool, is_deprecated: bool, is_by_preference: bool
) -> dict[str, Any]:
    """Return the headers of a response without an error."""
    names = [*ALWAYS, *(OF_DEPRECATED if is_deprecated else ())]
    if has_row and code in ("200", "201", "304"):
        names.append("ETag")
    if code == "202":
        names += ["Location", *(["Preference-Applied"] if is_by_preference else [])]
    if is_post:
        names.append("Idempotent-Replayed")
    return references(names)


def of_problem(code: int) -> dict[str, Any]:
    """Return the headers of a problem."""
    return references(["X-Request-Id", *(["Retry-After"] if code in (429, 503) else [])])
