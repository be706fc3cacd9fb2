"""Read docs/openapi.yaml as the classes and methods of a client."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aira.devtools.client.type_names import TAKEN, literal, name_of, type_of, usable

Description = dict[str, Any]
# The client itself handles the formats of files.
HANDLED = ("format",)


@dataclass(frozen=True)
class Member:
    """A member of an object, or an argument of a method.

    Attributes:
        name: name in Python.
        wire: name in JSON or in the request.
        choices: for a member whose type depends on another member: the models by its values.
        by: the name of that other member.
    """

    name: str
    wire: str
    type: str
    text: str = ""
    is_required: bool = False
    choices: dict[str, str] = field(default_factory=dict)
    by: str = ""

    def declares(self) -> tuple[str, str, bool]:
        """Return how a TypedDict would declare it."""
        return self.name, self.type, self.is_required


@dataclass(frozen=True)
class Object:
    """An object of answers, or of bodies."""

    name: str
    text: str
    members: list[Member]
    values: str = ""


@dataclass(frozen=True)
class Method:
    """A method of a resource, which calls one operation.

    Attributes:
        verb: method of HTTP.
        path_names: names of the arguments in the path.
        query, headers, body: arguments by their place. `body` is None without a body.
        answers: types of answers by status.
        row: type of the rows, if the method lists pages.
    """

    name: str
    resource: str
    verb: str
    path: str
    summary: str
    text: str
    path_names: list[str]
    query: list[Member]
    headers: list[Member]
    body: list[Member] | None
    answers: dict[str, str]
    row: str

    @property
    def constant(self) -> str:
        """The name of its operation in the module of operations."""
        return self.name.upper()

    @property
    def operation(self) -> str:
        """The id of its operation."""
        return f"{self.resource}.{self.name}"

    @property
    def own_options(self) -> str:
        """The name of a TypedDict for its arguments alone."""
        return "".join(part.capitalize() for part in f"{self.resource}_{self.name}".split("_"))

    @property
    def arguments(self) -> list[Member]:
        """All arguments, the required ones first."""
        found = [*self.query, *(self.body or []), *self.headers]
        return sorted(found, key=lambda member: not member.is_required)

    @property
    def aliases(self) -> dict[str, str]:
        """Names of the request by the names of arguments, where they differ."""
        return {one.name: one.wire for one in [*self.query, *(self.body or [])] if one.name != one.wire}

    @property
    def returns(self) -> str:
        """The type of all answers, None last."""
        kinds = list(dict.fromkeys(kind for answer in self.answers.values() for kind in answer.split(" | ")))
        return " | ".join(sorted(kinds, key=lambda kind: kind == "None"))


@dataclass(frozen=True)
class Resource:
    """The operations of one tag."""

    name: str
    text: str
    methods: list[Method]

    @property
    def class_name(self) -> str:
        """The name of its class."""
        return "".join(part.capitalize() for part in self.name.split("_")) + "Resource"


def is_page(schema: Description) -> bool:
    """Tell whether the schema is a page of a list."""
    return {"next", "previous"} <= schema.get("properties", {}).keys()


def rows_of(page: Description) -> Description:
    """Return the schema of a page's rows."""
    members = page["properties"]
    found: Description = (members.get("data") or members["results"])["items"]
    return found


def objects(description: Description) -> Iterator[Object]:
    """Yield the objects and enumerations of answers. Errors and pages are written by hand."""
    schemas = description["components"]["schemas"]
    for name, schema in schemas.items():
        if "enum" in schema:
            yield Object(name, text_of(schema), [], literal(schema["enum"]))
        elif not (name.endswith("Request") or name == "Problem" or is_page(schema)):
            yield Object(name, text_of(schema), list(members(schema, schemas, is_sent=False)))


