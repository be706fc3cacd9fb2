"""Find the changes of the API that break its clients, by comparing two OpenAPI descriptions.

Requests may only be allowed more than before, and answers may only promise more. The rules are in
docs/api/versioning.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

Schema = dict[str, Any]
# Limits of values, and whether a greater limit allows more.
LIMITS = {"maximum": True, "maxLength": True, "maxItems": True, "minimum": False, "minLength": False, "minItems": False}


def breaking_changes(released: Schema, current: Schema, today: date) -> list[str]:
    """Return the breaking changes as sentences. A description with another first number may change everything.

    Args:
        released: description of the last release.
        current: description of the code.
        today: an operation whose sunset is before this day may be removed.
    """
    if major(released) != major(current):
        return []
    return [*changed_operations(released, current, today), *changed_webhooks(released, current)]


def major(description: Schema) -> str:
    """Return the first number of the version."""
    return str(description["info"]["version"]).partition(".")[0]


def changed_operations(released: Schema, current: Schema, today: date) -> Iterator[str]:
    """Yield the breaking changes of all operations."""
    for path, methods in released["paths"].items():
        for method, old in methods.items():
            where = f"{method.upper()} {path}"
            new = current["paths"].get(path, {}).get(method)
            if new is None:
                if not is_past_sunset(old, today):
                    yield f"{where} was removed."
                continue
            for name in ("operationId", "x-scope"):
                if old.get(name) != new.get(name):
                    yield f"{where} has another {name}: {new.get(name)} instead of {old.get(name)}."
            yield from changed_parameters(where, released, old, current, new)
            yield from changed_body(where, released, old, current, new)
            yield from changed_responses(where, released, old, current, new)


def changed_webhooks(released: Schema, current: Schema) -> Iterator[str]:
    """Yield the breaking changes of webhooks, whose bodies a client receives."""
    for name, old in released.get("webhooks", {}).items():
        where = f"The webhook {name}"
        new = current.get("webhooks", {}).get(name)
        if new is None:
            yield f"{where} was removed."
            continue
        bodies = (
            resolved(*pair) for pair in ((released, old["post"]["requestBody"]), (current, new["post"]["requestBody"]))
        )
        before, after = bodies
        yield from changed_content(where, released, before, current, after, is_sent=False)


def is_past_sunset(operation: Schema, today: date) -> bool:
    """Tell whether the operation was released as deprecated, and its sunset has passed."""
    sunset = operation.get("x-sunset")
    return bool(operation.get("deprecated") and sunset and date.fromisoformat(str(sunset)) < today)


def changed_parameters(where: str, released: Schema, old: Schema, current: Schema, new: Schema) -> Iterator[str]:
    """Yield the breaking changes of parameters."""
    before, after = parameters(released, old), parameters(current, new)
    for name in before.keys() - after.keys():
        yield f"{where}: the parameter {name} was removed."
    for name, parameter in after.items():
        required = parameter.get("required", False)
        if required and name not in before:
            yield f"{where}: the new parameter {name} is required."
        elif required and not before[name].get("required", False):
            yield f"{where}: the parameter {name} became required."
        if name in before:
            pair = Pair(f"{where}: the parameter {name}", released, current, is_sent=True)
            yield from pair.changes(before[name]["schema"], parameter["schema"])


def parameters(description: Schema, operation: Schema) -> dict[str, Schema]:
    """Return the parameters of an operation by their place and name."""
    found = [resolved(description, parameter) for parameter in operation.get("parameters", [])]
    return {f"{parameter['name']} in {parameter['in']}": parameter for parameter in found}


def changed_body(where: str, released: Schema, old: Schema, current: Schema, new: Schema) -> Iterator[str]:
    """Yield the breaking changes of a request's body."""
    before, after = (
        resolved(*pair) for pair in ((released, old.get("requestBody")), (current, new.get("requestBody")))
    )
    if after.get("required") and not before.get("required"):
        yield f"{where}: the body became required."
    yield from changed_content(f"{where}: the body", released, before, current, after, is_sent=True)


def changed_responses(where: str, released: Schema, old: Schema, current: Schema, new: Schema) -> Iterator[str]:
    """Yield the breaking changes of responses. New statuses are allowed."""
    for status, answer in old["responses"].items():
        said = f"{where}: the answer {status}"
        if status not in new["responses"]:
            yield f"{said} was removed."
            continue
        before, after = resolved(released, answer), resolved(current, new["responses"][status])
        for name in before.get("headers", {}).keys() - after.get("headers", {}).keys():
            yield f"{said} lost its header {name}."
        yield from changed_content(said, released, before, current, after, is_sent=False)


