"""Define the settings of Django REST framework and drf-spectacular. They are the same everywhere."""

from typing import Any

# Version of the API, which docs/api/versioning.md explains: breaking changes need another first number.
VERSION = "1.0"

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "aira.api.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["aira.api.permissions.StaffPermissions"],
    "DEFAULT_THROTTLE_CLASSES": ["aira.api.throttling.PerKey"],
    "DEFAULT_PAGINATION_CLASS": "aira.api.pagination.Keyset",
    "DEFAULT_FILTER_BACKENDS": [
        "aira.api.search.Filters",
        "aira.api.search.Trash",
        "aira.api.search.Metadata",
        "aira.api.search.Search",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "aira.api.negotiation.Formats",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["aira.api.parsers.Json"],
    "DEFAULT_SCHEMA_CLASS": "aira.api.reference.schema.Schema",
    "EXCEPTION_HANDLER": "aira.api.problems.problem",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "AiRa back-office API",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "CONTACT": {"name": "The AiRa platform team"},
    "LICENSE": {"name": "Proprietary, see the file LICENSE", "identifier": "LicenseRef-AiRa"},
    "SERVERS": [{"url": "/", "description": "The site that serves this description"}],
    "SERVE_PERMISSIONS": ["aira.api.permissions.StaffPermissions"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "aira.api.reference.components.complete",
    ],
    # Enumerations become types of a client, so they have names.
    "ENUM_SUFFIX": "",
    "ENUM_NAME_OVERRIDES": {
        "AppointmentSource": "bookings.models.AppointmentSource",
        "AppointmentStatus": "bookings.models.AppointmentStatus",
        "EventObjectType": "aira.events.event_types.OBJECT_TYPES",
        "JobState": "aira.api.jobs.answers.STATES",
        "SubscriptionState": "aira.api.subscriptions.STATES",
        "TransactionStatus": "billing.models.TransactionStatus",
        "TransactionType": "billing.models.TransactionType",
    },
    # drf-spectacular-sidecar provides these files, since the site's pages load nothing from other hosts.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": False, "displayRequestDuration": True, "filter": True},
}
