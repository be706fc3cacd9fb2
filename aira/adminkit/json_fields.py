"""Edit JSON values as lines of text, so that staff need to know nothing about JSON."""

import json
from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget


def read_value(text: str) -> Any:
    """Return the value of a text: a number, true, false, a list … if JSON knows it, else the text itself."""
    try:
        return json.loads(text, parse_constant=str)
    except ValueError:
        return text


def write_value(value: Any) -> str:
    """Return a value as a text that `read_value` reads as the same value."""
    if isinstance(value, str) and "\n" not in value and value == value.strip() and read_value(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


class JsonTextField(forms.CharField):
    """Base class of fields for JSON values that people edit as lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextareaWidget({"rows": 3}), **kwargs)

    def write(self, value: Any) -> str:
        """Return the value as lines."""
        raise NotImplementedError

    def read(self, lines: list[str]) -> Any:
        """Return the value of lines that are not blank. Raises ValidationError."""
        raise NotImplementedError

    @override
    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else self.write(value)

    @override
    def clean(self, value: Any) -> Any:
        lines = (line.strip() for line in str(super().clean(value)).splitlines())
        return self.read([line for line in lines if line])

    @override
    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(self.prepare_value(initial)) != self.clean(data or ""))
        except ValidationError:
            return True


class ListField(JsonTextField):
    """JSON list with one item on each line."""

    @override
    def write(self, value: Any) -> str:
        return "\n".join(map(write_value, value)) if isinstance(value, list) else ""

    @override
    def read(self, lines: list[str]) -> list[Any]:
        return [read_value(line) for line in lines]


class NamedValuesField(JsonTextField):
    """JSON object with one name and value on each line."""

    @override
    def write(self, value: Any) -> str:
        pairs = value.items() if isinstance(value, dict) else ()
        return "\n".join(f"{name}: {write_value(one)}" for name, one in pairs)

    @override
    def read(self, lines: list[str]) -> dict[str, Any]:
        # Engineers may paste JSON.
        pasted = read_value(" ".join(lines))
        if isinstance(pasted, dict):
            return pasted
        found: dict[str, Any] = {}
        for line in lines:
            name, colon, value = (part.strip() for part in line.partition(":"))
            if not (name and colon):
                raise ValidationError(f"“{line[:60]}” has no name. Write a name, a colon and the value: order: 17")
            if name in found:
                raise ValidationError(f"“{name[:60]}” is given twice. Keep one of the lines.")
            found[name] = read_value(value)
        return found
