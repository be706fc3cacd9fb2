"""Make an example of each resource from its schema."""

from typing import Any

from aira.api.reference.schema_examples import BUSINESS, USER

# Values by the name of a member. They agree with the examples of bodies.
VALUES: dict[str, Any] = {
    "user": USER,
    "business": BUSINESS,
    "deleted_at": None,
    "customer_name": "Carol Jones",
    "customer_phone": "+14155550188",
    "customer_email": "carol@example.com",
    "email": "alice@example.com",
    "phone": "+14155550101",
    "phone_number": "+14155550123",
    "display_name": "Front desk",
    "country_code": "US",
    "name": "Casa Verde",
    "business_type": "restaurant",
    "timezone": "Europe/Berlin",
    "business_hours": {"weekly": {"mon": [["09:00", "12:00"], ["13:00", "18:00"]]}},
    "scheduled_at": "2026-12-24T10:00:00Z",
    "busy_from": "2026-12-24T10:00:00Z",
    "busy_to": "2026-12-24T11:00:00Z",
    "starts_at": "2026-12-24T10:00:00Z",
    "ends_at": "2026-12-24T11:00:00Z",
    "local_start": "2026-12-24T11:00:00+01:00",
    "duration": 60,
    "currency": "USD",
    "amount": "4.20",
    "opening_balance": "29.20",
    "closing_balance": "25.00",
    "balance_usd": "25.00",
    "balance_inr": "0.00",
    "monthly_cost": "1.15",
    "file_name": "menu.pdf",
    "file_path": f"{BUSINESS}/menu.pdf",
    "file_size": 82944,
    "mime_type": "application/pdf",
    "next": "https://aira.test/api/v1/appointments/?cursor=cD0yMDI2LTEy",
    "previous": None,
    "expanded": {},
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "answer": "ok",
    "status": 201,
}
BY_FORMAT = {
    "uuid": "8f2b6c0e-5a51-4a39-8b0e-2f0b9a3c1d22",
    "date-time": "2026-12-01T08:30:00Z",
    "date": "2026-12-01",
    "decimal": "0.00",
    "uri": "https://aira.test/",
    "email": "alice@example.com",
}
BY_TYPE: dict[str, Any] = {"string": "text", "integer": 1, "number": 1, "boolean": True, "object": {}, "null": None}


def example(schema: dict[str, Any], schemas: dict[str, Any], name: str = "") -> Any:
    """Return a value that the schema allows.

    Args:
        schema: the schema, whose references are names in `schemas`.
        name: name of the member that has this schema.
    """
    if reference := schema.get("$ref"):
        return example(schemas[reference.rpartition("/")[2]], schemas, name)
    for part in ("allOf", "oneOf", "anyOf"):
        if part in schema:
            return example(schema[part][0], schemas, name)
    if "enum" in schema:
        return schema.get("default", schema["enum"][0])
    types = schema.get("type", "null")
    types = [types] if isinstance(types, str) else types
    if name in VALUES and fits(VALUES[name], types):
        return VALUES[name]
    if "properties" in schema:
        return {member: example(inner, schemas, member) for member, inner in schema["properties"].items()}
    if types[0] == "array":
        return [example(schema["items"], schemas)]
    # A member that may be null is null, unless its name has a value.
    return None if "null" in types else BY_FORMAT.get(schema.get("format", ""), BY_TYPE[types[0]])


def fits(value: Any, types: list[str]) -> bool:
    """Tell whether a value has one of the types. A schema without a type, which is listed as null, allows any value."""
    kinds = {str: "string", bool: "boolean", int: "integer", dict: "object", list: "array", type(None): "null"}
    return kinds[type(value)] in types or types == ["null"]
