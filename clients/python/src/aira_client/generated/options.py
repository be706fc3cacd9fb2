"""Arguments that many methods share, and objects inside bodies."""

from typing import Required, TypedDict
from uuid import UUID

# The id of a row, in the path.
Id = UUID | int | str


class ActionOptions(TypedDict, total=False):
    """Arguments of actions on one row."""

    reason: str | None
    """Reason, recorded with the change."""
    idempotency_key: str
    """Key that makes a repetition within 24 hours harmless."""
    if_match: str
    """ETag of the state that you read, or *."""
    request_id: str
    """Id that appears in response, logs and audit."""


class RowOptions(TypedDict, total=False):
    """Arguments of each POST about one row."""

    idempotency_key: str
    """Key that makes a repetition within 24 hours harmless."""
    if_match: str
    """ETag of the state that you read, or *."""
    request_id: str
    """Id that appears in response, logs and audit."""


class PostOptions(TypedDict, total=False):
    """Arguments of each POST."""

    idempotency_key: str
    """Key that makes a repetition within 24 hours harmless."""
    request_id: str
    """Id that appears in response, logs and audit."""


class ChangeOptions(TypedDict, total=False):
    """Arguments of each update and deletion."""

    if_match: Required[str]
    """ETag of the state that you read, or *."""
    request_id: str
    """Id that appears in response, logs and audit."""


class Options(TypedDict, total=False):
    """Arguments of each call."""

    request_id: str
    """Id that appears in response, logs and audit."""