def bodies(description: Description) -> Iterator[Object]:
    """Yield the objects inside bodies. The bodies themselves are arguments."""
    schemas = description["components"]["schemas"]
    waiting = [inner for name, schema in schemas.items() if name.endswith("Request") for inner in inside(schema)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen and "enum" not in schemas[name]:
            seen.add(name)
            waiting += inside(schemas[name])
            yield Object(name, text_of(schemas[name]), list(members(schemas[name], schemas, is_sent=True)))


def text_of(part: Description) -> str:
    """Return the text of a part. Texts that only repeat a name are left out."""
    text = str(part.get("description", ""))
    return "" if text.startswith("Rows whose `") else text


def inside(part: Any) -> list[str]:
    """Return the names of the components to which a schema refers."""
    if isinstance(part, dict):
        own = [name_of(part["$ref"])] if isinstance(part.get("$ref"), str) else []
        return own + [name for inner in part.values() for name in inside(inner)]
    return [name for inner in part for name in inside(inner)] if isinstance(part, list) else []


def members(schema: Description, schemas: Description, *, is_sent: bool) -> Iterator[Member]:
    """Yield the members of an object."""
    for wire, member in schema.get("properties", {}).items():
        yield Member(
            usable(wire) if is_sent else usable(wire, TAKEN),
            wire,
            type_of(member, schemas, is_sent=is_sent),
            text_of(member),
            wire in schema.get("required", []),
            {value: name_of(one) for value, one in member.get("x-schemas", {}).items()},
            member.get("x-schemas-by", ""),
        )


def resources(description: Description) -> list[Resource]:
    """Return the resources with their methods, in the order of the description."""
    texts = {tag["name"].replace("-", "_"): tag["description"] for tag in description["tags"]}
    found: dict[str, list[Method]] = {}
    for path, operations in description["paths"].items():
        for verb, operation in operations.items():
            resource, _, name = operation["operationId"].partition(".")
            found.setdefault(resource, []).append(method(description, path, verb, operation, resource, name))
    return [Resource(name, texts.get(name, ""), methods) for name, methods in sorted(found.items())]


def method(description: Description, path: str, verb: str, operation: Description, resource: str, name: str) -> Method:
    """Return the method for an operation."""
    schemas = description["components"]["schemas"]
    given = [resolved(description, one) for one in operation.get("parameters", [])]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    body = list(members(resolved(description, content), schemas, is_sent=True)) if content else None
    in_body = {member.name for member in body or []}
    answers, row = {}, ""
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            schema = resolved(description, answer).get("content", {}).get("application/json", {}).get("schema")
            if schema and is_page(resolved(description, schema)):
                row = type_of(rows_of(resolved(description, schema)), schemas, is_sent=False)
            answers[status] = type_of(schema, schemas, is_sent=False) if schema else "None"
    is_file = "text/csv" in operation["responses"].get("200", {}).get("content", {})
    return Method(
        name=usable(name),
        resource=resource,
        verb=verb.upper(),
        path=path,
        summary=operation["summary"],
        text=operation.get("description", ""),
        path_names=[usable(one["name"]) for one in given if one["in"] == "path"],
        query=[
            argument(one, schemas) for one in given if one["in"] == "query" and not (is_file and one["name"] in HANDLED)
        ],
        # A reason in the body takes the place of one in a header.
        headers=[
            member for one in given if one["in"] == "header" and (member := argument(one, schemas)).name not in in_body
        ],
        body=body,
        answers=answers,
        row=row,
    )


def argument(parameter: Description, schemas: Description) -> Member:
    """Return the argument for a parameter."""
    name = parameter["name"]
    is_header = parameter["in"] == "header"
    plain = usable(name.removeprefix("X-").replace("-", "_").lower() if is_header else name)
    kind = type_of(parameter["schema"], schemas, is_sent=True)
    if name == "fields":
        kind = "str | Sequence[str]"
    return Member(plain, name, kind, text_of(parameter), parameter.get("required", False))


def resolved(description: Description, part: Description) -> Description:
    """Return the part, or the component that it refers to."""
    while "$ref" in part:
        names = part["$ref"].removeprefix("#/").split("/")
        part = description
        for name in names:
            part = part[name]
    return part
