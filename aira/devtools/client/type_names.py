"""Write the schemas of the description as types of Python."""

import keyword
from typing import Any

# Types of text by its format.
FORMATS = {"uuid": "UUID", "date-time": "datetime", "date": "date", "decimal": "Decimal"}
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
# Names that the base class of the client's models already has.
TAKEN = frozenset({"etag", "to_dict"})


def name_of(reference: str) -> str:
    """Return the name of the component that a reference names."""
    return reference.rpartition("/")[2]


def usable(name: str, taken: frozenset[str] = frozenset()) -> str:
    """Return the name as a name in Python. Names that are taken get an underscore."""
    plain = "".join(one if one.isalnum() else "_" for one in name)
    return f"{plain}_" if keyword.iskeyword(plain) or plain in taken else plain


def literal(values: list[Any]) -> str:
    """Return the type of an enumeration."""
    return f"Literal[{', '.join(repr(value) for value in values if value is not None)}]"


def type_of(schema: dict[str, Any], schemas: dict[str, Any], *, is_sent: bool) -> str:
    """Return the type of a value that a client sends or receives.

    Args:
        schema: schema of the value.
        schemas: all components.
        is_sent: True for requests, where UUIDs, times and amounts may also be text.
    """
    kinds: list[str] = []

    def add(*found: str) -> None:
        kinds.extend(one for one in found if one not in kinds)

    parts = schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf") or []
    if "$ref" in schema:
        name = name_of(schema["$ref"])
        # A newer server may send further values of an enumeration.
        add(name, *(["str"] if "enum" in schemas[name] and not is_sent else []))
    elif "enum" in schema:
        add(literal(schema["enum"]), *([] if is_sent else ["str"]), *(["None"] if None in schema["enum"] else []))
    elif parts:
        for part in parts:
            add(*type_of(part, schemas, is_sent=is_sent).split(" | "))
    else:
        for kind in [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", []):
            add(*plain_types(kind, schema, schemas, is_sent=is_sent))
    if "null" in (schema.get("type") or ()) and "None" not in kinds:
        add("None")
    # None comes last, as people write it.
    ordered = [kind for kind in kinds if kind != "None"] + (["None"] if "None" in kinds else [])
    return "Any" if "Any" in ordered or not ordered else " | ".join(ordered)


def plain_types(kind: str, schema: dict[str, Any], schemas: dict[str, Any], *, is_sent: bool) -> list[str]:
    """Return the types of a value of one JSON type."""
    if kind == "array":
        return [f"{'Sequence' if is_sent else 'list'}[{type_of(schema.get('items', {}), schemas, is_sent=is_sent)}]"]
    if kind == "object":
        return ["Mapping[str, Any]" if is_sent else "dict[str, Any]"]
    if kind == "string" and schema.get("format") in FORMATS:
        return [FORMATS[schema["format"]], *(["str"] if is_sent else [])]
    return [PLAIN[kind]]
