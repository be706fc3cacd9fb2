"""Complete the OpenAPI description with scopes, errors, headers and examples, which don't follow from the views."""

from collections.abc import Iterator
from typing import Any, override

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from aira.api.request_bodies import LONGEST_REASON
from aira.api.schema_examples import EXAMPLES
from aira.api.schema_webhooks import webhooks
from aira.api.scopes import scope_of
from aira.web.problems import MEDIA_TYPE

# Errors of all operations, and the further errors of some.
ALL = {
    400: "The request is not valid",
    401: "The key is missing, unknown, expired or revoked",
    403: "The scope or permission is missing",
    404: "Not found",
}
BODY = {409: "The database refuses", 413: "The body is too large", 415: "The body is not JSON"}
POST = {409: "The database refuses, or the row is busy", 422: "The Idempotency-Key was used for another request"}
MATCH = {412: "The resource has changed", 428: "If-Match is missing"}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describe the authentication by a key."""

    target_class = "aira.api.authentication.KeyAuthentication"
    name = "key"

    @override
    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "aira_…"}


class Schema(AutoSchema):
    """Schema of one operation."""

    view: Any

    @override
    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        method = self.method.lower()
        scope = scope_of(self.view, method)
        if scope:
            operation["security"] = [{"key": [scope]}, {"cookieAuth": []}]
            operation["x-scope"] = scope
            text = operation.get("description", "")
            operation["description"] = f"{text}\n\nScope: `{scope}`".strip()
        self.add_parameters(operation, method)
        self.add_errors(operation, method)
        self.add_files(operation)
        return operation

    def add_parameters(self, operation: dict[str, Any], method: str) -> None:
        """Add the headers and parameters that the framework handles."""
        names = ["RequestId"]
        if method != "get":
            names.append("Reason")
        if method == "post":
            names += ["IdempotencyKey", *(["IfMatch"] if self.is_of_one_row() else [])]
        if method in ("patch", "delete"):
            names.append("IfMatchRequired")
        if method == "get" and self.answers_resources():
            names.append("Fields")
            if self.view.action == "retrieve":
                names.append("IfNoneMatch")
            else:
                names.append("Reason")
        parameters = operation.setdefault("parameters", [])
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in names]

    def add_errors(self, operation: dict[str, Any], method: str) -> None:
        """Add the errors of the operation."""
        codes = dict(ALL) | ({406: "The requested format is not available"} if method == "get" else BODY)
        if method == "post":
            codes |= POST | ({412: MATCH[412]} if self.is_of_one_row() else {})
        if method in ("patch", "delete"):
            codes |= MATCH
        if method == "get" and self.answers_resources() and self.view.action == "retrieve":
            operation["responses"]["304"] = {"description": "Not modified"}
        codes |= {429: "Too many requests", 503: "The database is unavailable, or the request took too long"}
        for code, description in sorted(codes.items()):
            operation["responses"].setdefault(str(code), {"$ref": f"#/components/responses/Problem{code}"})
            PROBLEMS[code] = description
        for code in UNREAD:
            operation["responses"][str(code)] = {"$ref": f"#/components/responses/Unread{code}"}

    def add_files(self, operation: dict[str, Any]) -> None:
        """Add the file formats of a list."""
        if self.method == "GET" and self.answers_resources() and self.view.action == "list":
            content = operation["responses"]["200"]["content"]
            content["text/csv"] = {"schema": {"type": "string"}}
            content["application/x-ndjson"] = {"schema": {"type": "string"}}

    def is_of_one_row(self) -> bool:
        """Tell whether the operation is about one row."""
        return bool(getattr(self.view, "detail", False))

    def answers_resources(self) -> bool:
        """Tell whether the operation returns resources."""
        return hasattr(self.view, "orderings") and self.view.action in ("list", "retrieve")


# Answers of the web server itself to a request that it did not read to its end.
UNREAD = {
    414: "The address is longer than 4,094 bytes. Send long values in a body",
    431: "A header is longer than 8,190 bytes, or there are more than 100",
}

# Descriptions by code, for the codes that operations refer to.
PROBLEMS: dict[int, str] = {}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable: urn:aira:problem:…, for example with the name of a rule"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people: the error and what to do next"},
        "constraint": {"type": "string", "description": "Rule of the database that refused"},
        "sqlstate": {"type": "string"},
        "context": {"type": "string", "description": "Further values of the rule, as JSON"},
        "scope": {"type": "string", "description": "Scope that the key lacks"},
        "errors": {"type": "object", "additionalProperties": True, "description": "Errors per field"},
        "request_id": {"type": "string"},
    },
}
EXAMPLE_OF_PROBLEM = {
    "type": "urn:aira:problem:wallet_balance_not_negative",
    "title": "Bad Request",
    "status": 400,
    "detail": "The wallet has 4.20 USD available, but needs 25.00 USD. (rule: wallet_balance_not_negative)",
    "constraint": "wallet_balance_not_negative",
    "sqlstate": "23514",
    "request_id": "4f0c2d1e8b7a49d3a5c6e7f8091a2b3c",
}


def header(name: str, description: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    """Return the description of a header."""
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string", **schema},
    }


PARAMETERS = {
    "RequestId": header("X-Request-Id", "Id that appears in response, logs and audit", maxLength=128),
    "Reason": header("X-Reason", "Reason in UTF-8, recorded with each change. Required for exports", maxLength=500),
    "IdempotencyKey": header("Idempotency-Key", "Key that makes a repetition within 24 hours harmless", maxLength=255),
    "IfMatch": header("If-Match", "ETag of the state that you read, or *"),
    "IfMatchRequired": header("If-Match", "ETag of the state that you read, or *", required=True),
    "IfNoneMatch": header("If-None-Match", "ETag of the state that you have"),
    "Fields": {
        "name": "fields",
        "in": "query",
        "required": False,
        "description": "Members to return, separated by commas",
        "schema": {"type": "string"},
    },
}


# Added to bodies whose action has no reason of its own.
REASON = {
    "type": ["string", "null"],
    "maxLength": LONGEST_REASON,
    "description": "Reason, recorded with the change unless X-Reason is sent",
}


def bodies(result: dict[str, Any]) -> Iterator[str]:
    """Yield the name of each schema of a request body."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield content["schema"]["$ref"].rpartition("/")[2]


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the components that many operations refer to, and an example of each body."""
    components = result["components"]
    components["schemas"]["Problem"] = PROBLEM
    components["parameters"] = PARAMETERS
    components["responses"] = {
        f"Problem{code}": {
            "description": description,
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": EXAMPLE_OF_PROBLEM | {"status": code},
                }
            },
        }
        for code, description in sorted(PROBLEMS.items())
    }
    components["responses"] |= {
        f"Unread{code}": {"description": description, "content": {"text/html": {"schema": {"type": "string"}}}}
        for code, description in UNREAD.items()
    }
    for schema in components["schemas"].values():
        for member in schema.get("properties", {}).values():
            # A oneOf with “any JSON” and null matches null twice, so it would be invalid. Any JSON includes null.
            if {} in member.get("oneOf", []):
                del member["oneOf"]
    for name in bodies(result):
        body = components["schemas"][name]
        body["additionalProperties"] = False
        body["properties"].setdefault("reason", REASON)
    for name, example in EXAMPLES.items():
        components["schemas"][name]["examples"] = [example]
    result["webhooks"] = webhooks()
    return result