def changed_content(
    where: str, released: Schema, old: Schema, current: Schema, new: Schema, *, is_sent: bool
) -> Iterator[str]:
    """Yield the breaking changes of the media types."""
    for media_type, content in old.get("content", {}).items():
        if media_type not in new.get("content", {}):
            yield f"{where} can't be {media_type} any more."
            continue
        pair = Pair(where, released, current, is_sent=is_sent)
        yield from pair.changes(content.get("schema", {}), new["content"][media_type].get("schema", {}))


def resolved(description: Schema, part: Schema | None) -> Schema:
    """Return the part, or the component that it refers to."""
    part = part or {}
    while "$ref" in part:
        names = part["$ref"].removeprefix("#/").split("/")
        part = description
        for name in names:
            part = part[name]
    return part


@dataclass(frozen=True)
class Pair:
    """Compare two schemas of one place.

    Attributes:
        where: the place, as the beginning of a sentence.
        is_sent: True for what a client sends, False for what it receives.
        inside: references that are being compared, since schemas may contain themselves.
    """

    where: str
    released: Schema
    current: Schema
    is_sent: bool
    inside: tuple[str, ...] = ()

    def below(self, where: str, old: Schema) -> Self:
        """Return the comparison of a part of the old schema."""
        return type(self)(where, self.released, self.current, self.is_sent, (*self.inside, old.get("$ref", "")))

    def changes(self, old: Schema, new: Schema) -> Iterator[str]:
        """Yield the breaking changes between the schemas."""
        if old.get("$ref") in self.inside:
            return
        before, after = resolved(self.released, old), resolved(self.current, new)
        yield from self.changed_type(types(before), types(after))
        yield from self.changed_values(before, after)
        yield from self.changed_members(old, before, after)
        if "items" in before and "items" in after:
            yield from self.below(f"{self.where}, each item", old).changes(before["items"], after["items"])
        for word in ("oneOf", "anyOf", "allOf"):
            if len(before.get(word, [])) != len(after.get(word, [])):
                yield f"{self.where} has another number of alternatives in {word}."
            else:
                for one, other in zip(before.get(word, []), after.get(word, []), strict=True):
                    yield from self.below(self.where, old).changes(one, other)

    def changed_type(self, before: set[str], after: set[str]) -> Iterator[str]:
        """Yield a sentence if requests lose a type, or if answers get a new one."""
        # Without a type, any value is allowed.
        lost, came = (before, after) if self.is_sent else (after, before)
        if came and (not lost or lost - came):
            yield f"{self.where} has another type: {named(after)} instead of {named(before)}."

    def changed_values(self, before: Schema, after: Schema) -> Iterator[str]:
        """Yield the values that are gone, and limits that allow less."""
        # Without a list, any value is allowed. That breaks answers, but not requests.
        left: list[Any] = after["enum"] if "enum" in after else before.get("enum", []) if self.is_sent else []
        if gone := [value for value in before.get("enum", []) if value not in left]:
            yield f"{self.where} lost the values {', '.join(map(str, gone))}."
        if self.is_sent and "enum" in after and "enum" not in before:
            yield f"{self.where} allows only the values {', '.join(map(str, after['enum']))}."
        if before.get("format") != after.get("format"):
            yield f"{self.where} has another format: {after.get('format')} instead of {before.get('format')}."
        if self.is_sent and after.get("pattern") not in (None, before.get("pattern")):
            yield f"{self.where} has another pattern: {after['pattern']}."
        for name, is_upper in LIMITS.items():
            if self.is_sent and name in after and stricter(before.get(name), after[name], is_upper=is_upper):
                yield f"{self.where} allows less: {name} is {after[name]} instead of {before.get(name)}."

    def changed_members(self, old: Schema, before: Schema, after: Schema) -> Iterator[str]:
        """Yield the breaking changes of an object's members."""
        members, others = before.get("properties", {}), after.get("properties", {})
        required, now_required = set(before.get("required", [])), set(after.get("required", []))
        for name in members.keys() - others.keys():
            yield f"{self.where} lost its member {name}."
        if self.is_sent:
            for name in sorted(now_required - required):
                yield f"{self.where}: the member {name} became required."
        else:
            for name in sorted((required - now_required) & others.keys()):
                yield f"{self.where}: the member {name} may be absent."
        for name in members.keys() & others.keys():
            yield from self.below(f"{self.where}, {name}", old).changes(members[name], others[name])


def types(schema: Schema) -> set[str]:
    """Return the types of a schema. It is empty if any value is allowed."""
    found = schema.get("type", [])
    return {found} if isinstance(found, str) else set(found)


def named(found: set[str]) -> str:
    """Return types for people."""
    return " or ".join(sorted(found)) or "any"


def stricter(before: float | None, after: float, *, is_upper: bool) -> bool:
    """Tell whether the limit allows less than before."""
    return before is None or (after < before if is_upper else after > before)
