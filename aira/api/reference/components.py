"""Complete the description with the components that many operations refer to, tags, examples and guides."""

from collections.abc import Iterator
from typing import Any

from django.utils.module_loading import import_string

from aira.api import expansion, money
from aira.api.reference import examples, guides, introductions, response_headers
from aira.api.reference.members import complete_members
from aira.api.reference.schema_examples import EXAMPLES
from aira.api.reference.schema_webhooks import webhooks
from aira.api.request_bodies import LONGEST_REASON
from aira.web.problems import MEDIA_TYPE

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
        "details": {"type": "object", "additionalProperties": True, "description": "Further values of the rule"},
        "context": {
            "type": "string",
            "deprecated": True,
            "description": "The same as `details`, as JSON in a text. Use `details`, which replaces it.",
        },
        "scope": {"type": "string", "description": "Scope that the key lacks"},
        "errors": {"type": "object", "additionalProperties": True, "description": "Errors per field"},
        "results": {
            "type": "array",
            "items": {"type": "object", "additionalProperties": True},
            "description": "Outcomes of the items of an atomic bulk request, of which none was saved",
        },
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
    "details": {"available": "4.20", "required": "25.00", "currency": "USD"},
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
    "RequestId": header("X-Request-Id", "Id for response, logs and audit. One above 128 characters is replaced"),
    "Reason": header("X-Reason", "Reason in UTF-8 for the audit, at most 500 characters. Exports require it"),
    "IdempotencyKey": header("Idempotency-Key", "Key that makes a repetition within 24 hours harmless", maxLength=255),
    "IfMatch": header("If-Match", "ETag of the state that you read, or *"),
    "IfMatchRequired": header("If-Match", "ETag of the state that you read, or *", required=True),
    "IfNoneMatch": header("If-None-Match", "ETag of the state that you have"),
    "Prefer": header("Prefer", "`respond-async`: answer 202 with the address of a job that does the work"),
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


JOB_STARTED = {
    "type": "object",
    "description": "A job moves the rows",
    "required": ["detail"],
    "properties": {"detail": {"type": "string", "description": "The job's work, for people"}},
    "examples": [{"detail": "More than 5,000 rows belong to it. A job moves them, and then deleted_at changes."}],
}


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the components that many operations refer to, and an example of each body."""
    # The API answers with and without the slash at the end. Linters recommend to describe paths without it.
    result["paths"] = {path.rstrip("/"): methods for path, methods in result["paths"].items()}
    result["info"]["description"] = guides.introduction()
    add_tags(result)
    add_components(result["components"])
    complete_members(result)
    add_expanded(result["components"]["schemas"])
    money.deprecate(result["components"]["schemas"])
    add_bodies(result)
    result["webhooks"] = webhooks()
    without_marks(result)
    return result


def add_tags(result: dict[str, Any]) -> None:
    """Add the tags with their introductions. The page shows them in groups."""
    # Import by name: the routes import all apps, which import the schema.
    router = import_string("aira.api.urls.router")
    result["tags"] = introductions.tags({name: view for name, view, _ in router.registry})
    result["x-tagGroups"] = introductions.groups([tag["name"] for tag in result["tags"]])


def add_expanded(schemas: dict[str, Any]) -> None:
    """Add the member `expanded` to the schemas of resources that have `?expand=`."""
    router = import_string("aira.api.urls.router")
    names = {
        prefix: view.serializer_class.__name__.removesuffix("Serializer")
        for prefix, view, _ in router.registry
        if getattr(view, "serializer_class", None)
    }
    for prefix, view, _ in router.registry:
        if getattr(view, "expands", None):
            schemas[names[prefix]]["properties"][expansion.MEMBER] = expansion.described_member(view, names)


def add_components(components: dict[str, Any]) -> None:
    """Add the components that many operations refer to."""
    components["schemas"] |= {"Problem": PROBLEM, "JobStarted": JOB_STARTED}
    components["parameters"] = PARAMETERS
    components["headers"] = response_headers.HEADERS
    components["responses"] = {
        f"Problem{code}": {
            "description": description,
            "headers": response_headers.of_problem(code),
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


def add_bodies(result: dict[str, Any]) -> None:
    """Complete the schemas of bodies, and give each schema an example."""
    schemas = result["components"]["schemas"]
    for schema in schemas.values():
        for member in schema.get("properties", {}).values():
            # A oneOf with “any JSON” and null matches null twice, so it would be invalid. Any JSON includes null.
            if {} in member.get("oneOf", []):
                del member["oneOf"]
    for name in bodies(result):
        schemas[name]["additionalProperties"] = False
        schemas[name]["properties"].setdefault("reason", REASON)
    for name, example in EXAMPLES.items():
        schemas[name]["examples"] = [example]
    for name, schema in schemas.items():
        if not name.endswith("Request"):
            schema.setdefault("examples", [examples.example(schema, schemas)])


def without_marks(part: Any) -> None:
    """Remove the marks that drf-spectacular leaves for a hook of its own."""
    if isinstance(part, dict):
        part.pop("x-spec-enum-id", None)
        for inner in part.values():
            without_marks(inner)
    elif isinstance(part, list):
        for inner in part:
            without_marks(inner)
