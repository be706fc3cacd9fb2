"""Show what the database refuses as an error of the form, and read amounts as people write them."""

from collections.abc import Callable
from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aira.adminkit.field_errors import FieldErrorsMixin
from aira.schema.amounts import read_amount
from aira.schema.errors import Refusal, explain


def attempt(view: Callable[[], HttpResponse]) -> HttpResponse | Refusal:
    """Run a view in one transaction. Return the refusal if the database refuses. Other errors are raised."""
    try:
        with transaction.atomic():
            return view()
    except DatabaseError as error:
        refusal = explain(error)
        if refusal is None:
            raise
        return refusal


def in_words(refusal: Refusal, before: str = "") -> SafeString:
    """Return a refusal for staff. The name of its rule follows apart, so that an engineer can look it up.

    Args:
        before: a sentence that comes first, such as "Nothing was changed."
    """
    said = " ".join(part for part in (before, refusal.message, refusal.hint) if part)
    if not refusal.constraint:
        return format_html("{}", said)
    return format_html('{} <small class="reference">Reference: {}</small>', said, refusal.constraint)


class AmountField(forms.DecimalField):
    """Field of an amount in plain digits. Other spellings of numbers, such as 1e3, are mistakes."""

    @override
    def to_python(self, value: Any) -> Any:
        text = str(value).strip() if value is not None else ""
        if text:
            try:
                read_amount(text)
            except ValueError as error:
                raise ValidationError(str(error), code="invalid") from None
        return super().to_python(value)


class ModelForm(FieldErrorsMixin, forms.ModelForm):
    """Form that shows the refusal of the database as its error."""

    refusal: Refusal | None = None

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.refusal:
            field = self.refusal.field if self.refusal.field in self.fields else None
            self.add_error(field, ValidationError(in_words(self.refusal), code=self.refusal.constraint or "refused"))

    def validate_constraints(self) -> None:
        """Skip the check: the database refuses with the rule's name, also if two people save at once."""

    def validate_unique(self) -> None:
        """Skip the check, as for constraints."""

    @override
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        # The other services distinguish null from empty. An empty input becomes null.
        for name, value in cleaned.items():
            if value == "" and self.instance._meta.get_field(name).null:
                cleaned[name] = None
        return cleaned
