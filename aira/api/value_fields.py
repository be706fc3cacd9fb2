"""Read values that callers send as text: times, amounts, truth values and choices. Errors list what is allowed."""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError as InvalidValue
from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from aira.schema.amounts import read_amount

SHOWN_CHOICES = 20
# A time whose offset lost its `+`: in an address, an unescaped `+` is read as a space.
LOST_PLUS = re.compile(r":[0-9]{2}(\.[0-9]+)? [0-9]{2}(:?[0-9]{2})?$")
NO_OFFSET = "The time has no offset. Write {0}Z for UTC, or an offset such as {0}+01:00."
NO_TIME = "This is not a time. Write ISO 8601 with an offset, such as 2026-12-24T10:00:00+01:00."
NO_PLUS = 'The "+" arrived as a space. In an address, write %2B for "+".'
NO_DAY = "This is neither a time with an offset, such as 2026-12-24T10:00:00+01:00, nor a day, such as 2026-12-24."
TRUTH = {"true": True, "1": True, "false": False, "0": False}


def moment(text: Any) -> datetime:
    """Return the time of an ISO 8601 text with an offset. Raises ValueError with what to write instead."""
    if not isinstance(text, str):
        raise ValueError(NO_TIME)
    if LOST_PLUS.search(text):
        raise ValueError(NO_PLUS)
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ValueError(NO_TIME)
    if found.tzinfo is None:
        raise ValueError(NO_OFFSET.format(found.isoformat()))
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError("The time is out of range. Use a year from 1 to 9999.") from None


def allowed_values(choices: Iterable[Any]) -> str:
    """List the allowed values, up to SHOWN_CHOICES."""
    texts = [str(choice) for choice in choices]
    rest = len(texts) - SHOWN_CHOICES
    return f"It must be one of {', '.join(texts[:SHOWN_CHOICES])}{f' and {rest} more' if rest > 0 else ''}."


class Moment(serializers.DateTimeField):
    """Field for a time with an offset. Without an offset, the time would be ambiguous."""

    @override
    def to_internal_value(self, value: Any) -> Any:
        try:
            return moment(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


@extend_schema_field({"anyOf": [{"type": "string", "format": kind} for kind in ("date-time", "date")]})
class DayOrMoment(Moment):
    """Field for a time with an offset, or for a date, which is read in the time zone of its subject."""

    @override
    def to_internal_value(self, value: Any) -> Any:
        try:
            return moment(value)
        except ValueError as error:
            try:
                day = parse_date(value) if isinstance(value, str) and "T" not in value else None
            except ValueError:
                day = None
            if day is None:
                raise serializers.ValidationError(NO_DAY if str(error) == NO_TIME else str(error)) from None
            return day


class Choice(serializers.ChoiceField):
    """Field for one of a few values. Its error lists them."""

    @override
    def to_internal_value(self, data: Any) -> Any:
        """Return the value of a known choice. Refuse lists and objects."""
        # A list or an object can't be looked up among the choices.
        known: dict[str, Any] = self.choice_strings_to_values
        if isinstance(data, (str, int)) and str(data) in known:
            return known[str(data)]
        raise serializers.ValidationError(allowed_values(known), code="invalid_choice")


class JsonNumber(float):
    """Number of a JSON body with a point or an exponent. It remembers how it was written.

    Raises:
        ValueError: The number is out of range.
    """

    def __init__(self, text: str) -> None:
        if math.isinf(self):
            raise ValueError(f"the number {text[:40]} is out of range")
        self.text = text


class Amount(serializers.DecimalField):
    """Field for an amount in plain digits. Other spellings of numbers, such as 1e3, are mistakes."""

    @override
    def to_internal_value(self, data: Any) -> Any:
        try:
            read_amount(data.text if isinstance(data, JsonNumber) else str(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="invalid") from None
        return super().to_internal_value(data)


class AmountFormField(forms.DecimalField):
    """Form field of a filter by amount."""

    @override
    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return read_amount(str(value))
        except ValueError as error:
            raise InvalidValue(str(error)) from None


class MomentFormField(forms.Field):
    """Form field of a filter by time."""

    @override
    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            return moment(value)
        except ValueError as error:
            raise InvalidValue(str(error)) from None


class TruthFormField(forms.Field):
    """Form field for true or false. It refuses other words, so that a typing error does not mean “both”."""

    @override
    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        if (found := TRUTH.get(str(value).lower())) is None:
            raise InvalidValue("Write true or false.")
        return found


def require_order(start: Any, end: Any, names: tuple[str, str] = ("start", "end")) -> None:
    """Raise a ValidationError if a range ends before it starts."""
    if start > end:
        first, last = names
        raise serializers.ValidationError({first: [f"`{first}` is after `{last}`. Swap the values."]})
