"""Describe the bodies of bulk operations, whose items contain the body of the operation on one row."""

from typing import Any

from drf_spectacular.plumbing import ResolvedComponent

from aira.api.bulk.changes import TargetSerializer, view_about
from aira.api.bulk.creation import ATOMIC, MOST
from aira.api.reference.schema_examples import BUSINESS, EXAMPLES
from aira.api.request_bodies import ReasonSerializer, body_of

# Operations whose items need more than an id.
NEEDS_MORE = {"partial_update": ("if_match", "body")}


def request_body(schema: Any, repeats: str) -> dict[str, Any]:
    """Return the body of a bulk operation.

    Args:
        schema: the schema of the operation, which registers components.
        repeats: name of the operation on one row.
    """
    view = schema.view
    single = body_of(view_about(view, repeats, view.request)) or ReasonSerializer
    resolved = schema.resolve_serializer(single(partial=repeats == "partial_update"), "request")
    fields = TargetSerializer().fields
    item = {
        "type": "object",
        "required": ["id", *NEEDS_MORE.get(repeats, ())],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "format": "uuid", "description": fields["id"].help_text},
            "if_match": {"type": "string", "description": fields["if_match"].help_text},
            "body": resolved.ref,
        },
    }
    items = {"type": "array", "minItems": 1, "maxItems": MOST, "items": item}
    atomic = {"type": "boolean", "default": False, "description": ATOMIC}
    name = f"{view.queryset.model.__name__}{''.join(word.capitalize() for word in view.action.split('_'))}Request"
    target = {"id": BUSINESS} | ({"if_match": "*"} if repeats == "partial_update" else {})
    component = ResolvedComponent(  # type: ignore[no-untyped-call]
        name=name,
        type=ResolvedComponent.SCHEMA,
        object=name,
        schema={
            "type": "object",
            "required": ["items"],
            "properties": {"items": items, "atomic": atomic},
            "examples": [{"items": [target | {"body": EXAMPLES[resolved.name]}], "atomic": False}],
        },
    )
    schema.registry.register_on_missing(component)
    return {"required": True, "content": {"application/json": {"schema": component.ref}}}
