"""Check the members of request bodies. Unknown and read-only members are refused by name."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

LONGEST_REASON = 500
# Codes of errors that are clear without the value.
UNKNOWN, READ_ONLY = "unknown", "read_only"
WITH_BODY = {"create", "partial_update"}


def unknown_name(what: str, name: str, known: Iterable[str]) -> ErrorDetail:
    """Return the error for an unknown name.

    Args:
        what: “member” or “parameter”.
    """
    names = sorted(known)
    near = get_close_matches(name, names, 1)
    known_names = f"Known: {', '.join(names)}." if names else f"No {what} is allowed here."
    suggestion = f" Did you mean {near[0]}?" if near else ""
    return ErrorDetail(f"No {what} has this name.{suggestion} {known_names}", UNKNOWN)


# The framework would read 17 as "17", and as an id that ends in 11.
TEXTS = (serializers.CharField, serializers.UUIDField, serializers.RelatedField)


class Strict:
    """Mixin of serializers that refuses each member which it would otherwise ignore or read as something else."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values, or raise an error that names each refused member too."""
        refused = self.ignored(data)
        try:
            found = super().to_internal_value(data)  # type: ignore[misc]
        except ValidationError as error:
            if refused and isinstance(error.detail, dict):
                raise ValidationError({**error.detail, **refused}) from None
            raise
        if refused:
            raise ValidationError(refused)
        return found

    def ignored(self, data: Any) -> dict[str, list[ErrorDetail]]:
        """Return an error for each member that is unknown, read-only, or a number instead of a text."""
        # aira.api.query_parameters checks query parameters.
        if not isinstance(data, Mapping) or isinstance(data, QueryDict):
            return {}
        fields: Mapping[str, Any] = self.fields  # type: ignore[attr-defined]
        writable = {name for name, field in fields.items() if not field.read_only}
        numbers = {
            str(name): [ErrorDetail('It must be text. Write it in quotes, such as "17".', "not_a_text")]
            for name, value in data.items()
            if name in writable and isinstance(value, (int, float)) and isinstance(fields[name], TEXTS)
        }
        return numbers | {
            str(name): [self.read_only_error(name) if name in fields else unknown_name("member", str(name), writable)]
            for name in data
            if name not in writable
        }

    def read_only_error(self, name: str) -> ErrorDetail:
        """Return the error for a read-only member. It names the action that changes it."""
        view: Any = self.context.get("view")  # type: ignore[attr-defined]
        verbs = getattr(view, "changed_by", {}).get(name)
        if verbs:
            text = (
                f"It is read-only here. To change it, send {' or '.join(f'POST {path(view, verb)}' for verb in verbs)}."
            )
        elif name == "user":
            text = "It is read-only, because the owner of the `business` becomes the owner. Leave it out."
        else:
            text = "It is read-only, because the platform sets it. Leave it out."
        return ErrorDetail(text, READ_ONLY)


def path(view: Any, verb: str) -> str:
    """Return the path of an action."""
    pk = view.kwargs.get("pk", "{id}") if getattr(view, "kwargs", None) else "{id}"
    return f"/api/v1/{view.resource}/{pk}/{verb}/"


class Serializer(Strict, serializers.Serializer):
    """Base class of the bodies of actions."""


class ReasonSerializer(Serializer):
    """Body of an action that takes no values."""

    reason = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=LONGEST_REASON,
        help_text="Reason, recorded with the change",
    )


def body_of(view: Any) -> type[Any] | None:
    """Return the serializer of the body of a view's action, or None if it reads no body."""
    if view.action in WITH_BODY:
        found: type[Any] | None = type(view).serializer_class
        return found
    return getattr(getattr(view, view.action or "", None), "kwargs", {}).get("serializer_class")


def check_body(view: Any, request: Request) -> None:
    """Remove the `reason` from bodies whose action has no such member. Refuse a body if the action reads none."""
    body, data = body_of(view), request.data
    # An empty form arrives as a QueryDict.
    if (
        isinstance(data, dict)
        and not isinstance(data, QueryDict)
        and (body is None or "reason" not in body._declared_fields)
    ):
        reason = data.get("reason")
        if reason is not None and not isinstance(reason, str):
            raise ValidationError({"reason": ["It must be text."]})
        if reason and len(reason) > LONGEST_REASON:
            raise ValidationError({"reason": [f"Send at most {LONGEST_REASON} characters."]})
        data.pop("reason", None)
    if body is None:
        Serializer(data=data, context={"view": view}).is_valid(raise_exception=True)
