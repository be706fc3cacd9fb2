"""Client of AiRa's back-office API."""

from aira_client.client import AsyncClient, Client
from aira_client.errors import (
    AiraError,
    ApiError,
    BadRequest,
    Conflict,
    ConnectionFailed,
    Forbidden,
    IdempotencyKeyMismatch,
    NotFound,
    NotModified,
    OutcomeUnknown,
    PreconditionFailed,
    RateLimited,
    ServerError,
    Unauthorized,
)
from aira_client.model import Model
from aira_client.pages import AsyncPages, Page, Pages
from aira_client.retries import Policy
from aira_client.webhooks import InvalidSignature, Webhook

__all__ = [
    "AiraError",
    "ApiError",
    "AsyncClient",
    "AsyncPages",
    "BadRequest",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "Forbidden",
    "IdempotencyKeyMismatch",
    "InvalidSignature",
    "Model",
    "NotFound",
    "NotModified",
    "OutcomeUnknown",
    "Page",
    "Pages",
    "Policy",
    "PreconditionFailed",
    "RateLimited",
    "ServerError",
    "Unauthorized",
    "Webhook",
]
