"""The OpenAPI description, as far as it does not follow from the views: scopes, errors, headers, examples."""

from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from aira.api.bodies import LONGEST_REASON
from aira.api.examples import EXAMPLES
from aira.api.scopes import scope_of
from aira.web.problems import MEDIA_TYPE

# Which errors an operation may answer, beside those of all.
ALL = {
    400: "Not valid",
    401: "No key, or none that opens",
    403: "The scope or permission is missing",
    404: "There is none",
}
BODY = {409: "The database refuses", 413: "Too large", 415: "Not JSON"}
POST = {409: "The database refuses, or it is busy", 422: "The Idempotency-Key was used for another request"}
MATCH = {412: "It was changed meanwhile", 428: "If-Match is missing"}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "aira.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "aira_…"}


class Schema(AutoSchema):
    """Of one operation."""

    view: Any

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        method = self.method.lower()
        scope = scope_of(self.view, method)
        if scope:
            operation["security"] = [{"key": [scope]}, {"cookieAuth": []}]
            operation["x-scope"] = scope
            said = operation.get("description", "")
            operation["description"] = f"{said}\n\nScope: `{scope}`".strip()
        self.add_parameters(operation, method)
        self.add_errors(operation, method)
        self.add_files(operation)
        return operation

    def add_parameters(self, operation: dict[str, Any], method: str) -> None:
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
        codes = dict(ALL) | ({406: "Not as JSON"} if method == "get" else BODY)
        if method == "post":
            codes |= POST | ({412: MATCH[412]} if self.is_of_one_row() else {})
        if method in ("patch", "delete"):
            codes |= MATCH
        if method == "get" and self.answers_resources() and self.view.action == "retrieve":
            operation["responses"]["304"] = {"description": "As you have it"}
        codes |= {429: "Too often", 503: "The database is away, or it took too long"}
        for code, description in sorted(codes.items()):
            operation["responses"].setdefault(str(code), {"$ref": f"#/components/responses/Problem{code}"})
            PROBLEMS[code] = description

    def add_files(self, operation: dict[str, Any]) -> None:
        if self.method == "GET" and self.answers_resources() and self.view.action == "list":
            content = operation["responses"]["200"]["content"]
            content["text/csv"] = {"schema": {"type": "string"}}
            content["application/x-ndjson"] = {"schema": {"type": "string"}}

    def is_of_one_row(self) -> bool:
        return bool(getattr(self.view, "detail", False))

    def answers_resources(self) -> bool:
        return hasattr(self.view, "orderings") and self.view.action in ("list", "retrieve")


# Code to description, as far as operations refer to them.
PROBLEMS: dict[int, str] = {}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Stable: urn:aira:problem:…, a rule's name among others"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people: what happened, and what to do next"},
        "constraint": {"type": "string", "description": "Which rule of the database refused"},
        "sqlstate": {"type": "string"},
        "context": {"type": "string", "description": "JSON, of rules that say more"},
        "scope": {"type": "string", "description": "Which scope the key lacks"},
        "errors": {"type": "object", "additionalProperties": True, "description": "Per field"},
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
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string", **schema},
    }


PARAMETERS = {
    "RequestId": header("X-Request-Id", "Taken over into answer, logs and audit", maxLength=128),
    "Reason": header("X-Reason", "Why, UTF-8; recorded with each change, and needed for files", maxLength=500),
    "IdempotencyKey": header("Idempotency-Key", "Sent again within 24 hours, it has one effect", maxLength=255),
    "IfMatch": header("If-Match", "The ETag of the state that you saw, or *"),
    "IfMatchRequired": header("If-Match", "The ETag of the state that you saw, or *", required=True),
    "IfNoneMatch": header("If-None-Match", "The ETag of the state that you have"),
    "Fields": {
        "name": "fields",
        "in": "query",
        "required": False,
        "description": "Which members are answered, separated by commas",
        "schema": {"type": "string"},
    },
}


# Of a body whose action has none of its own.
REASON = {
    "type": ["string", "null"],
    "maxLength": LONGEST_REASON,
    "description": "Why; recorded with the change where there is no X-Reason",
}


def bodies(result: dict[str, Any]) -> Iterator[str]:
    """Return the name of each schema that is a request's body."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield content["schema"]["$ref"].rpartition("/")[2]


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """What many operations refer to, and an example of each thing that is sent."""
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
    for schema in components["schemas"].values():
        for member in schema.get("properties", {}).values():
            # Of JSON that may be null: null is any JSON already, and so would be two of the two.
            if {} in member.get("oneOf", []):
                del member["oneOf"]
    for name in bodies(result):
        body = components["schemas"][name]
        body["additionalProperties"] = False
        body["properties"].setdefault("reason", REASON)
    for name, example in EXAMPLES.items():
        components["schemas"][name]["examples"] = [example]
    return result
