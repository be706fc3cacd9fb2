"""Give names to the objects inside schemas that have none, so that each becomes a class."""

from typing import Any

REFERENCE = "#/components/schemas/"


def name_objects(description: dict[str, Any]) -> None:
    """Move the objects inside components to components of their own."""
    schemas = description["components"]["schemas"]
    waiting = list(schemas)
    while waiting:
        name = waiting.pop(0)
        for member, schema in schemas[name].get("properties", {}).items():
            is_list = isinstance(schema.get("items"), dict)
            inner = schema["items"] if is_list else schema
            if "properties" in inner:
                new = unused(inner_name(name, member, is_list=is_list), schemas)
                schemas[new] = {"description": f"Part of {name}.", **inner}
                waiting.append(new)
                # The description of the member stays with it.
                kept = {} if is_list else {key: inner[key] for key in ("description",) if key in inner}
                inner.clear()
                inner |= {"$ref": REFERENCE + new, **kept}


def inner_name(name: str, member: str, *, is_list: bool) -> str:
    """Return the name for an object inside a component. Objects of bodies end with Request, as the bodies do."""
    words = "".join(part.capitalize() for part in member.split("_"))
    suffix = "Request" if name.endswith("Request") else ""
    return name.removesuffix("Request") + (words.removesuffix("s") if is_list else words) + suffix


def unused(name: str, schemas: dict[str, Any]) -> str:
    """Return the name, or one that no component has."""
    return name if name not in schemas else unused(f"{name}Inner", schemas)
