"""Forms whose address gives values: `…/add/?business=ID` opens the form with them."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

YES_AND_NO = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False, "": False}
NOT_A_VALUE = (ValidationError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
SHOWN = 80


class Prefilled:
    """A page whose add form takes from its address what is a value of the field, and says what it ignored."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        fields = self.get_form(request).base_fields  # type: ignore[attr-defined]
        initial = {}
        for name, text in request.GET.dict().items():
            if name in fields:
                try:
                    initial[name] = value_of(fields[name], text)
                except NOT_A_VALUE:
                    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
                    said = f"“{shown}” is not a value for {name}: the field is left as it is. Choose one below."
                    messages.warning(request, said)
        return initial


def value_of(field: forms.Field, text: str) -> Any:
    """Return what the field begins with. Raises one of NOT_A_VALUE for a text that it would refuse."""
    match field:
        case forms.SplitDateTimeField():
            # A plus sign that nobody escaped arrives as a space.
            moment = parse_datetime(text) or parse_datetime(text.replace(" ", "+"))
            return shown_alike(field, moment)
        case forms.MultiValueField():
            return shown_alike(field, json.loads(text))
        case forms.ModelMultipleChoiceField():
            return [row.pk for row in field.clean(text.split(","))]
        case forms.ModelChoiceField():
            row = field.clean(text)
            return row.pk if row else None
        case forms.BooleanField():
            return YES_AND_NO[text.lower()]
    return field.clean(text)


def shown_alike(field: forms.MultiValueField, value: dict[str, Any] | datetime | None) -> Any:
    """Return the value if its inputs, as the form shows them, can be read back."""
    if value is None:
        raise ValueError("it is not a time")
    field.clean(field.widget.decompress(value))
    return value
