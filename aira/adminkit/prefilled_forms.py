"""Prefill forms from their address: `…/add/?business=ID` opens the form with these values."""

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


class PrefilledFormMixin:
    """Mixin of a page whose add form takes valid values from its address and warns about the others."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the values from the address that the fields accept."""
        fields = self.get_form(request).base_fields  # type: ignore[attr-defined]
        initial = {}
        for name, text in request.GET.dict().items():
            if name in fields:
                try:
                    initial[name] = value_of(fields[name], text)
                except NOT_A_VALUE:
                    warn_of(request, str(fields[name].label or name), text)
        return initial


def warn_of(request: HttpRequest, name: str, text: str) -> None:
    """Warn about a value of the address that is not valid."""
    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    messages.warning(request, f"The link's value “{shown}” for “{name}” is not valid. Choose a value below.")


def value_of(field: forms.Field, text: str) -> Any:
    """Return the initial value of a field. Raises one of NOT_A_VALUE for a text that the field would refuse."""
    match field:
        case forms.SplitDateTimeField():
            # An unescaped plus sign arrives as a space.
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
    """Return a value that has several inputs. Raises one of NOT_A_VALUE if the form could not read them back."""
    if value is None:
        raise ValueError("The text is not a time.")
    field.clean(field.widget.decompress(value))
    return value
